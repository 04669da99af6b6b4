"""`vault.db`: wrapped keys, blind index, personal values as ciphertext; nothing for who has no key file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import Instant
from countroom.ports import KeptKey, KeptValue, VaultChange
from countroom.stores.embedded.sqlite import USUAL, Layout, Opening, open_writer

LAYOUT: Final = Layout(
    name="vault",
    application_id=0x43525641,
    version=1,
    schema="""
        CREATE TABLE key_file (id INTEGER PRIMARY KEY CHECK (id = 1), mark BLOB NOT NULL) STRICT;
        CREATE TABLE player_keys (
            brand TEXT NOT NULL,
            player TEXT NOT NULL,
            wrapped BLOB NOT NULL,
            made_at INTEGER NOT NULL,
            erased_at INTEGER,
            PRIMARY KEY (brand, player)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE quarantine_keys (
            brand TEXT NOT NULL,
            month TEXT NOT NULL,
            wrapped BLOB NOT NULL,
            made_at INTEGER NOT NULL,
            PRIMARY KEY (brand, month)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE personal (
            brand TEXT NOT NULL,
            player TEXT NOT NULL,
            field TEXT NOT NULL,
            token BLOB NOT NULL,
            cipher BLOB NOT NULL,
            first_at INTEGER NOT NULL,
            PRIMARY KEY (brand, player, field, token)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blind_index (
            brand TEXT NOT NULL,
            field TEXT NOT NULL,
            blind BLOB NOT NULL,
            player TEXT NOT NULL,
            PRIMARY KEY (brand, field, blind, player)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blind_index_by_player ON blind_index (brand, player)
    """,
)

_KEY: Final = "SELECT wrapped, erased_at FROM player_keys WHERE brand = ? AND player = ?"
_ADD_KEY: Final = "INSERT INTO player_keys (brand, player, wrapped, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ADD_QUARANTINE: Final = "INSERT INTO quarantine_keys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ADD_VALUE: Final = "INSERT INTO personal VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ADD_INDEX: Final = "INSERT INTO blind_index VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_VALUES: Final = "SELECT field, token, cipher FROM personal WHERE brand = ? AND player = ? ORDER BY field, token"
_HOLDERS: Final = "SELECT player FROM blind_index WHERE brand = ? AND field = ? AND blind = ? ORDER BY player"
_BURY: Final = (
    "INSERT INTO player_keys (brand, player, wrapped, made_at, erased_at) VALUES (?, ?, x'', ?, ?) "
    "ON CONFLICT DO UPDATE SET wrapped = x'', erased_at = excluded.erased_at"
)


class VaultDatabase:
    """Fulfils `ports.VaultRows`. One process, one thread."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        """Open it, made when it is not there.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        self._database = open_writer(path, LAYOUT, opening=opening)
        # What is erased must not lie about in free pages.
        self._database.rows("PRAGMA secure_delete = ON")

    def key_mark(self) -> bytes | None:
        """Tells which key file the rows belong to; None before `set_key_mark`."""
        row = self._database.row("SELECT mark FROM key_file")
        return cast(bytes, row[0]) if row else None

    def set_key_mark(self, mark: bytes) -> None:
        """Tie the rows to a key file, once."""
        with self._database.transaction():
            self._database.rows("INSERT INTO key_file VALUES (1, ?)", (mark,))

    def player_keys(self, players: Sequence[PlayerKey]) -> list[KeptKey | None]:
        """The players' keys in the order asked; None for who has none yet."""
        rows = [self._database.row(_KEY, (player.brand, player.player)) for player in players]
        return [KeptKey(cast(bytes, row[0]), is_erased=row[1] is not None) if row else None for row in rows]

    def quarantine_key(self, brand: str, month: str) -> bytes | None:
        """The wrapped quarantine key of a brand and month."""
        row = self._database.row("SELECT wrapped FROM quarantine_keys WHERE brand = ? AND month = ?", (brand, month))
        return cast(bytes, row[0]) if row else None

    def values(self, player: PlayerKey) -> list[KeptValue]:
        """All values of the player that were ever stated, in order of field and token."""
        rows = cast(list[tuple[str, bytes, bytes]], self._database.rows(_VALUES, (player.brand, player.player)))
        return [KeptValue(player, *row) for row in rows]

    def holders(self, brand: str, field: str, *, blind: bytes) -> list[PlayerKey]:
        """Players of `brand` with this row in the blind index, in order of id."""
        rows = self._database.rows(_HOLDERS, (brand, field, blind))
        return [PlayerKey(BrandId(brand), PlayerId(cast(str, row[0]))) for row in rows]

    def record(self, change: VaultChange) -> None:
        """Put `change` down, durably: all or none.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        at = change.at
        with self._database.transaction():
            many = self._database.run_many
            many(_ADD_KEY, [(p.brand, p.player, wrapped, at) for p, wrapped in change.player_keys])
            many(_ADD_QUARANTINE, [(brand, month, wrapped, at) for brand, month, wrapped in change.quarantine_keys])
            many(_ADD_VALUE, [(v.player.brand, v.player.player, v.field, v.token, v.cipher, at) for v in change.values])
            many(_ADD_INDEX, [(row.player.brand, row.field, row.blind, row.player.player) for row in change.index])

    def erase(self, player: PlayerKey, at: Instant) -> bool:
        """Remove key, values and index rows of the player and leave a tombstone, durably; False if there was one.

        Raises:
            Unavailable: it cannot be written now. Nothing was erased.
        """
        who = (player.brand, player.player)
        [kept] = self.player_keys([player])
        if kept is not None and kept.is_erased:
            return False
        with self._database.transaction():
            self._database.rows(_BURY, (*who, at, at))
            self._database.rows("DELETE FROM personal WHERE brand = ? AND player = ?", who)
            self._database.rows("DELETE FROM blind_index WHERE brand = ? AND player = ?", who)
        # The write-ahead log still holds the old pages.
        self._database.checkpoint(truncate=True)
        return True

    def close(self) -> None:
        """Release the file."""
        self._database.close()
