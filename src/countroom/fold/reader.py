"""All pages of one player, for reading."""

from typing import TypeVar, cast

from countroom.core.ids import PlayerKey
from countroom.fold import keys
from countroom.fold.calendar import Calendar, calendar
from countroom.fold.pages import Head
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Pages

P = TypeVar("P")


class Reader:
    """All pages of one player, for reading."""

    def __init__(self, pages: Pages, key: PlayerKey, brand: BrandSettings) -> None:
        self.pages = pages
        self.key = key
        self.brand = brand
        self.prefix = keys.of_player(key.brand, key.player)
        self.calendar: Calendar = calendar(brand.time_zone, brand.day_starts_at_min)
        self.head = self.page(keys.HEAD, Head)

    def page(self, rest: bytes, kind: type[P]) -> P:
        """One page, an empty one when there is none."""
        page = cast("P | None", self.pages.get(self.prefix + rest))
        return kind() if page is None else page

    def all(self, rest: bytes, kind: type[P]) -> list[tuple[bytes, P]]:  # noqa: ARG002 - the type is for the checker
        """All pages of one kind, with their keys less the player's prefix."""
        found = self.pages.scan(self.prefix + rest)
        return [(key[len(self.prefix) :], cast("P", page)) for key, page in found]
