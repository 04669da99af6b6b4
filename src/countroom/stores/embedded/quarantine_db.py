"""The quarantine in `control.db`: receipts collected from where they were refused, each once, and what became of them.

What is collected goes down together with the position up to which it was collected: repeated after a kill, it
finds itself done. Groups are counted as receipts come and go, so that listing them reads no receipt.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import msgspec

from countroom.core.audit import AuditEntry
from countroom.core.instants import Instant
from countroom.core.quarantine import Aim, Held, Mended, Receipt, ReceiptState, Refused
from countroom.core.rejection import Rejection
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.quarantine_groups_db import QuarantineGroups
from countroom.stores.embedded.sqlite import Database, Row, Value

Json = dict[str, Any]

SCHEMA: Final = """
    CREATE TABLE refusal_origins (origin TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
    CREATE TABLE refused (
        id INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,
        number INTEGER NOT NULL,
        group_id TEXT NOT NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        rejections BLOB NOT NULL,
        times INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        body BLOB NOT NULL,
        player BLOB,
        state TEXT NOT NULL,
        state_at INTEGER,
        job_id TEXT NOT NULL,
        mapping INTEGER NOT NULL,
        UNIQUE (origin, number)
    ) STRICT;
    CREATE TABLE refused_bodies (id INTEGER PRIMARY KEY, receipt BLOB NOT NULL, copy BLOB NOT NULL) STRICT;
    CREATE INDEX refused_by_group ON refused (group_id, id);
    CREATE INDEX refused_by_body ON refused (group_id, body);
    CREATE INDEX refused_by_player ON refused (group_id, player);
    CREATE INDEX refused_waiting ON refused (received_at, id) WHERE state = 'waiting';
    CREATE INDEX refused_unread ON refused (id) WHERE player IS NULL;
    CREATE TABLE refusal_totals (moved INTEGER NOT NULL, salt BLOB NOT NULL) STRICT;
    INSERT INTO refusal_totals VALUES (0, randomblob(16))
"""

_COLUMNS: Final = (
    "id, origin, number, group_id, source, kind, rejections, times, first_at, last_at, received_at, "
    "state, state_at, job_id, mapping, is_pruned"
)
_INSERT: Final = (
    "INSERT INTO refused (origin, number, group_id, source, kind, rejections, times, first_at, last_at, received_at, "
    "body, player, state, job_id, mapping) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '', 0) RETURNING id"
)
_AGAIN: Final = "UPDATE refused SET times = ?, last_at = max(last_at, ?) WHERE id = ?"

_encode: Final = msgspec.msgpack.Encoder().encode
_rejections: Final = msgspec.msgpack.Decoder(tuple[Rejection, ...])


class QuarantineRows:
    """Receipts over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit
        self.groups = QuarantineGroups(database, audit)
        self.sums = self.groups.sums

    @property
    def salt(self) -> bytes:
        """What marks of players and bodies are hashed with: they tell one from another, and nothing else."""
        row = self._database.row("SELECT salt FROM refusal_totals")
        return cast(bytes, row[0]) if row else b""

    # ------------------------------------------------------------ collected

    def position(self, origin: str) -> int | None:
        """Up to where an origin was collected; None before the first time."""
        row = self._database.row("SELECT position FROM refusal_origins WHERE origin = ?", (origin,))
        return cast(int, row[0]) if row else None

    def collect(self, origin: str, found: Sequence[Refused], *, position: int, at: Instant) -> None:
        """Put down what was found up to `position`, durably: all or none. What is there already is counted on.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        touched: dict[str, None] = {}
        with self._database.transaction():
            for refused in found:
                touched[self._collect(origin, refused)] = None
            self.groups.recurred(touched, at)
            self._database.rows(
                "INSERT INTO refusal_origins VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position",
                (origin, position),
            )

    def unread(self, limit: int) -> list[Receipt]:
        """Receipts that nobody has opened to see whose they are."""
        return self._receipts("player IS NULL ORDER BY id", limit=limit)

    def recognise(self, marks: Iterable[tuple[int, bytes, Held | None]]) -> None:
        """Note whose receipts are, and what they hold: a mark for each id, empty where nobody can tell.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            for number, mark, held in marks:
                row = self._database.row("SELECT group_id FROM refused WHERE id = ? AND player IS NULL", (number,))
                if row:
                    is_new = mark and not self._has(cast(str, row[0]), "player", mark)
                    self._database.rows("UPDATE refused SET player = ? WHERE id = ?", (mark, number))
                    self.groups.add(cast(str, row[0]), {"players": int(bool(is_new)), "unread": -1})
                    self._hold(number, held)

    # ------------------------------------------------------------ asked

    def get(self, origin: str, number: int) -> Receipt | None:
        """The receipt with this number of an origin; None when there is none."""
        found = self._receipts("origin = ? AND number = ?", origin, number, limit=1)
        return found[0] if found else None

    def by_id(self, number: int) -> Receipt | None:
        """One receipt with what it holds."""
        return next(iter(self._receipts("id = ?", number, limit=1)), None)

    def of_groups(self, groups: Sequence[str], *, state: str = "", before: int | None, limit: int) -> list[Receipt]:
        """Receipts of these groups, the latest first, those with an id below `before`."""
        where = f"group_id IN ({_marks(groups)})" + (" AND state = ?" if state else "")
        values: list[Value] = [*groups, *([state] if state else [])]
        if before is not None:
            where, values = f"{where} AND id < ?", [*values, before]
        return self._receipts(f"{where} ORDER BY id DESC", *values, limit=limit)

    def waiting(self, aim: Aim, after: tuple[int, int], *, upto: int, limit: int) -> list[Receipt]:
        """Receipts that wait, with ids up to `upto`, in order of arrival, behind the one with this stamp and id."""
        where, values = self._aimed(aim)
        where = f"state = 'waiting' AND {where} AND (received_at, id) > (?, ?) AND id <= ? ORDER BY received_at, id"
        return self._receipts(where, *values, *after, upto, limit=limit)

    def count(self, aim: Aim) -> int:
        """How many wait."""
        where, values = self._aimed(aim)
        return self._database.number(
            f"SELECT count(*) FROM refused WHERE state = 'waiting' AND {where}",  # noqa: S608 - ours
            values,
        )

    def last(self) -> int:
        """The id of the latest receipt; 0 while there is none."""
        return self._database.number("SELECT max(id) FROM refused")

    def moved(self) -> int:
        """Receipts that were refused behind a log, so counted as received, and have been logged again since."""
        return self._database.number("SELECT moved FROM refusal_totals")

    # ------------------------------------------------------------ mended and given up

    def settle(self, outcomes: Sequence[Mended], *, job_id: str, at: Instant, dialects: Json) -> None:
        """Note within the caller's transaction what came of receipts. One that still fails waits in its new group."""
        for outcome in outcomes:
            receipt = self.by_id(outcome.id)
            if receipt is None or receipt.state != "waiting":
                continue
            if not outcome.rejections:
                self._end(receipt, "redriven", at=at, job_id=job_id, mapping=outcome.mapping)
            elif outcome.rejections != receipt.rejections:
                self._move(receipt, outcome.rejections, dialect=str(dialects.get(receipt.source, "")))

    def discard(self, receipts: Sequence[Receipt], at: Instant, entry: AuditEntry) -> int:
        """Give receipts up, durably, in one piece with the audit row; how many that were.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            waiting = [receipt for receipt in receipts if receipt.state == "waiting"]
            for receipt in waiting:
                self._end(receipt, "discarded", at=at)
            self._audit.add(entry)
        return len(waiting)

    # ------------------------------------------------------------

    def _collect(self, origin: str, refused: Refused) -> str:
        known = self._database.row(
            "SELECT id, times, group_id FROM refused WHERE origin = ? AND number = ?", (origin, refused.number)
        )
        if known:
            number, times, group = cast(tuple[int, int, str], known)
            more = refused.times - times
            if more > 0:
                self._database.rows(_AGAIN, (refused.times, refused.last_at, number))
                self.groups.add(group, {"seen": more, "arrived": more}, last_at=refused.last_at)
                self.sums.arrived(group, refused.last_at, more)
            return group
        group = self.groups.home(refused, example=f"{origin}.{refused.number}")
        body = refused.body or f"{origin}.{refused.number}".encode()
        is_new, is_new_player = not self._has(group, "body", body), self._is_new_player(group, refused.player)
        values: tuple[Value, ...] = (
            origin, refused.number, group, refused.source, refused.kind, _encode(refused.rejections), refused.times,
            refused.first_at, refused.last_at, refused.received_at, body, refused.player,
        )  # fmt: skip
        [row] = self._database.rows(_INSERT, values)
        self._database.rows("INSERT INTO refused_bodies VALUES (?, ?, ?)", (row[0], refused.receipt, refused.copy))
        self.groups.add(
            group,
            {
                "bodies": int(is_new),
                "seen": refused.times,
                "arrived": refused.times,
                "waiting": 1,
                "players": int(is_new_player),
                "unread": int(refused.player is None),
            },
            first_at=refused.first_at,
            last_at=refused.last_at,
        )
        self.sums.arrived(group, refused.first_at, 1)
        if refused.times > 1:
            self.sums.arrived(group, refused.last_at, refused.times - 1)
        if is_new:
            self._hold(cast(int, row[0]), refused.held)
        return group

    def _hold(self, number: int, held: Held | None) -> None:
        """Count what a receipt that waits holds."""
        if held is not None:
            self.sums.note(number, held)
            row = self._database.row("SELECT group_id FROM refused WHERE id = ? AND state = 'waiting'", (number,))
            if row:
                self.sums.hold(cast(str, row[0]), held, 1)

    def _end(self, receipt: Receipt, state: ReceiptState, *, at: Instant, job_id: str = "", mapping: int = 0) -> None:
        self._database.rows(
            "UPDATE refused SET state = ?, state_at = ?, job_id = ?, mapping = ? WHERE id = ?",
            (state, at, job_id, mapping, receipt.id),
        )
        self.groups.add(receipt.group_id, {"waiting": -1, state: 1})
        self.sums.hold(receipt.group_id, self.sums.of(receipt.id), -1)
        if state == "redriven" and receipt.was_counted:
            self._database.rows("UPDATE refusal_totals SET moved = moved + 1")

    def _move(self, receipt: Receipt, rejections: tuple[Rejection, ...], *, dialect: str) -> None:
        """Put a receipt that fails for another reason now into the group of that."""
        row = self._database.row("SELECT body, player FROM refused WHERE id = ?", (receipt.id,))
        body, player = cast(tuple[bytes, bytes | None], row)
        refused = Refused(
            number=receipt.number,
            source=receipt.source,
            dialect=dialect,
            kind=receipt.kind,
            rejections=rejections,
            times=receipt.times,
            first_at=receipt.first_at,
            last_at=receipt.last_at,
            received_at=receipt.received_at,
        )
        group = self.groups.home(refused, example=receipt.name)
        moves = {"seen": receipt.times, "waiting": 1, "unread": int(player is None)}
        arrives = {"bodies": not self._has(group, "body", body), "players": self._is_new_player(group, player)}
        self._database.rows(
            "UPDATE refused SET group_id = ?, rejections = ? WHERE id = ?", (group, _encode(rejections), receipt.id)
        )
        if group == receipt.group_id:
            return
        old, held = receipt.group_id, self.sums.of(receipt.id)
        self.sums.hold(old, held, -1)
        self.sums.hold(group, held, 1)
        leaves = {"bodies": not self._has(old, "body", body), "players": self._is_new_player(old, player)}
        self.groups.add(old, {name: -n for name, n in {**moves, **leaves}.items()})
        self.groups.add(
            group,
            {**moves, **arrives, "arrived": receipt.times},
            first_at=receipt.first_at,
            last_at=receipt.last_at,
        )

    def _has(self, group: str, column: str, value: bytes) -> bool:
        sql = f"SELECT 1 FROM refused WHERE group_id = ? AND {column} = ? LIMIT 1"  # noqa: S608 - ours
        return self._database.row(sql, (group, value)) is not None

    def _is_new_player(self, group: str, mark: bytes | None) -> bool:
        return bool(mark) and not self._has(group, "player", cast(bytes, mark))

    def _aimed(self, aim: Aim) -> tuple[str, list[Value]]:
        if aim.receipt:
            origin, _, number = aim.receipt.rpartition(".")
            return "origin = ? AND number = ?", [origin, int(number)]
        if aim.group:
            every = self.groups.family(aim.group)
            return f"group_id IN ({_marks(every)})", list(every)
        return "source = ?", [aim.source]

    def _receipts(self, where: str, *values: Value, limit: int) -> list[Receipt]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM refused WHERE {where} LIMIT ?", (*values, limit))  # noqa: S608 - ours
        return [msgspec.structs.replace(found, **self._held(found.id)) for found in map(_receipt, rows)]

    def _held(self, number: int) -> dict[str, bytes]:
        row = self._database.row("SELECT receipt, copy FROM refused_bodies WHERE id = ?", (number,))
        receipt, copy = cast(tuple[bytes, bytes], row) if row else (b"", b"")
        return {"receipt": receipt, "copy": copy}


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _receipt(row: Row) -> Receipt:
    names = [name.strip() for name in _COLUMNS.split(",")]
    given = dict(zip(names, cast(tuple[Any, ...], row), strict=True))
    given |= {"rejections": _rejections.decode(given["rejections"]), "is_pruned": bool(given["is_pruned"])}
    return Receipt(**given)
