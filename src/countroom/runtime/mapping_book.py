"""The mappings of the hub: kept in `control.db` in every version; the newest laid out as a file for the intake."""

from typing import Final

import msgspec

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Contradicted, Missing, SettingsError
from countroom.dialects.mapping import AnyRule, SourceMapping, faults
from countroom.runtime.place import Place, write_private
from countroom.stores.embedded.control_db import ControlDatabase
from countroom.stores.embedded.mappings_db import MappingRow

_LIST: Final = "'countroom mapping list' shows what there is"


class MappingBook:
    """Publishes mappings. One process, one thread at a time."""

    def __init__(self, place: Place, database: ControlDatabase, *, sources: tuple[str, ...]) -> None:
        self._place = place
        self._rows = database.mappings
        self._sources = sources
        # The file may be older than the rows: a kill between the two.
        self._lay_out()

    def every(self, source: str = "") -> list[MappingRow]:
        """All versions of a source, or of all, the newest first."""
        return self._rows.every(source)

    def newest(self, source: str) -> MappingRow | None:
        """The version of a source that counts; None before the first."""
        return self._rows.newest(source)

    def get(self, source: str, version: int) -> MappingRow:
        """One version.

        Raises:
            Missing: there is none.
        """
        found = self._rows.get(source, version)
        if found is None:
            raise Missing(f"mapping {version} of source {source}: there is none", remedy=_LIST)
        return found

    def proposed(self, source: str, rules: tuple[AnyRule, ...], *, replaces: bool) -> SourceMapping:
        """What the next version would be: these rules behind those that count now, or in their place.

        Raises:
            SettingsError: the source is not configured, or a rule cannot be.
        """
        if source not in self._sources:
            raise SettingsError(f"source: expected one of {', '.join(self._sources)}, got {source!r}")
        newest = self._rows.newest(source)
        before = newest.rules if newest and not replaces else ()
        every = (*before, *(rule for rule in rules if rule not in before))
        wrong = faults(every)
        if wrong:
            raise SettingsError("; ".join(wrong))
        return SourceMapping(newest.version + 1 if newest else 1, every)

    def publish(self, proposed: SourceMapping, source: str, mandate: Mandate) -> MappingRow:
        """Make a proposed version the one that counts. The intake reads by it a second later at most.

        Raises:
            Contradicted: another was published since it was proposed, or it changes nothing.
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        newest = self._rows.newest(source)
        if proposed.version != (newest.version if newest else 0) + 1:
            raise Contradicted(
                f"mapping of source {source}: expected to follow version {newest.version if newest else 0}, "
                f"this one would be {proposed.version}",
                remedy="look at what was published meanwhile: 'countroom mapping list'",
            )
        if newest is not None and newest.rules == proposed.rules:
            raise Contradicted(f"mapping of source {source}: version {newest.version} has these very rules already")
        row = MappingRow(
            source=source,
            version=proposed.version,
            rules=proposed.rules,
            made_at=mandate.at,
            by=mandate.who,
            reason=mandate.reason,
        )
        shown = {"version": row.version, "rules": msgspec.to_builtins(row.rules)}
        before = {"version": newest.version} if newest else None
        self._rows.add(row, entry_of(mandate, "mapping.publish", source, before=before, after=shown))
        self._lay_out()
        return row

    def _lay_out(self) -> None:
        newest = {row.source: row.mapping for row in reversed(self._rows.every())}
        write_private(self._place.mappings, msgspec.json.encode(newest))
