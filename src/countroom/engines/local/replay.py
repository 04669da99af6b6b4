"""Replay: a shard folded again from the logs, in the order it recorded, into a fresh directory; equal bytes or not.

Equal means: all rows of pages, identities, timers and refusals, the positions and counts, and
the running digest of every signal. The files themselves may differ.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import msgspec

from countroom.core.errors import Damaged
from countroom.engines.local.shard import open_logs, shard_folder, wall_clock
from countroom.flow import ledger as book
from countroom.flow.project import Projector
from countroom.flow.released import released
from countroom.flow.working import TIMER
from countroom.fold import keys
from countroom.fold.settings import FoldSettings
from countroom.ports import Chunk, LogReader, ShardStore
from countroom.stores.embedded.rocks import RocksShardStore

BATCH_ITEMS = 20_000
COMPARED = (keys.PAGE, keys.IDENTITY, TIMER, book.REFUSAL, book.META, book.ORDER, book.OUTBOX)


class ReplayResult(msgspec.Struct, frozen=True):
    """What a replay found."""

    shard: int
    entries: int
    items: int
    rows: int
    differences: tuple[str, ...]
    """The first rows that differ, named; empty when all are equal."""

    @property
    def is_equal(self) -> bool:
        """True when every row is equal."""
        return not self.differences


def recorded(store: ShardStore) -> Iterator[book.Entry]:
    """What the shard took, in its order."""
    for _, row in store.scan(book.ORDER):
        yield book.decode_entry(row)


class _Chunks:
    """Chunks of the logs, one after the other, as the recorded order asks for them."""

    def __init__(self, logs: dict[str, LogReader]) -> None:
        self._logs = logs
        self._ahead: dict[str, list[Chunk]] = {name: [] for name in logs}
        self._at = dict.fromkeys(logs, 0)

    def take(self, entry: book.Taken) -> Chunk:
        """The chunk that was taken then.

        Raises:
            Damaged: the log does not have it.
        """
        ahead = self._ahead[entry.log]
        if not ahead:
            ahead += reversed(self._logs[entry.log].read(self._at[entry.log], BATCH_ITEMS))
        chunk = ahead.pop() if ahead else None
        if chunk is None or chunk.seq != entry.seq:
            raise Damaged(f"log {entry.log}: expected chunk {entry.seq} as the shard took it, found another")
        self._at[entry.log] = chunk.seq
        return chunk


def replay(
    projector: Projector, entries: Iterator[book.Entry], chunks: _Chunks, progress: Callable[[int], None]
) -> tuple[int, int]:
    """Fold the entries in their order. How many entries, and items, there were."""
    total = items = 0
    batch: list[tuple[book.Entry, Chunk | None]] = []
    for entry in entries:
        chunk = chunks.take(entry) if isinstance(entry, book.Taken) else None
        batch.append((entry, chunk))
        total += 1
        items += chunk.count if chunk else 0
        if sum(c.count for _, c in batch if c) >= BATCH_ITEMS:
            projector.batch(batch)
            batch = []
            progress(items)
    if batch:
        projector.batch(batch)
    progress(items)
    return total, items


def compare(old: ShardStore, new: ShardStore, most: int = 20) -> tuple[int, tuple[str, ...]]:
    """Rows compared, and the first that differ."""
    rows = 0
    found: list[str] = []
    # What delivery holds was dropped by the one and not by the other.
    first = book.OUTBOX + (max(released(old), released(new)) + 1).to_bytes(8, "big")
    for table in COMPARED:
        start = first if table == book.OUTBOX else None
        for a, b in zip_longest(old.scan(table, start), new.scan(table, start)):
            rows += 1
            if a != b:
                found.append(_name(a, b))
                if len(found) >= most or a is None or b is None or a[0] != b[0]:
                    break
    return rows, tuple(found)


def _name(a: tuple[bytes, bytes] | None, b: tuple[bytes, bytes] | None) -> str:
    key = (a or b or (b"",))[0]
    what = "is missing in the replay" if b is None else "is in the replay alone" if a is None else "differs"
    return f"{key!r}: {what}"


def check(
    data_dir: Path,
    shard: int,
    settings: FoldSettings,
    *,
    into: Path,
    sources: Sequence[str],
    progress: Callable[[int], None],
) -> ReplayResult:
    """Fold a shard again into the fresh directory `into`, and compare. The hub must be stopped.

    Raises:
        Damaged: a log does not have what the shard took.
        Unavailable: the shard is open in another process.
    """
    old = RocksShardStore(shard_folder(data_dir, shard))
    new = RocksShardStore(shard_folder(into, shard))
    try:
        logs: dict[str, LogReader] = dict(open_logs(data_dir, tuple(sources), shard))
        projector = Projector(new, logs, settings=settings, clock=wall_clock)
        entries, items = replay(projector, recorded(old), _Chunks(logs), progress)
        rows, differences = compare(old, new)
        return ReplayResult(shard, entries, items, rows, differences)
    finally:
        old.close()
        new.close()
