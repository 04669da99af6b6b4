"""How much of a log its shards have not taken yet, counted from the rows themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from countroom.core.instants import Instant
from countroom.stores.embedded.segments import Segment, Segments

_WAITING: Final = "SELECT sum(count), min(logged_at) FROM chunks WHERE seq > ? AND seq <= ? AND shard = ?"


class Census(msgspec.Struct, frozen=True):
    """One log at one moment."""

    head: int
    """Its last position."""
    items: int
    """Items recorded since it began."""
    refusals: int
    """Refusals recorded since it began."""
    waiting: Mapping[int, int]
    """Per shard: items recorded up to `head` behind the shard's position."""
    oldest_at: Instant | None
    """When the oldest of those was logged; None when nothing waits."""


class LogCensus:
    """Counts one log again and again."""

    def __init__(self, folder: Path) -> None:
        self._segments = Segments(folder)

    def count(self, positions: Mapping[int, int]) -> Census:
        """The log as of now, against the position of each shard, taken earlier.

        Raises:
            Unavailable: the log cannot be read now.
        """
        last = self._segments.last()
        if last is None:
            return Census(0, 0, 0, dict.fromkeys(positions, 0), None)
        tail = last.tail()
        waiting = dict.fromkeys(positions, 0)
        oldest: Instant | None = None
        for shard, position in positions.items():
            if position >= tail.seq:
                continue
            segment = self._segments.holding(position, of=lambda start: start.seq)
            while segment and segment.before.seq < tail.seq:
                count, logged_at = _waiting(segment, position, head=tail.seq, shard=shard)
                waiting[shard] += count
                if logged_at is not None:
                    oldest = logged_at if oldest is None else min(oldest, logged_at)
                segment = self._segments.get(segment.number + 1)
        self._segments.let_go(kept=(last.number,))
        return Census(tail.seq, tail.items, tail.refusals, waiting, oldest)

    def close(self) -> None:
        """Release the files."""
        self._segments.let_go()


def _waiting(segment: Segment, after: int, *, head: int, shard: int) -> tuple[int, Instant | None]:
    row = segment.database.row(_WAITING, (after, head, shard))
    count, logged_at = row or (None, None)
    return (count if isinstance(count, int) else 0), (Instant(logged_at) if isinstance(logged_at, int) else None)
