"""The REST intake against bare uvicorn, in one run: how many casino messages one core takes in, durably.

    python bench/intake.py [--seconds 10] [--connections 64] [--folder DIR]

The server has one core, wrk (Debian: `apt-get install wrk`) the other. Every request is one bet of
its own, posted with a key, decoded by the Fast Track dialect, checked, packed and synced before the 200.
"""

import argparse
import asyncio
import logging
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from countroom.core.events import Sealed
from countroom.core.ids import BrandId, PlayerKey, SourceName
from countroom.core.instants import Instant
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.flow.ingest import Ingest, IngestParts
from countroom.ports import Personal, Shelved
from countroom.sources.rest.intake import Intake, IntakeParts, RestSource
from countroom.sources.rest.keys import KeyEntry, KeyRing, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import routes
from countroom.sources.rest.server import run
from countroom.sources.rest.settings import RestSettings
from countroom.sources.rest.tally import ReceiptTally
from countroom.stores.embedded.log import SqliteLog

KEY: Final = "cr_bench"
SHARDS: Final = 2
SERVER_CORE: Final = 1
WRK_CORE: Final = 0

LUA: Final = """
local n, seed = 0, os.time()
local head = {["Content-Type"] = "application/json", ["X-Api-Key"] = "%(key)s"}
function request()
  n = n + 1
  local body = string.format('{"activity_id":"a-%%d-%%d","amount":2.50,"bonus_wager_amount":0.50,' ..
    '"currency":"EUR","exchange_rate":1,"game_id":"g-88","game_name":"Lucky Lynx","game_type":"Slots",' ..
    '"is_round_end":false,"locked_wager_amount":0,"origin":"lucky.example","round_id":"r-%%d",' ..
    '"status":"Approved","timestamp":"%(stamp)s","type":"Bet","user_bonus_id":"0","user_id":"%%d","vendor_id":"41",' ..
    '"vendor_name":"Studio X","wager_amount":2.00,"balance_before":100,"balance_after":97.5}', seed, n, n, n %% 100000)
  return wrk.format("POST", "/v1/integration/casino", head, body)
end
"""


class NoShelf:
    """Nothing is refused here."""

    def set_aside(self, refused: Sequence[Shelved], at: Instant) -> None:
        """Keep nothing."""


class NoVault:
    """Nothing is personal here."""

    def seal_all(self, wanted: Sequence[Personal]) -> list[Any]:
        """Seal nothing."""
        return [() for _ in wanted]

    def seal(self, player: PlayerKey, personal: Any, *, at: Instant) -> tuple[Sealed, ...]:
        """Seal nothing."""
        return ()

    def open(self, player: PlayerKey, sealed: Any) -> dict[str, str]:
        """Open nothing."""
        return {}

    def seal_receipt(self, brand: str, receipt: bytes, *, at: Instant) -> bytes:
        """Seal nothing."""
        return b""

    def find(self, brand: str, field: str, *, value: str) -> list[PlayerKey]:
        """Find nobody."""
        return []


def now() -> Instant:
    """The machine's time."""
    return Instant(time.time_ns() // 1000)


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Intake]:
    """The intake on a log of its own."""
    source = SourceName("fasttrack")
    log = SqliteLog(folder / "log" / source)
    ingest = Ingest(IngestParts(log=log, shelf=NoShelf(), vault=NoVault(), clock=now, ring=lambda: None, shards=SHARDS))
    settings = DialectSettings(brands=(BrandNames(BrandId("lucky"), "EUR", ("lucky.example",)),))
    entry = KeyEntry("bench", sha256(KEY.encode()).hexdigest(), source, (BrandId("lucky"),))
    yield Intake(
        IntakeParts(
            sources={
                source: RestSource(
                    name=source,
                    routes=routes(ROUTES),
                    ingest=ingest,
                    decoder=lambda _: partial(fasttrack.decode, settings=settings),
                )
            },
            keys=KeyTable(lambda: KeyRing(1, [entry]), version=lambda: 1, now_s=time.monotonic),
            clock=now,
            backlog=lambda: 0,
            tally=ReceiptTally(),
            probes=Probes({}),
        )
    )
    await ingest.close()
    log.close()


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, answer 200, keep nothing."""
    del scope
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status":"ok"}'})


def serve(which: str, folder: Path) -> None:
    """Be the server: print the port, and serve until told to stop."""
    if which == "ours":
        run(lambda: ours(folder), RestSettings(port=0), on_ready=lambda port: print(port, flush=True))
        return
    import uvicorn

    logging.basicConfig(level=logging.ERROR)
    config = uvicorn.Config(bare, port=0, access_log=False, lifespan="off", log_config=None, interface="asgi3")
    config.setup_event_loop = lambda: None  # type: ignore[method-assign]
    server = uvicorn.Server(config)

    async def main() -> None:
        serving = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await serving

    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


@contextmanager
def served(which: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A server in a process of its own, on its core; its port and its process."""
    child = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), sys.executable, __file__, "--serve", which, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline()), child.pid
    finally:
        child.terminate()
        child.wait(10)


def wrk(port: int, script: Path, *, seconds: int, connections: int) -> dict[str, float]:
    """Requests a second and latencies in milliseconds."""
    command = ["taskset", "-c", str(WRK_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    done = subprocess.run(
        [*command, "-s", str(script), f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True
    ).stdout
    if "Non-2xx" in done:
        sys.exit(done)
    found = {
        "rate": float(re.findall(r"Requests/sec:\s+([\d.]+)", done)[0]),
        "count": float(re.findall(r"(\d+) requests in", done)[0]),
    }
    for percent, value, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", done):
        found[percent] = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return found


def cpu_s(process: int) -> float:
    """What the process has used of its core so far, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fsync_ms(folder: Path) -> float:
    """The median time of writing and syncing 4 KB."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(200):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return sorted(times)[100] * 1000


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--serve", choices=["ours", "bare"])
    options.add_argument("--folder", type=Path)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--connections", type=int, default=64)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.folder)
        return
    if shutil.which("wrk") is None:
        sys.exit("expected wrk on the path; install it: apt-get install wrk")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as made:
        folder = Path(made)
        script = folder / "casino.lua"
        script.write_text(LUA % {"key": KEY, "stamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")})
        versions = ", ".join(
            f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "httptools", "msgspec", "apsw")
        )
        print(
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {platform.python_version()}"
        )
        print(f"{versions}; fsync of 4 KB {fsync_ms(folder):.2f} ms; {chosen.connections} connections, one core each")
        print(f"{'':28}{'requests/s':>12}{'of bare':>9}{'p50 ms':>9}{'p99 ms':>9}{'us of the core':>15}")
        first = 0.0
        for which, name in (("bare", "bare uvicorn answering 200"), ("ours", "Countroom, durable")):
            with served(which, folder) as (port, process):
                before = cpu_s(process)
                found = wrk(port, script, seconds=chosen.seconds, connections=chosen.connections)
                used = (cpu_s(process) - before) / found["count"] * 1e6
            first = first or found["rate"]
            print(
                f"{name:28}{found['rate']:>12,.0f}{found['rate'] / first:>9.2f}"
                f"{found['50']:>9.2f}{found['99']:>9.2f}{used:>15.1f}"
            )


if __name__ == "__main__":
    main()
