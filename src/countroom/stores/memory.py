"""Peers of the log and of the shard store that keep everything in memory, for tests and trials.

They pass the suites of the others. What a process would leave on a disk lies in an object of
its own, so that a test can drop the store and open it anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

import msgspec

from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.ports import Chunk, LogCounts, Refusal, ShardWrite
from countroom.stores.gathered import GatheredWrite

_encoder: Final = msgspec.msgpack.Encoder()


class LogMemory(msgspec.Struct):
    """What a log leaves behind."""

    chunks: list[tuple[int, Chunk]] = []
    """Shard and chunk."""
    refusals: list[Refusal] = []
    items: int = 0
    logged_at: Instant = Instant(0)


class MemoryLog:
    """The writing side."""

    def __init__(self, memory: LogMemory) -> None:
        self._memory = memory

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        """Record items per shard, and refusals: all or none. The position after them."""
        memory = self._memory
        stamp = max(logged_at, memory.logged_at)
        seq = len(memory.chunks)
        parts = [(shard, its_items) for shard, its_items in items.items() if its_items]
        chunks = [
            (shard, Chunk(seq=seq + n, logged_at=stamp, items=_encoder.encode(its_items), count=len(its_items)))
            for n, (shard, its_items) in enumerate(parts, 1)
        ]
        memory.chunks += chunks
        memory.refusals += refusals
        memory.items += sum(chunk.count for _, chunk in chunks)
        memory.logged_at = stamp
        return len(memory.chunks)

    def close(self) -> None:
        """Nothing to release."""


class MemoryLogReader:
    """The reading side for one shard."""

    def __init__(self, memory: LogMemory, shard: int) -> None:
        self._memory = memory
        self._shard = shard

    def read(self, after: int, limit_items: int) -> list[Chunk]:
        """Chunks of this shard with `seq > after`, in order, about `limit_items` items in all; empty when level."""
        found: list[Chunk] = []
        wanted = limit_items
        for shard, chunk in self._memory.chunks[after:]:
            if shard == self._shard:
                found.append(chunk)
                wanted -= chunk.count
                if wanted <= 0:
                    break
        return found

    def head(self) -> int:
        """The log's last position, whatever shard it was for; 0 when empty."""
        return len(self._memory.chunks)

    def counts(self) -> LogCounts:
        """How many items and refusals the log has taken in all."""
        return LogCounts(items=self._memory.items, refusals=len(self._memory.refusals))

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        """Refusals with their positions, in order."""
        return list(enumerate(self._memory.refusals, 1))[after : after + limit]


class MemoryShardStore:
    """The rows of one shard. Give it the dict of one before, and it goes on where that one was."""

    def __init__(self, rows: dict[bytes, bytes] | None = None) -> None:
        self._rows: dict[bytes, bytes] = {} if rows is None else rows

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """The rows for `keys`, in their order; None for what is not there."""
        return [self._rows.get(key) for key in keys]

    def scan(self, prefix: bytes, start: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key begins with `prefix`, from the key `start` on, in order of key, as of the call."""
        first = start or b""
        return iter(sorted(row for row in self._rows.items() if row[0].startswith(prefix) and row[0] >= first))

    def write(self) -> GatheredWrite:
        """An empty write."""
        return GatheredWrite()

    def commit(self, write: ShardWrite) -> None:
        """Put all of `write` down at once."""
        for key, value in cast(GatheredWrite, write).rows.items():
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value

    def close(self) -> None:
        """Nothing to release."""
