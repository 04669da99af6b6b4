"""The keys of the hub: kept in `control.db`; those of senders laid out as a file for the intake, which follows it."""

from collections.abc import Callable
from typing import Final

import msgspec

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import SettingsError
from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import Instant
from countroom.runtime.key_use import EVERY, read_use
from countroom.runtime.place import Place
from countroom.sources.rest.key_file import write_keys
from countroom.sources.rest.keys import KeyEntry, new_key
from countroom.stores.embedded.control_db import ControlDatabase, KeyRow, Scope

_ID_BYTES: Final = 5
SCOPES: Final[tuple[Scope, ...]] = ("ingest", "read", "operate", "admin")


class KeyWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What key is to be made."""

    scope: Scope = "ingest"
    source: str = ""
    brands: tuple[str, ...] = ()
    label: str = ""


class NewKey(msgspec.Struct, frozen=True):
    """A key just made: the only time that the secret is seen."""

    secret: str
    row: KeyRow


class KeyBook:
    """Makes keys and takes them back. One process, one thread at a time."""

    def __init__(
        self,
        place: Place,
        database: ControlDatabase,
        *,
        brands: tuple[str, ...],
        sources: tuple[str, ...],
        chance: Callable[[int], bytes],
    ) -> None:
        self._place = place
        self._brands = brands
        self._sources = sources
        self._chance = chance
        self._database = database
        self._of_api: dict[str, KeyRow] = {}
        self._used: dict[str, Instant] = {}
        self._noted: dict[str, Instant] = {}
        # The file may be older than the rows: a kill between the two.
        self._lay_out()

    def all(self) -> list[KeyRow]:
        """All keys, the oldest first."""
        self.note_use(at_once=True)
        return self._database.every_key()

    def get(self, key_id: str) -> KeyRow | None:
        """One key; None when there is none of this id."""
        return self._database.key(key_id)

    def create(self, wanted: KeyWanted, mandate: Mandate) -> NewKey:
        """A new key. One of a sender serves one source and some brands; without any named, all of them.

        Raises:
            SettingsError: source or brand are not configured, or do not go with the scope.
        """
        brands = self._checked(wanted)
        secret, digest = new_key(self._chance)
        row = KeyRow(
            key_id=f"key_{self._chance(_ID_BYTES).hex()}",
            digest=digest,
            source=wanted.source,
            brands=brands,
            label=wanted.label,
            created_at=mandate.at,
            scope=wanted.scope,
        )
        entry = entry_of(mandate, "key.create", row.key_id, before=None, after=_shown(row))
        self._database.add_key(row, mandate, entry)
        self._lay_out()
        return NewKey(secret, row)

    def revoke(self, key_id: str, mandate: Mandate) -> KeyRow | None:
        """Take a key back; None when there is none of this id. The intake refuses it a second later at most."""
        row = self._database.key(key_id)
        if row is None or row.revoked_at is not None:
            return row
        after = msgspec.structs.replace(row, revoked_at=mandate.at)
        entry = entry_of(mandate, "key.revoke", key_id, before=_shown(row), after=_shown(after))
        self._database.revoke_key(key_id, mandate.at, entry)
        self._lay_out()
        return after

    def of_api(self, digest: str, at: Instant) -> KeyRow | None:
        """The key of the admin API with this SHA-256, which is hereby used; None when there is none that counts."""
        row = self._of_api.get(digest)
        if row is not None:
            self._used[row.key_id] = at
        return row

    def note_use(self, *, at_once: bool = False) -> None:
        """Put down when keys were used last: a key once a minute, for with each request it would be a write each.

        `at_once` is for who is about to look.
        """
        used = {**read_use(self._place.key_use), **self._used}
        known = self._noted
        due = {
            k: at for k, at in used.items() if at > known.get(k, -1) and (at_once or at >= known.get(k, -EVERY) + EVERY)
        }
        if due:
            self._database.used_keys(due)
            self._noted |= due

    def _checked(self, wanted: KeyWanted) -> tuple[str, ...]:
        if wanted.scope not in SCOPES:
            raise SettingsError(f"scope: expected one of {', '.join(SCOPES)}, got {wanted.scope!r}")
        if wanted.scope != "ingest":
            if wanted.source or wanted.brands:
                raise SettingsError(f"scope {wanted.scope}: expected neither source nor brand: it is no sender's key")
            return ()
        if wanted.source not in self._sources:
            raise SettingsError(f"source: expected one of {', '.join(self._sources)}, got {wanted.source!r}")
        if not self._brands:
            raise SettingsError("brand: expected a configured brand, there is none; add one to countroom.toml")
        for brand in wanted.brands:
            if brand not in self._brands:
                raise SettingsError(f"brand: expected one of {', '.join(self._brands)}, got {brand!r}")
        return wanted.brands or self._brands

    def _lay_out(self) -> None:
        rows = self._database.every_key()
        self._of_api = {row.digest: row for row in rows if row.scope != "ingest" and row.revoked_at is None}
        write_keys(self._place.keys, [_entry(row) for row in rows if row.scope == "ingest"])


def _entry(row: KeyRow) -> KeyEntry:
    return KeyEntry(
        key_id=row.key_id,
        digest=row.digest,
        source=SourceName(row.source),
        brands=tuple(BrandId(brand) for brand in row.brands),
        is_revoked=row.revoked_at is not None,
    )


def _shown(row: KeyRow) -> dict[str, object]:
    return {
        "scope": row.scope,
        "source": row.source,
        "brands": list(row.brands),
        "label": row.label,
        "is_revoked": row.revoked_at is not None,
    }
