"""The mappings in `control.db`: every version of every source, for ever; none is changed once it is there."""

from typing import Final, cast

import msgspec

from countroom.core.audit import AuditEntry
from countroom.core.instants import Instant
from countroom.dialects.mapping import AnyRule, SourceMapping
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.sqlite import Database, Row

SCHEMA: Final = """
    CREATE TABLE mappings (
        source TEXT NOT NULL,
        version INTEGER NOT NULL,
        rules TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        by TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (source, version)
    ) STRICT
"""
_SELECT: Final = "SELECT source, version, rules, made_at, by, reason FROM mappings WHERE "
_INSERT: Final = "INSERT INTO mappings (source, version, rules, made_at, by, reason) VALUES (?, ?, ?, ?, ?, ?)"
_rules: Final = msgspec.json.Decoder(tuple[AnyRule, ...])


class MappingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a source's mapping."""

    source: str
    version: int
    rules: tuple[AnyRule, ...]
    made_at: Instant
    by: str
    reason: str

    @property
    def mapping(self) -> SourceMapping:
        """As decoders take it."""
        return SourceMapping(self.version, self.rules)


class MappingRows:
    """Mappings over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit

    def add(self, row: MappingRow, entry: AuditEntry) -> None:
        """Put a version down, durably.

        Raises:
            Damaged: there is one of this number.
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        rules = msgspec.json.encode(row.rules).decode()
        with self._database.transaction():
            self._database.rows(_INSERT, (row.source, row.version, rules, row.made_at, row.by, row.reason))
            self._audit.add(entry)

    def get(self, source: str, version: int) -> MappingRow | None:
        """One version; None when there is none of this number."""
        found = self._database.row(f"{_SELECT}source = ? AND version = ?", (source, version))
        return _row(found) if found else None

    def newest(self, source: str) -> MappingRow | None:
        """The version of a source that counts; None before the first."""
        found = self._database.row(f"{_SELECT}source = ? ORDER BY version DESC LIMIT 1", (source,))
        return _row(found) if found else None

    def every(self, source: str = "") -> list[MappingRow]:
        """All versions of a source, or of all, the newest first."""
        found = self._database.rows(f"{_SELECT}(? = '' OR source = ?) ORDER BY source, version DESC", (source, source))
        return [_row(row) for row in found]


def _row(row: Row) -> MappingRow:
    source, version, rules, made_at, by, reason = cast(tuple[str, int, str, Instant, str, str], row)
    return MappingRow(source=source, version=version, rules=_rules.decode(rules), made_at=made_at, by=by, reason=reason)
