"""The keys of the hub: kept in `control.db`, and laid out as a file for the intake, which follows it."""

from collections.abc import Callable

import msgspec

from countroom.core.errors import SettingsError
from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import Instant
from countroom.runtime.place import Place
from countroom.sources.rest.key_file import write_keys
from countroom.sources.rest.keys import KeyEntry, new_key
from countroom.stores.embedded.control_db import ControlDatabase, KeyRow

_ID_BYTES = 5


class NewKey(msgspec.Struct, frozen=True):
    """A key just made: the only time that the secret is seen."""

    secret: str
    row: KeyRow


class KeyBook:
    """Makes keys and takes them back. One process at a time."""

    def __init__(
        self, place: Place, *, brands: tuple[str, ...], sources: tuple[str, ...], chance: Callable[[int], bytes]
    ) -> None:
        self._place = place
        self._brands = brands
        self._sources = sources
        self._chance = chance
        self._database = ControlDatabase(place.control_db)
        # The file may be older than the rows: a kill between the two.
        self._lay_out()

    def all(self) -> list[KeyRow]:
        """All keys, the oldest first."""
        return self._database.every_key()

    def create(self, at: Instant, *, source: str, brands: tuple[str, ...], label: str) -> NewKey:
        """A new key for one source and some brands; without any named, for all of them.

        Raises:
            SettingsError: source or brand are not configured.
        """
        if source not in self._sources:
            raise SettingsError(f"source: expected one of {', '.join(self._sources)}, got {source!r}")
        if not self._brands:
            raise SettingsError("brand: expected a configured brand, there is none; add one to countroom.toml")
        for brand in brands:
            if brand not in self._brands:
                raise SettingsError(f"brand: expected one of {', '.join(self._brands)}, got {brand!r}")
        secret, digest = new_key(self._chance)
        row = KeyRow(
            key_id=f"key_{self._chance(_ID_BYTES).hex()}",
            digest=digest,
            source=source,
            brands=brands or self._brands,
            label=label,
            created_at=at,
        )
        self._database.add_key(row)
        self._lay_out()
        return NewKey(secret, row)

    def revoke(self, key_id: str, at: Instant) -> KeyRow | None:
        """Take a key back; None when there is none of this id. The intake refuses it a second later at most."""
        row = self._database.revoke_key(key_id, at)
        self._lay_out()
        return row

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _lay_out(self) -> None:
        write_keys(self._place.keys, [_entry(row) for row in self._database.every_key()])


def _entry(row: KeyRow) -> KeyEntry:
    return KeyEntry(
        key_id=row.key_id,
        digest=row.digest,
        source=SourceName(row.source),
        brands=tuple(BrandId(brand) for brand in row.brands),
        is_revoked=row.revoked_at is not None,
    )
