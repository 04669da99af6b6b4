"""Mappings, as the admin API asks for them."""

from collections.abc import Sequence

import msgspec

from countroom.api.quarantined import MappingShown
from countroom.core.audit import Mandate
from countroom.core.instants import iso
from countroom.dialects.mapping import AnyRule
from countroom.runtime.books import Books
from countroom.stores.embedded.mappings_db import MappingRow


class MappingsDesk:
    """Mappings, in every version."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def all(self, source: str) -> list[MappingShown]:
        """Versions of a source, or of all, the newest first."""
        with self._books.writing() as books:
            return self._shown(books.mappings.every(source))

    def get(self, source: str, version: int) -> MappingShown:
        """One version.

        Raises:
            Missing: there is none.
        """
        with self._books.writing() as books:
            row = books.mappings.get(source, version)
            newest = books.mappings.newest(source)
        return mapping_shown(row, is_newest=newest == row)

    def publish(self, source: str, rules: Sequence[AnyRule], *, replaces: bool, mandate: Mandate) -> MappingShown:
        """Make a new version, of these rules behind those that count now or in their place.

        Raises:
            Contradicted: it would change nothing.
            SettingsError: the source is not configured, or a rule cannot be.
        """
        with self._books.writing() as books:
            proposed = books.mappings.proposed(source, tuple(rules), replaces=replaces)
            return mapping_shown(books.mappings.publish(proposed, source, mandate), is_newest=True)

    def _shown(self, rows: list[MappingRow]) -> list[MappingShown]:
        newest = {row.source: row.version for row in reversed(rows)}
        return [mapping_shown(row, is_newest=newest[row.source] == row.version) for row in rows]


def mapping_shown(row: MappingRow, *, is_newest: bool) -> MappingShown:
    """A version as answered."""
    return MappingShown(
        source=row.source,
        version=row.version,
        is_newest=is_newest,
        rules=[msgspec.to_builtins(rule) for rule in row.rules],
        made_at=iso(row.made_at),
        by=row.by,
        reason=row.reason,
    )
