"""Where links are kept, as `links` needs it."""

from collections.abc import Sequence
from typing import Protocol

from countroom.core.audit import AuditEntry, Mandate
from countroom.core.ids import PlayerKey
from countroom.core.links import LinkFilter, LinkRow, LinkStep


class LinkRows(Protocol):
    """Where links are kept, and the intents to tell the log of them. One process, one thread at a time."""

    def get(self, link_id: str) -> LinkRow | None:
        """One link, whatever its state."""
        ...

    def holding(self, partner: str, account: str) -> LinkRow | None:
        """The link that holds an account at a partner now: one that is linked."""
        ...

    def alive(self, player: PlayerKey, partner: str) -> LinkRow | None:
        """The player's link at a partner that is pending or linked."""
        ...

    def page(self, wanted: LinkFilter, *, before: int | None, limit: int) -> list[tuple[int, LinkRow]]:
        """Links with their numbers, the latest made first, those with a number below `before`."""
        ...

    def count(self, wanted: LinkFilter) -> int:
        """How many there are."""
        ...

    def history(self, link_id: str) -> list[LinkStep]:
        """Every step of a link, in order."""
        ...

    def untold(self, limit: int) -> list[tuple[LinkRow, LinkStep]]:
        """Steps whose event may not be in the log yet, in the order they were recorded."""
        ...

    def record(self, changes: Sequence[tuple[LinkRow, LinkStep, AuditEntry]], mandate: Mandate) -> None:
        """Put links, their steps as intents, and audit rows down, durably: all or none.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        ...

    def note(self, entry: AuditEntry) -> None:
        """Put an audit row down alone, durably: of something that was asked and refused.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        ...

    def told(self, steps: Sequence[LinkStep]) -> None:
        """The events of these steps lie in the log.

        Raises:
            Unavailable: it cannot be written now. They will be told again, which is harmless.
        """
        ...
