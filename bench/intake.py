"""The REST intake beside bare uvicorn and a plain service, in one run: casino messages that one core takes in.

    python bench/intake.py [--quick] [--seconds 10] [--connections 64] [--folder DIR]

The server has one core, wrk (Debian: `apt-get install wrk`) the other. Every request is one bet of
its own, posted with a key, decoded by the Fast Track dialect, checked, packed and synced before the 200.
The line *at 70 %* sends at that share of the rate before, and shows what a request waits then.
The plain service is FastAPI with pydantic and asyncpg, one worker on the same core; its PostgreSQL,
with fsync on, may use both cores. Everything is measured `TIMES` times, and the median told.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from parts import intake_servers
from parts.postgres import peers, postgres
from parts.report import heading, record, table

SERVER_CORE: Final = "1"
WRK_CORE: Final = "0"
SHARE: Final = 0.7
TIMES: Final = 3
PLAIN: Final = Path(__file__).parent / "parts" / "plain_service.py"
LIBRARIES: Final = ("uvicorn", "uvloop", "httptools", "msgspec", "apsw")

LUA: Final = """
local n, seed = 0, os.time()
local head = {["Content-Type"] = "application/json", ["X-Api-Key"] = "%(key)s"}
math.randomseed(seed)
function request()
  n = n + 1
  local body = string.format('{"activity_id":"a-%%d-%%d","amount":2.50,"bonus_wager_amount":0.50,' ..
    '"currency":"EUR","exchange_rate":1,"game_id":"g-88","game_name":"Lucky Lynx","game_type":"Slots",' ..
    '"is_round_end":false,"locked_wager_amount":0,"origin":"lucky.example","round_id":"r-%%d",' ..
    '"status":"Approved","timestamp":"%(stamp)s","type":"Bet","user_bonus_id":"0","user_id":"%%d",' ..
    '"vendor_id":"41","vendor_name":"Studio X","wager_amount":2.00,"balance_before":100,"balance_after":97.5}',
    seed, n, n, n %% 100000)
  return wrk.format("POST", "/v1/integration/casino", head, body)
end
%(pace)s
"""
PACE: Final = "function delay() return math.random(0, %d) end"


class Load(NamedTuple):
    """What is sent, and for how long."""

    seconds: int
    connections: int
    folder: Path


class Found(NamedTuple):
    """What wrk and the server's process counters say."""

    rate: float
    p50_ms: float
    p99_ms: float
    core_us: float


Server = Sequence[str]
"""The command that serves."""


def own(which: str, folder: Path) -> Server:
    """The command of one of our servers."""
    return [sys.executable, intake_servers.__file__, which, str(folder)]


@contextmanager
def served(server: Server) -> Iterator[tuple[int, int]]:
    """A server in a process of its own, on its core; its port and its process."""
    child = subprocess.Popen([taskset(), "-c", SERVER_CORE, *server], stdout=subprocess.PIPE, text=True)
    try:
        yield int((child.stdout.readline() if child.stdout else "") or 0), child.pid
    finally:
        child.terminate()
        child.wait(10)


def measured(server: Server, load: Load, *, pause_ms: int = 0) -> Found:
    """The median of some runs under load; with `pause_ms`, each connection waits up to so long before each request."""
    runs = sorted((once(server, load, pause_ms=pause_ms) for _ in range(TIMES)), key=lambda found: found.rate)
    return runs[TIMES // 2]


def once(server: Server, load: Load, *, pause_ms: int) -> Found:
    """One run."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    script = load.folder / "casino.lua"
    pace = PACE % pause_ms if pause_ms else ""
    script.write_text(LUA % {"key": intake_servers.KEY, "stamp": stamp, "pace": pace})
    program = ["wrk", "-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--latency", "-s", str(script)]
    with served(server) as (port, process):
        before = cpu_s(process)
        said = subprocess.run(
            [taskset(), "-c", WRK_CORE, *program, f"http://127.0.0.1:{port}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        used = cpu_s(process) - before
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{server}: expected nothing but 200, wrk says:\n{said}")
    waits = dict(re.findall(r"(50|99)%\s+([\d.]+\w+)", said))
    return Found(
        rate=float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]),
        p50_ms=milliseconds(waits["50"]),
        p99_ms=milliseconds(waits["99"]),
        core_us=used / float(re.findall(r"(\d+) requests in", said)[0]) * 1e6,
    )


def milliseconds(text: str) -> float:
    """Wrk's `2.10ms` as a number."""
    number, unit = re.findall(r"([\d.]+)(\w+)", text)[0]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def taskset() -> str:
    """Where taskset is."""
    return shutil.which("taskset") or sys.exit("expected taskset on the path; install it: apt-get install util-linux")


def cpu_s(process: int) -> float:
    """What the process has used of its core so far, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def line(name: str, found: Found, *, bare: Found, ours: Found) -> list[str]:
    """One line of the table."""
    return [
        name,
        f"{found.rate:,.0f}",
        f"{found.rate / bare.rate:.2f}",
        f"{ours.rate / found.rate:.2f}",
        f"{found.p50_ms:.2f} ms",
        f"{found.p99_ms:.2f} ms",
        f"{found.core_us:.1f} us",
    ]


def lines(load: Load) -> list[list[str]]:
    """The table's lines."""
    bare = measured(own("bare", load.folder), load)
    ours = measured(own("ours", load.folder), load)
    # A connection's turn takes its pause and the answer's time; the latter is about a fifth of what it was.
    turn_ms = load.connections / (SHARE * ours.rate) * 1000
    pause_ms = max(1, round(2 * (turn_ms - ours.p50_ms / 3)))
    paced = measured(own("ours", load.folder), load, pause_ms=pause_ms)
    found = [
        line("bare uvicorn answering 200", bare, bare=bare, ours=ours),
        line("Countroom, durable", ours, bare=bare, ours=ours),
        line(f"Countroom at {paced.rate / ours.rate:.0%} of that", paced, bare=bare, ours=ours),
    ]
    with postgres(load.folder / "postgres") as database:
        if database is None:
            return [*found, ["FastAPI + PostgreSQL: skipped, it could not be installed", *[""] * 6]]
        plain = measured([str(peers()), str(PLAIN), database.uri], load)
        return [*found, line(f"FastAPI + {database.name}, durable", plain, bare=bare, ours=ours)]


def main() -> None:
    """Print the table, and put it into RESULTS.md."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="two seconds each; nothing goes into RESULTS.md")
    options.add_argument("--folder", type=Path, help="where the log is written; a temporary one below it")
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--connections", type=int, default=64)
    chosen = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("expected wrk on the path; install it: apt-get install wrk")
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="bench-intake-") as made:
        load = Load(2 if chosen.quick else chosen.seconds, chosen.connections, Path(made))
        cores = f"the server alone on core {SERVER_CORE}, wrk on core {WRK_CORE}, PostgreSQL on both"
        head = heading(load.folder, LIBRARIES, cores=cores)
        titles = ["", "requests/s", "of bare", "Countroom's is x this", "p50", "p99", "core time of the server"]
        told = table(titles, lines(load))
    text = f"{head}\n\n{load.connections} connections, one message per request, median of {TIMES} runs of "
    text += f"{load.seconds} s each.\n\n{told}"
    if chosen.quick:
        print(text)
    else:
        record("intake", text)


if __name__ == "__main__":
    main()
