"""All pages of one player, for reading."""

from collections.abc import Iterator
from typing import TypeVar, cast

from countroom.core.identity import SEPARATOR, anchor, mark
from countroom.core.ids import PlayerKey
from countroom.fold import keys
from countroom.fold.calendar import Calendar, calendar
from countroom.fold.pages import Head, Known, RoundPage
from countroom.fold.round_parts import whole
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

    def rounds(self, kind: bytes) -> Iterator[tuple[bytes, RoundPage]]:
        """All rounds of one ledger, large ones with all their activities."""
        for rest, page in self.all(kind, RoundPage):
            yield rest, whole(self.pages, self.prefix, rest, page)

    def is_known(self, target: str) -> bool:
        """True when a bet, a result or a rollback with this identity, or anchor, was seen."""
        row = self.pages.get(keys.ids_of_player(self.key.brand, self.key.player) + anchor(target).encode())
        held = [k for k in cast("list[Known] | None", row) or () if k.page[:1] in keys.UNDOABLE]
        marks = [m for k in held for m in (k.source_mark, k.business_mark) if m]
        if SEPARATOR in target:
            return mark(target) in marks or target in marks
        return any(not m.endswith("rollback") for m in marks)
