"""The REST intake beside bare uvicorn, in one run: how many casino messages one core takes in, durably.

    python bench/intake.py [--seconds 10] [--connections 64] [--folder DIR]

The server has one core, wrk (Debian: `apt-get install wrk`) the other. Every request is one bet of
its own, posted with a key, decoded by the Fast Track dialect, checked, packed and synced before the 200.
The line *at 70 %* sends at that share of the rate before, and shows what a request waits then.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import intake_servers

SERVER_CORE: Final = "1"
WRK_CORE: Final = "0"
SHARE: Final = 0.7

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


@contextmanager
def served(which: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A server in a process of its own, on its core; its port and its process."""
    child = subprocess.Popen(
        [taskset(), "-c", SERVER_CORE, sys.executable, intake_servers.__file__, which, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(child.stdout.readline() if child.stdout else 0), child.pid
    finally:
        child.terminate()
        child.wait(10)


def measured(which: str, load: Load, *, pause_ms: int = 0) -> Found:
    """The server under load; with `pause_ms`, each connection waits up to so long before each request."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    script = load.folder / "casino.lua"
    pace = PACE % pause_ms if pause_ms else ""
    script.write_text(LUA % {"key": intake_servers.KEY, "stamp": stamp, "pace": pace})
    program = ["wrk", "-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--latency", "-s", str(script)]
    with served(which, load.folder) as (port, process):
        before = cpu_s(process)
        said = subprocess.run(
            [taskset(), "-c", WRK_CORE, *program, f"http://127.0.0.1:{port}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        used = cpu_s(process) - before
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{which}: expected nothing but 200, wrk says:\n{said}")
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


def fsync_ms(folder: Path) -> float:
    """The median time of writing and syncing 4 KB."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return sorted(times)[100] * 1000


def show(name: str, found: Found, *, against: Found) -> None:
    """One line of the table."""
    print(
        f"{name:28}{found.rate:>12,.0f}{found.rate / against.rate:>9.2f}"
        f"{found.p50_ms:>9.2f}{found.p99_ms:>9.2f}{found.core_us:>15.1f}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path, help="where the log is written; a temporary one below it")
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--connections", type=int, default=64)
    chosen = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("expected wrk on the path; install it: apt-get install wrk")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as made:
        load = Load(chosen.seconds, chosen.connections, Path(made))
        names = ("uvicorn", "uvloop", "httptools", "msgspec", "apsw")
        print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, ", end="")
        print(f"CPython {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in names)}")
        print(f"write and fsync of 4 KB {fsync_ms(load.folder):.2f} ms; {load.connections} connections; ", end="")
        print(f"server alone on core {SERVER_CORE}, wrk on core {WRK_CORE}; load average {os.getloadavg()[0]:.1f}")
        print(f"{'':28}{'requests/s':>12}{'of bare':>9}{'p50 ms':>9}{'p99 ms':>9}{'us of the core':>15}")
        bare = measured("bare", load)
        show("bare uvicorn answering 200", bare, against=bare)
        ours = measured("ours", load)
        show("Countroom, durable", ours, against=bare)
        # A connection's turn takes its pause and the answer's time; the latter is about a fifth of what it was.
        turn_ms = load.connections / (SHARE * ours.rate) * 1000
        paced = measured("ours", load, pause_ms=max(1, round(2 * (turn_ms - ours.p50_ms / 3))))
        show(f"  at {paced.rate / ours.rate:.0%} of that", paced, against=bare)


if __name__ == "__main__":
    main()
