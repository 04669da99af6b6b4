"""`control.db`: who may send. Written by the control process, or by a command while no hub runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from countroom.core.instants import Instant
from countroom.stores.embedded.sqlite import USUAL, Layout, Opening, Row, open_writer

LAYOUT: Final = Layout(
    name="control database",
    application_id=0x4352434E,
    version=1,
    schema="""
        CREATE TABLE keys (
            key_id TEXT PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            source TEXT NOT NULL,
            brands TEXT NOT NULL,
            label TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT
    """,
)

_COLUMNS: Final = "key_id, digest, source, brands, label, created_at, revoked_at"


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One key; the secret itself is kept nowhere."""

    key_id: str
    digest: str
    """SHA-256 of the key, hexadecimal."""
    source: str
    brands: tuple[str, ...]
    label: str
    created_at: Instant
    revoked_at: Instant | None = None


class ControlDatabase:
    """The rows of `control.db`. One process, one thread at a time."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        """Open it, made when it is not there.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        self._database = open_writer(path, LAYOUT, opening=opening)

    def every_key(self) -> list[KeyRow]:
        """All keys, the oldest first, revoked ones among them."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM keys ORDER BY created_at, key_id")  # noqa: S608 - ours
        return [_key(row) for row in rows]

    def add_key(self, key: KeyRow) -> None:
        """Record a new key, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        brands = msgspec.json.encode(key.brands).decode()
        values = (key.key_id, key.digest, key.source, brands, key.label, key.created_at, key.revoked_at)
        self._database.rows(f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - ours

    def revoke_key(self, key_id: str, at: Instant) -> KeyRow | None:
        """Record that a key counts no more, durably; the key, or None when there is none of this id.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        self._database.rows("UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE key_id = ?", (at, key_id))
        rows: Sequence[Row] = self._database.rows(
            f"SELECT {_COLUMNS} FROM keys WHERE key_id = ?",  # noqa: S608 - ours
            (key_id,),
        )
        return _key(rows[0]) if rows else None

    def close(self) -> None:
        """Release the file."""
        self._database.checkpoint(truncate=True)
        self._database.close()


def _key(row: Row) -> KeyRow:
    key_id, digest, source, brands, label, created_at, revoked_at = cast(
        tuple[str, str, str, str, str, Instant, Instant | None], row
    )
    return KeyRow(
        key_id=key_id,
        digest=digest,
        source=source,
        brands=msgspec.json.decode(brands, type=tuple[str, ...]),
        label=label,
        created_at=created_at,
        revoked_at=revoked_at,
    )
