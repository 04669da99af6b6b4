"""How long a hub takes to be ready, and the command line to answer.

    python bench/start.py [--quick] [--times 9] [--folder DIR]

Ready is when `/readyz` of the intake and of the admin API both answer 200, counted from the start of the process.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from parts.hub import COMMAND, running
from parts.report import heading, percentile, record, table

TIMES: Final = 9
QUICK: Final = 3
LIBRARIES: Final = ("uvicorn", "starlette", "cyclopts", "msgspec", "rocksdict", "apsw")


def main() -> None:
    """Print the table, and put it into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} times; nothing goes into RESULTS.md")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    times = QUICK if asked.quick else asked.times
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-start-") as name:
        folder = Path(name)
        head = heading(folder, LIBRARIES, cores="nothing pinned")
        fresh = [_ready_s(folder / f"hub-{n}") for n in range(times)]
        existing = [_ready_s(folder / "hub-0") for _ in range(times)]
        rows = [
            _line("`countroom run`, fresh directory, to ready", fresh, target_s=2.0),
            _line("`countroom run`, existing directory, to ready", existing, target_s=2.0),
            _line("`countroom --help`, wall clock", [_help_s() for _ in range(times)], target_s=0.25),
        ]
    head_of_table = ["", "median", "fastest", "slowest", "target"]
    text = f"{head}\n\n{times} times each, 2 shards.\n\n{table(head_of_table, rows)}"
    if asked.quick:
        print(text)
    else:
        record("start", text)


def _line(what: str, taken_s: list[float], *, target_s: float) -> list[str]:
    figures = (percentile(taken_s, 50), min(taken_s), max(taken_s))
    return [what, *(f"{figure * 1000:,.0f} ms" for figure in figures), f"{target_s * 1000:,.0f} ms"]


def _ready_s(root: Path) -> float:
    with running(root) as hub:
        return hub.ready_s


def _help_s() -> float:
    begun_s = time.monotonic()
    subprocess.run([str(COMMAND), "--help"], check=True, capture_output=True)
    return time.monotonic() - begun_s


if __name__ == "__main__":
    main()
