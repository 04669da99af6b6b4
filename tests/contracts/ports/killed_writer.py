"""A process that writes into a store for ever, and says after each commit what it has been told is safe.

Run as `python killed_writer.py log|shard FOLDER`; the test kills it.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from countroom.stores.embedded.log import SegmentLimits, SqliteLog
from countroom.stores.embedded.rocks import RocksShardStore, Tuning
from tests.contracts.ports.items import NOON, items, refusal

SEGMENTS = SegmentLimits(max_bytes=20_000)
TUNING = Tuning(block_cache_bytes=1 << 20, write_buffer_bytes=1 << 20)
ROWS = 40
"""Rows of one commit, beside the position."""


def row(number: int, place: int) -> tuple[bytes, bytes]:
    """A row of commit `number`."""
    return b"p%d" % place, b"%d " % number * 100


def log_writer(folder: Path) -> Callable[[int], None]:
    """Appends group `number` to a log."""
    log = SqliteLog(folder, limits=SEGMENTS)

    def append(number: int) -> None:
        name = f"a{number}"
        log.append({0: items(name), 1: items(name, name)}, [refusal(name)], logged_at=NOON)

    return append


def shard_writer(folder: Path) -> Callable[[int], None]:
    """Commits batch `number` to a shard's store."""
    store = RocksShardStore(folder, tuning=TUNING)

    def commit(number: int) -> None:
        write = store.write()
        for place in range(ROWS):
            write.put(*row(number, place))
        write.put(b"position", b"%d" % number)
        store.commit(write)

    return commit


def main(kind: str, folder: Path, first: int) -> None:
    """Write, and report, until killed."""
    write = {"log": log_writer, "shard": shard_writer}[kind](folder)
    number = first
    while True:
        write(number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
