"""`control.db`: keys, links, plans, the quarantine, jobs, and who changed them.

The control process writes it, or a command without one.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Literal, cast

import msgspec

from countroom.core.audit import AuditEntry, Mandate
from countroom.core.instants import Instant
from countroom.stores.embedded import (
    audit_db,
    jobs_db,
    links_db,
    mappings_db,
    plans_db,
    quarantine_db,
    quarantine_groups_db,
    quarantine_sums_db,
)
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.jobs_db import JobRows
from countroom.stores.embedded.links_db import SqliteLinks
from countroom.stores.embedded.mappings_db import MappingRows
from countroom.stores.embedded.plans_db import PlanRows
from countroom.stores.embedded.quarantine_db import QuarantineRows
from countroom.stores.embedded.sqlite import USUAL, Layout, Opening, Row, open_writer

Scope = Literal["ingest", "read", "operate", "admin"]

_KEYS: Final = """
    CREATE TABLE keys (
        key_id TEXT PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        brands TEXT NOT NULL,
        label TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        revoked_at INTEGER
    ) STRICT
"""
_SECOND: Final = f"""
    ALTER TABLE keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'ingest';
    ALTER TABLE keys ADD COLUMN last_used_at INTEGER;
    {links_db.SCHEMA};
    {audit_db.SCHEMA};
    {plans_db.SCHEMA}
"""
_THIRD: Final = f"""
    {quarantine_db.SCHEMA};
    {quarantine_groups_db.SCHEMA};
    {mappings_db.SCHEMA};
    {jobs_db.SCHEMA}
"""

LAYOUT: Final = Layout(
    name="control database",
    application_id=0x4352434E,
    version=4,
    schema=f"{_KEYS};{_SECOND};{_THIRD};{quarantine_sums_db.SCHEMA}",
    upgrades=(_SECOND, _THIRD, quarantine_sums_db.SCHEMA),
)

_COLUMNS: Final = "key_id, digest, source, brands, label, created_at, revoked_at, scope, last_used_at"
_INSERT: Final = f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One key; the secret itself is kept nowhere."""

    key_id: str
    digest: str
    """SHA-256 of the key, hexadecimal."""
    source: str
    """Whose messages a key of scope `ingest` brings; empty for the others."""
    brands: tuple[str, ...]
    label: str
    created_at: Instant
    revoked_at: Instant | None = None
    scope: Scope = "ingest"
    last_used_at: Instant | None = None
    """To the minute or so."""


class ControlDatabase:
    """The rows of `control.db`. One process, one thread at a time."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        """Open it, made when it is not there.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        self._database = open_writer(path, LAYOUT, opening=opening)
        self.audit = AuditRows(self._database)
        self.links = SqliteLinks(self._database, self.audit)
        self.plans = PlanRows(self._database, self.audit)
        self.quarantine = QuarantineRows(self._database, self.audit)
        self.mappings = MappingRows(self._database, self.audit)
        self.jobs = JobRows(self._database, self.audit)

    def every_key(self) -> list[KeyRow]:
        """All keys, the oldest first, revoked ones among them."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM keys ORDER BY created_at, key_id")  # noqa: S608 - ours
        return [_key(row) for row in rows]

    def add_key(self, key: KeyRow, mandate: Mandate, entry: AuditEntry) -> None:
        """Record a new key, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        brands = msgspec.json.encode(key.brands).decode()
        values = (
            key.key_id, key.digest, key.source, brands, key.label,
            key.created_at, key.revoked_at, key.scope, key.last_used_at,
        )  # fmt: skip
        with self._database.transaction():
            self._database.rows(_INSERT, values)
            self.audit.add(entry)
            if mandate.once:
                self.audit.note_once(
                    mandate.who, mandate.once, fingerprint=mandate.fingerprint, target=key.key_id, at=mandate.at
                )

    def key(self, key_id: str) -> KeyRow | None:
        """One key; None when there is none of this id."""
        rows: Sequence[Row] = self._database.rows(
            f"SELECT {_COLUMNS} FROM keys WHERE key_id = ?",  # noqa: S608 - ours
            (key_id,),
        )
        return _key(rows[0]) if rows else None

    def revoke_key(self, key_id: str, at: Instant, entry: AuditEntry) -> None:
        """Record that a key counts no more, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self._database.rows("UPDATE keys SET revoked_at = ? WHERE key_id = ?", (at, key_id))
            self.audit.add(entry)

    def used_keys(self, used: Mapping[str, Instant]) -> None:
        """Record when keys were used last.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self._database.run_many(
                "UPDATE keys SET last_used_at = ?1 WHERE key_id = ?2 AND coalesce(last_used_at, 0) < ?1",
                [(at, key_id) for key_id, at in used.items()],
            )

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside is recorded when the block ends, or nothing of it.

        Raises:
            Unavailable: it cannot be recorded now. Nothing was.
        """
        return self._database.transaction()

    def close(self) -> None:
        """Release the file."""
        self._database.checkpoint(truncate=True)
        self._database.close()


def _key(row: Row) -> KeyRow:
    key_id, digest, source, brands, label, created_at, revoked_at, scope, last_used_at = cast(
        tuple[str, str, str, str, str, Instant, Instant | None, Scope, Instant | None], row
    )
    return KeyRow(
        key_id=key_id,
        digest=digest,
        source=source,
        brands=msgspec.json.decode(brands, type=tuple[str, ...]),
        label=label,
        created_at=created_at,
        revoked_at=revoked_at,
        scope=scope,
        last_used_at=last_used_at,
    )
