"""The third leg: how fast, how even, how soon for a fresh player, how much on the disk; beside it a job queue.

    python bench/delivery.py [--quick] [--only NAME] [--folder DIR]

The delivery process is the product's own, pinned to core 0, fed from an outbox made beforehand; the partner is
`countroom sandbox faceit`, pinned to core 1. The last part is a whole hub with two shards, nothing pinned.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from parts.deliveries import Plan, drained, hub_latency, kept_pace, parked, throughput
from parts.job_queue import procrastinated
from parts.report import heading, record, table

LIBRARIES: Final = ("aiohttp", "uvloop", "msgspec", "apsw")
FULL: Final = Plan()
QUICK: Final = Plan(
    deliveries=20_000,
    players=2_000,
    pace_s=10,
    waiting=5_000,
    drain_s=10,
    fresh=100,
    parked=50_000,
    hub_s=10,
    queued=1_000,
)
Row = list[str]
HEAD: Final = ["", "target", "measured"]


def main() -> None:
    """Print the table, and put it into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small figures; nothing goes into RESULTS.md")
    parser.add_argument("--only", choices=[*PARTS])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    plan = QUICK if asked.quick else FULL
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-delivery-") as name:
        head = heading(Path(name), LIBRARIES, cores="delivery on core 0, sandbox and outbox on core 1")
        for part, run in PARTS.items():
            if asked.only in (None, part):
                print(f"... {part}", flush=True)
                rows += run(Path(name) / part, plan)
    text = f"{head}\n\n{plan.told()}\n\n{table(HEAD, rows)}"
    if asked.quick or asked.only:
        print(text)
    else:
        record("delivery", text)


PARTS: Final[dict[str, Callable[[Path, Plan], list[Row]]]] = {
    "throughput": throughput,
    "queue": procrastinated,
    "pace": kept_pace,
    "drain": drained,
    "parked": parked,
    "hub": hub_latency,
}


if __name__ == "__main__":
    main()
