"""The audit rows of `control.db`: only ever added to, and in the transaction of the change that they tell of."""

from collections.abc import Iterator
from typing import Final, cast

import msgspec

from countroom.core.audit import START, AuditEntry, AuditRow, hash_of
from countroom.core.instants import Instant
from countroom.stores.embedded.sqlite import Database, Row, Value

SCHEMA: Final = """
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        act TEXT NOT NULL,
        target TEXT NOT NULL,
        reason TEXT NOT NULL,
        request_id TEXT NOT NULL,
        before TEXT,
        after TEXT,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX audit_by_target ON audit (target);
    CREATE TABLE once (
        who TEXT NOT NULL,
        name TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        target TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (who, name)
    ) STRICT
"""

_COLUMNS: Final = "number, at, who, act, target, reason, request_id, before, after, hash"
_INSERT: Final = f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
_AT_ONCE: Final = 1000


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are wanted; empty: any."""

    who: str = ""
    act: str = ""
    """A whole act, or what it begins with up to its dot: `link`."""
    target: str = ""
    since: Instant | None = None
    until: Instant | None = None


class AuditRows:
    """Rows over one connection. The one who opens it closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: AuditEntry) -> int:
        """Add a row to the chain, within the caller's transaction; its number."""
        last = self._database.row("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")
        number, previous = cast(tuple[int, bytes], last) if last else (0, START)
        number += 1
        values: tuple[Value, ...] = (
            number,
            entry.at,
            entry.who,
            entry.act,
            entry.target,
            entry.reason,
            entry.request_id,
            _text(entry.before),
            _text(entry.after),
            hash_of(previous, number, entry),
        )
        self._database.rows(_INSERT, values)
        return number

    def page(self, wanted: AuditFilter, *, before: int | None, limit: int) -> list[AuditRow]:
        """The latest rows first, those with a number below `before`."""
        clauses: list[tuple[str, Value]] = []
        if before is not None:
            clauses.append(("number < ?", before))
        if wanted.who:
            clauses.append(("who = ?", wanted.who))
        if wanted.act:
            clauses.append(("(act || '.') LIKE (? || '.%')", wanted.act))
        if wanted.target:
            clauses.append(("target = ?", wanted.target))
        if wanted.since is not None:
            clauses.append(("at >= ?", wanted.since))
        if wanted.until is not None:
            clauses.append(("at < ?", wanted.until))
        where = " AND ".join(clause for clause, _ in clauses) or "true"
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM audit WHERE {where} ORDER BY number DESC LIMIT ?",  # noqa: S608 - ours
            (*(value for _, value in clauses), limit),
        )
        return [_row(row) for row in rows]

    def walk(self) -> Iterator[AuditRow]:
        """All rows in their order; no transaction is held between them."""
        after = 0
        while rows := self._database.rows(
            f"SELECT {_COLUMNS} FROM audit WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608 - ours
            (after, _AT_ONCE),
        ):
            yield from map(_row, rows)
            after = cast(int, rows[-1][0])

    def done_once(self, who: str, name: str) -> tuple[str, str] | None:
        """Fingerprint and target of what `who` asked under this name already; None when he did not."""
        row = self._database.row("SELECT fingerprint, target FROM once WHERE who = ? AND name = ?", (who, name))
        return cast(tuple[str, str], row) if row else None

    def note_once(self, who: str, name: str, *, fingerprint: str, target: str, at: Instant) -> None:
        """Remember, within the caller's transaction, what was done under a name."""
        self._database.rows("INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?, ?)", (who, name, fingerprint, target, at))

    def forget_once(self, before: Instant) -> None:
        """Forget the names under which things were asked before that instant."""
        self._database.rows("DELETE FROM once WHERE at < ?", (before,))


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic").decode()


def _row(row: Row) -> AuditRow:
    number, at, who, act, target, reason, request_id, before, after, digest = cast(
        tuple[int, Instant, str, str, str, str, str, str | None, str | None, bytes], row
    )
    entry = AuditEntry(
        at=at,
        who=who,
        act=act,
        target=target,
        reason=reason,
        request_id=request_id,
        before=None if before is None else msgspec.json.decode(before),
        after=None if after is None else msgspec.json.decode(after),
    )
    return AuditRow(number, entry, digest)
