"""The event log of one source in SQLite: one row per commit group and shard.

Delivery: what `append` returned for is on the disk. A reader sees it only then, in order,
without gaps of its own shard, and goes on over the ends of segments by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, cast

import msgspec

from countroom.core.errors import CountroomError, Damaged
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.ports import Chunk, LogCounts, Refusal
from countroom.stores.embedded.folders import create_folder
from countroom.stores.embedded.segments import LAYOUT, Segment, Segments, Tail, header, numbers, path_of, tail
from countroom.stores.embedded.sqlite import USUAL, Database, Opening, Row, open_writer

SEGMENT_BYTES: Final = 256 << 20
SEGMENT_AGE: Final = timedelta(days=1)

_ROW_BYTES: Final = 64
"""What a row costs beside its blob, roughly: segments are cut by an estimate."""
_MICROSECOND: Final = timedelta(microseconds=1)

_INSERT_SEGMENT: Final = "INSERT INTO segment (number, seq_before, items_before, refusals_before) VALUES (?, ?, ?, ?)"
_INSERT_CHUNK: Final = "INSERT INTO chunks (seq, shard, count, logged_at, received, items) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_REFUSAL: Final = "INSERT INTO refusals (number, logged_at, refusal) VALUES (?, ?, ?)"
_SELECT_CHUNKS: Final = "SELECT seq, logged_at, count, items FROM chunks WHERE seq > ? AND shard = ? ORDER BY seq"
_SELECT_REFUSALS: Final = "SELECT number, refusal FROM refusals WHERE number > ? ORDER BY number LIMIT ?"

Count = Literal["seq", "refusals"]
_ChunkRows = Iterable[tuple[int, Instant, int, bytes]]
_RefusalRows = Iterable[tuple[int, bytes]]

_encoder = msgspec.msgpack.Encoder()
_refusal_decoder = msgspec.msgpack.Decoder(Refusal)


class SegmentLimits(msgspec.Struct, frozen=True):
    """When a segment is full: whatever comes first."""

    max_bytes: int = SEGMENT_BYTES
    max_age: timedelta = SEGMENT_AGE


USUAL_LIMITS: Final = SegmentLimits()


class SqliteLog:
    """The writing side: opens where the last process stopped, whatever stopped it."""

    def __init__(self, folder: Path, *, limits: SegmentLimits = USUAL_LIMITS, opening: Opening = USUAL) -> None:
        """Open the log in `folder`, made when it is not there.

        Raises:
            Damaged: a file there is no log, or is broken.
            Unavailable: the files cannot be opened now.
        """
        self._folder = folder
        self._limits = limits
        self._max_age = limits.max_age // _MICROSECOND
        self._opening = opening
        self._tail = Tail()
        self._bytes = 0
        self._first_logged_at: Instant | None = None
        self._logged_at = Instant(0)
        self._number = 0
        self._database: Database
        create_folder(folder)
        self._resume()

    @property
    def tail(self) -> Tail:
        """The last position, and how many items and refusals were recorded in all."""
        return self._tail

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        """Record items per shard, and refusals, durably: all or none. The position after them.

        The stamps of a log never go back: a `logged_at` before the last one is taken as that.

        Raises:
            Unavailable: the log cannot be written. Nothing was recorded; try again.
        """
        stamp = max(logged_at, self._logged_at)
        chunks = self._chunks(items, stamp)
        refused = self._refused(refusals, stamp)
        if not chunks and not refused:
            return self._tail.seq
        if self._is_full(stamp):
            self._start_next()
        with self._database.transaction():
            if chunks:
                self._database.run_many(_INSERT_CHUNK, chunks)
            if refused:
                self._database.run_many(_INSERT_REFUSAL, refused)
        self._count(chunks, refused)
        self._logged_at = stamp
        if self._first_logged_at is None:
            self._first_logged_at = stamp
        return self._tail.seq

    def rest(self) -> None:
        """Move everything into the database file. Call it when nothing has come for a while: no reader minds."""
        self._database.checkpoint(truncate=True)

    def close(self) -> None:
        """Release the files. Nothing is lost by not calling it."""
        self._database.finish()

    def _chunks(self, items: Mapping[int, Sequence[Item]], logged_at: Instant) -> list[Row]:
        rows: list[Row] = []
        received = self._tail.items
        for shard, its_items in items.items():
            if its_items:
                received += len(its_items)
                seq = self._tail.seq + len(rows) + 1
                rows.append((seq, shard, len(its_items), logged_at, received, _encoder.encode(its_items)))
        return rows

    def _refused(self, refusals: Sequence[Refusal], logged_at: Instant) -> list[Row]:
        first = self._tail.refusals + 1
        return [(number, logged_at, _encoder.encode(refusal)) for number, refusal in enumerate(refusals, first)]

    def _count(self, chunks: list[Row], refused: list[Row]) -> None:
        self._tail = Tail(
            seq=self._tail.seq + len(chunks),
            items=self._tail.items + sum(cast(int, row[2]) for row in chunks),
            refusals=self._tail.refusals + len(refused),
        )
        self._bytes += sum(_ROW_BYTES + len(cast(bytes, row[-1])) for row in (*chunks, *refused))

    def _is_full(self, now: Instant) -> bool:
        if self._first_logged_at is None:
            return False
        return self._bytes >= self._limits.max_bytes or now - self._first_logged_at >= self._max_age

    def _open(self, number: int, before: Tail) -> None:
        """Open segment `number` for writing; it is made, or its making finished, as starting at `before`."""
        database = open_writer(path_of(self._folder, number), LAYOUT, opening=self._opening)
        try:
            started = header(database)
            if started is None:
                database.rows(_INSERT_SEGMENT, (number, before.seq, before.items, before.refusals))
            end = tail(database, started or before)
            first = database.number("SELECT logged_at FROM chunks ORDER BY seq LIMIT 1")
            last = database.number("SELECT logged_at FROM chunks ORDER BY seq DESC LIMIT 1")
            size_bytes = database.size_bytes
        except CountroomError:
            database.close_quietly()
            raise
        self._number, self._database, self._tail, self._bytes = number, database, end, size_bytes
        self._first_logged_at = Instant(first) if first else None
        self._logged_at = max(self._logged_at, Instant(last))

    def _start_next(self) -> None:
        full = self._database
        self._open(self._number + 1, self._tail)
        # Readers may still be at its end; what stays in its write-ahead log then is moved at the next start.
        with suppress(CountroomError):
            full.finish()

    def _resume(self) -> None:
        found = numbers(self._folder)
        for number in found[:-1]:
            self._tidy(number)
        self._open(found[-1] if found else 1, self._end_of(found[-2]) if len(found) > 1 else Tail())

    def _end_of(self, number: int) -> Tail:
        segments = Segments(self._folder, opening=self._opening)
        segment = segments.get(number)
        if segment is None:
            raise Damaged(f"{path_of(self._folder, number)}: expected a full segment, found an empty one; restore it")
        end = segment.tail()
        segments.let_go()
        return end

    def _tidy(self, number: int) -> None:
        path = path_of(self._folder, number)
        left_over = path.with_name(f"{path.name}-wal")
        if left_over.exists() and left_over.stat().st_size:
            open_writer(path, LAYOUT, opening=self._opening).finish()


class SqliteLogReader:
    """The reading side for one shard. Opens before there is a log, and waits for it by answering nothing."""

    def __init__(self, folder: Path, shard: int, *, opening: Opening = USUAL) -> None:
        self._shard = shard
        self._segments = Segments(folder, opening=opening)
        self._at: dict[Count, Segment] = {}

    def read(self, after: int, limit_items: int) -> list[Chunk]:
        """Chunks of this shard with `seq > after`, in order, about `limit_items` items in all; empty when level.

        Raises:
            Unavailable: the log cannot be read now.
        """
        chunks: list[Chunk] = []
        wanted = limit_items
        for segment in self._from(after, "seq"):
            with closing(segment.database.stream(_SELECT_CHUNKS, (after, self._shard))) as rows:
                for seq, logged_at, count, items in cast(_ChunkRows, rows):
                    chunks.append(Chunk(seq=seq, logged_at=logged_at, items=items, count=count))
                    wanted -= count
                    if wanted <= 0:
                        return chunks
        return chunks

    def head(self) -> int:
        """The log's last position, whatever shard it was for; 0 when empty."""
        return self._tail().seq

    def counts(self) -> LogCounts:
        """How many items and refusals the log has taken since it began, from what is on the disk."""
        end = self._tail()
        return LogCounts(items=end.items, refusals=end.refusals)

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        """Refusals with their positions, in order.

        Raises:
            Unavailable: the log cannot be read now.
        """
        found: list[tuple[int, Refusal]] = []
        for segment in self._from(after, "refusals"):
            rows = segment.database.rows(_SELECT_REFUSALS, (after, limit - len(found)))
            found += [(number, _refusal_decoder.decode(blob)) for number, blob in cast(_RefusalRows, rows)]
            if len(found) >= limit:
                break
        return found

    def close(self) -> None:
        """Release the files."""
        self._at.clear()
        self._segments.let_go()

    def _tail(self) -> Tail:
        last = self._segments.last()
        return last.tail() if last else Tail()

    def _from(self, position: int, count: Count) -> Iterator[Segment]:
        """The segments that may have what follows `position`, in order."""
        segment = self._at.get(count)
        if segment is None or getattr(segment.before, count) > position:
            segment = self._segments.holding(position, of=lambda start: int(getattr(start, count)))
        try:
            while segment:
                self._at[count] = segment
                # Asked for before this one is read: once the next is there, nothing is added to this one.
                following = self._segments.get(segment.number + 1)
                yield segment
                segment = following
        finally:
            self._segments.let_go(kept=[at.number for at in self._at.values()])
