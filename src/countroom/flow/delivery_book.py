"""What delivery needs of its store, and what each answer promises. tests/contracts/ports has the suite."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from countroom.core.deliveries import Change, Delivery, LinkView, PartnerState
from countroom.core.instants import Instant


class DeliveryBook(Protocol):
    """The writing side. One writer; one thread at a time."""

    def cursors(self) -> dict[int, int]:
        """Per shard the number up to which its outbox was taken."""
        ...

    def last_numbers(self) -> tuple[int, int]:
        """The highest number of a delivery, and of a link, so far."""
        ...

    def partners(self) -> dict[str, PartnerState]:
        """What is kept of each partner that was ever spoken of."""
        ...

    def open_deliveries(self) -> dict[str, int]:
        """How many deliveries wait, per partner."""
        ...

    def shut_links(self, partner: str) -> list[LinkView]:
        """Links of the partner that a gate is closed for."""
        ...

    def due(self, partner: str, now: Instant, *, after: tuple[int, int], limit: int) -> list[tuple[int, int, int]]:
        """First waiting deliveries whose turn has come: (due, delivery, link), in order, behind `after`."""
        ...

    def waiting(self, links: Iterable[int], most: int) -> list[tuple[LinkView, list[Delivery]]]:
        """Links with the first `most` of their waiting deliveries each, in order."""
        ...

    def record(self, change: Change) -> None:
        """Put `change` down, durably: all or none. It says of each link that has deliveries waiting how it stands.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        ...

    def prune(self, before: Mapping[str, Instant], *, after: int, limit: int) -> tuple[int, int]:
        """Forget deliveries that ended before their partner's moment, of the next `limit` behind number `after`.

        How many were forgotten, and the number to go on behind; 0 when all that follow are younger.
        """
        ...

    def close(self) -> None:
        """Release the files. Nothing is lost by not calling it."""
        ...


class DeliveryLook(Protocol):
    """The reading side, beside the writer: sees what is recorded, and nothing else."""

    def links_of(self, brand: str, player: str) -> list[LinkView]:
        """Links of the player that stand, the oldest first."""
        ...

    def link(self, partner: str, link_id: str) -> LinkView | None:
        """The link of this id at a partner, whether it stands or not."""
        ...

    def knows(self, link: int, event_id: str) -> bool:
        """True when there is a delivery of this event by this link, in whatever state."""
        ...
