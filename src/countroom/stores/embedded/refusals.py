"""Refused messages that were answered with a 400: one row per body, however often it is sent.

A sender who repeats one body for ever fills one row; one who sends ever new ones fills the
shelf to its cap, and from then on is only counted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from countroom.core.instants import Instant
from countroom.core.rejection import Rejection
from countroom.ports import Shelved
from countroom.stores.embedded.sqlite import USUAL, Database, Layout, Opening, Row, open_reader, open_writer

_FIRST: Final = """
        CREATE TABLE bodies (
            id INTEGER PRIMARY KEY,
            body_hash BLOB NOT NULL UNIQUE,
            times INTEGER NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            rejections BLOB NOT NULL,
            receipt BLOB NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE totals (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            bodies INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            not_kept INTEGER NOT NULL
        ) STRICT;
        INSERT INTO totals VALUES (1, 0, 0, 0, 0)
"""
_SECOND: Final = """
    ALTER TABLE bodies ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
    UPDATE bodies SET changed = id;
    CREATE UNIQUE INDEX bodies_by_change ON bodies (changed)
"""
"""`changed` numbers the changes of all bodies: who collects them asks for what changed since. No clock does that."""

LAYOUT: Final = Layout(
    name="shelf of refused messages",
    application_id=0x43525246,
    version=2,
    schema=f"{_FIRST};{_SECOND}",
    upgrades=(_SECOND,),
)

_COLUMNS: Final = "id, times, first_at, last_at, kind, rejections, receipt, received_at"
_INSERT: Final = (
    "INSERT INTO bodies (body_hash, times, first_at, last_at, kind, rejections, receipt, received_at, changed) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_AGAIN: Final = (
    "UPDATE bodies SET times = times + ?, last_at = max(last_at, ?), changed = ? WHERE body_hash = ? RETURNING id"
)
_ADD: Final = "UPDATE totals SET bodies = bodies + ?, bytes = bytes + ?, seen = seen + ?, not_kept = not_kept + ?"

_encoder = msgspec.msgpack.Encoder()
_rejections = msgspec.msgpack.Decoder(tuple[Rejection, ...])


class Cap(msgspec.Struct, frozen=True):
    """How much one source may leave on its shelf."""

    bodies: int = 10_000
    bytes: int = 64 << 20
    """Of receipts and rejections together."""


USUAL_CAP: Final = Cap()


class ShelfCounts(msgspec.Struct, frozen=True):
    """What a shelf has seen, from durable rows."""

    bodies: int
    """Different bodies that are kept."""
    bytes: int
    seen: int
    """Messages in all, repeats and those not kept included."""
    not_kept: int
    """Messages that found the shelf full."""


class KeptBody(msgspec.Struct, frozen=True):
    """One refused body."""

    id: int
    times: int
    first_at: Instant
    last_at: Instant
    kind: str
    rejections: tuple[Rejection, ...]
    receipt: bytes
    """Sealed, as it first came."""
    received_at: Instant


class SqliteShelf:
    """The writing side, in the REST intake of one source."""

    def __init__(self, path: Path, *, cap: Cap = USUAL_CAP, opening: Opening = USUAL) -> None:
        """Open the shelf at `path`, made when it is not there.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        self._cap = cap
        self._database = open_writer(path, LAYOUT, opening=opening)

    def set_aside(self, refused: Sequence[Shelved], at: Instant) -> None:
        """Count each body, and keep the first of each as far as the shelf has room, durably: all or none.

        Raises:
            Unavailable: the shelf cannot be written. Nothing was recorded; try again.
        """
        times: dict[bytes, int] = {}
        firsts: dict[bytes, Shelved] = {}
        for shelved in refused:
            times[shelved.body_hash] = times.get(shelved.body_hash, 0) + 1
            firsts.setdefault(shelved.body_hash, shelved)
        if not times:
            return
        with self._database.transaction():
            before = _counts(self._database)
            bodies = added = not_kept = 0
            # No more bodies than messages: the numbers of this transaction stay below those of the next.
            for change, (body_hash, number) in enumerate(times.items(), start=before.seen + 1):
                if self._database.row(_AGAIN, (number, at, change, body_hash)):
                    continue
                shelved = firsts[body_hash]
                rejections = _encoder.encode(shelved.refusal.rejections)
                size = len(rejections) + len(shelved.refusal.receipt)
                if before.bodies + bodies >= self._cap.bodies or before.bytes + added + size > self._cap.bytes:
                    not_kept += number
                    continue
                row = _row(shelved, number, at=at, rejections=rejections)
                self._database.rows(_INSERT, (*row, change))
                bodies, added = bodies + 1, added + size
            self._database.rows(_ADD, (bodies, added, len(refused), not_kept))

    def close(self) -> None:
        """Release the file."""
        self._database.finish()


class SqliteShelfReader:
    """The reading side, for any other process. Opens before there is a shelf, and then finds it empty."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        self._path = path
        self._opening = opening
        self._database: Database | None = None

    def counts(self) -> ShelfCounts:
        """What the shelf has seen.

        Raises:
            Unavailable: the file cannot be read now.
        """
        database = self._opened()
        return _counts(database) if database else ShelfCounts(bodies=0, bytes=0, seen=0, not_kept=0)

    def page(self, after: int = 0, *, limit: int) -> list[KeptBody]:
        """The bodies with ids above `after`, in the order in which they first came, at most `limit`.

        Raises:
            Unavailable: the file cannot be read now.
        """
        return self._bodies("WHERE id > ? ORDER BY id LIMIT ?", (after, limit))

    def changed(self, after: int, *, limit: int) -> list[tuple[int, KeptBody]]:
        """Bodies that came, or came again, behind the change `after`, each with its change, in that order.

        Nothing while the shelf has the form of an older version: its writer brings it up to date when it starts.

        Raises:
            Unavailable: the file cannot be read now.
        """
        database = self._opened()
        if database is None or database.number("PRAGMA user_version") < LAYOUT.version:
            return []
        sql = f"SELECT changed, {_COLUMNS} FROM bodies WHERE changed > ? ORDER BY changed LIMIT ?"  # noqa: S608 - ours
        return [(cast(int, row[0]), _body(row[1:])) for row in database.rows(sql, (after, limit))]

    def get(self, number: int) -> KeptBody | None:
        """The body with this id.

        Raises:
            Unavailable: the file cannot be read now.
        """
        return next(iter(self._bodies("WHERE id = ?", (number,))), None)

    def close(self) -> None:
        """Release the file."""
        if self._database:
            self._database.close()
            self._database = None

    def _bodies(self, where: str, bindings: Row) -> list[KeptBody]:
        database = self._opened()
        rows = database.rows(f"SELECT {_COLUMNS} FROM bodies {where}", bindings) if database else []  # noqa: S608 - ours
        return [_body(row) for row in rows]

    def _opened(self) -> Database | None:
        if self._database is None:
            self._database = open_reader(self._path, LAYOUT, opening=self._opening)
        return self._database


def _row(shelved: Shelved, times: int, *, at: Instant, rejections: bytes) -> Row:
    refusal = shelved.refusal
    return (shelved.body_hash, times, at, at, refusal.kind, rejections, refusal.receipt, refusal.received_at)


def _counts(database: Database) -> ShelfCounts:
    [row] = database.rows("SELECT bodies, bytes, seen, not_kept FROM totals")
    return ShelfCounts(*cast(tuple[int, int, int, int], row))


def _body(row: Row) -> KeptBody:
    number, times, first_at, last_at, kind, rejections, receipt, received_at = cast(
        tuple[int, int, Instant, Instant, str, bytes, bytes, Instant], row
    )
    return KeptBody(
        id=number,
        times=times,
        first_at=first_at,
        last_at=last_at,
        kind=kind,
        rejections=_rejections.decode(rejections),
        receipt=receipt,
        received_at=received_at,
    )
