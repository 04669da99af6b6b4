"""The links as delivery sees them now: what is recorded, and over it what is not recorded yet.

There is one object per link at a time, which changes; what is kept of it is a copy.
"""

from collections.abc import Callable, Iterable
from typing import Final

from countroom.core.deliveries import LinkView
from countroom.flow.delivery_book import DeliveryLook

MOST: Final = 100_000
"""Players whose links are kept at hand; who is neither spoken of nor waited for is forgotten then."""

Player = tuple[str, str]


class KnownLinks:
    """Links by player and by number."""

    def __init__(self, look: DeliveryLook, *, last: int, is_needed: Callable[[LinkView], bool]) -> None:
        """`last` is the highest number of a link so far; a link that `is_needed` is not forgotten."""
        self._look = look
        self._last = last
        self._is_needed = is_needed
        self._by_player: dict[Player, tuple[LinkView, ...]] = {}
        self._by_number: dict[int, LinkView] = {}

    def of(self, brand: str, player: str) -> tuple[LinkView, ...]:
        """Links of the player that stand, the oldest first."""
        found = self._by_player.get((brand, player))
        if found is None:
            self.trim()
            read = (self.adopted(link) for link in self._look.links_of(brand, player))
            # One that ended may still be recorded as standing.
            found = tuple(link for link in read if link.is_linked)
            self._by_player[brand, player] = found
        return found

    def named(self, brand: str, player: str, *, partner: str, link_id: str) -> LinkView | None:
        """A link of the player by its id, whether it stands or not."""
        for link in self.of(brand, player):
            if link.partner == partner and link.link_id == link_id:
                return link
        found = self._look.link(partner, link_id)
        return None if found is None else self.adopted(found)

    def adopted(self, read: LinkView) -> LinkView:
        """The object for a link that was read."""
        return self._by_number.setdefault(read.link, read)

    @property
    def at_hand(self) -> dict[int, LinkView]:
        """Links by number."""
        return self._by_number

    def next_number(self) -> int:
        """A number for a new link."""
        self._last += 1
        return self._last

    def stands(self, link: LinkView) -> None:
        """Take a link in that is new, or stands again."""
        self._by_number[link.link] = link
        others = (each for each in self.of(link.brand, link.player) if each is not link)
        self._by_player[link.brand, link.player] = (*others, link)

    def ended(self, link: LinkView) -> None:
        """The link stands no more."""
        others: Iterable[LinkView] = (each for each in self.of(link.brand, link.player) if each is not link)
        self._by_player[link.brand, link.player] = tuple(others)

    def trim(self) -> None:
        """Forget who is not needed, if there are many. Not between adopting a link and saying what it is needed for."""
        if len(self._by_player) < MOST and len(self._by_number) < MOST:
            return
        kept = {number: link for number, link in self._by_number.items() if self._is_needed(link)}
        # A player's entry may stay only if it can be found again as it is: all of it, or none.
        self._by_player = {
            player: links for player, links in self._by_player.items() if any(link.link in kept for link in links)
        }
        for links in self._by_player.values():
            kept.update((link.link, link) for link in links)
        self._by_number = kept
