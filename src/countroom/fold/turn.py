"""One event's turn: the player's pages at hand, the brand's switches, and what is to be told."""

from typing import Protocol, TypeVar, cast

import msgspec

from countroom.core.events import About
from countroom.fold import keys
from countroom.fold.calendar import Calendar, calendar
from countroom.fold.pages import Bucket, DayPage, Head
from countroom.fold.settings import BrandSettings

P = TypeVar("P")


class Pages(Protocol):
    """All pages of one shard's players, as the fold sees them: whatever is asked for is there or is None.

    The runner loads ahead what `needs` names; a page that was not foreseen is loaded when it is
    asked for. The fold never knows the difference.
    """

    def get(self, key: bytes) -> object | None:
        """The decoded page under `key`, to be changed in place, or None."""
        ...

    def put(self, key: bytes, page: object | None) -> None:
        """Set a page, or mark it as changed; None removes it."""
        ...

    def scan(self, prefix: bytes) -> list[tuple[bytes, object]]:
        """All pages whose key begins with `prefix`, changes of this batch included, in order of key."""
        ...


class Signal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the fold says changed. Its identity is (kind, subject) plus brand and player; semantics.md 9.1."""

    kind: str
    subject: str
    at: int
    quiet: bool
    brand: str
    player: str
    content: dict[str, object] | None = None
    """Only for players who are linked somewhere."""
    partner: str | None = None
    """To this partner alone; None: to all the player is linked to."""


class Turn:
    """What a step works on. Pages are changed in place and marked with `touch`."""

    __slots__ = ("about", "brand", "calendar", "head", "head_key", "pages", "prefix", "signals")

    def __init__(self, pages: Pages, about: About, brand: BrandSettings, signals: list[Signal]) -> None:
        self.pages = pages
        self.about = about
        self.brand = brand
        self.calendar: Calendar = calendar(brand.time_zone, brand.day_starts_at_min)
        self.signals = signals
        self.prefix = keys.of_player(about.brand, about.player)
        self.head_key = self.prefix + keys.HEAD
        head = cast("Head | None", pages.get(self.head_key))
        if head is None:
            head = Head()
        pages.put(self.head_key, head)
        self.head = head

    def load(self, key: bytes, kind: type[P]) -> P:
        """The page under `key`, made when there is none, and marked as changed."""
        page = cast("P | None", self.pages.get(key))
        if page is None:
            page = kind()
        self.pages.put(key, page)
        return page

    def peek(self, key: bytes, kind: type[P]) -> P | None:  # noqa: ARG002 - the type is for the checker
        """The page under `key`, or None; not marked."""
        return cast("P | None", self.pages.get(key))

    def touch(self, key: bytes, page: object) -> None:
        """Mark a page as changed."""
        self.pages.put(key, page)

    def day_key(self, day: int, *, free: bool) -> bytes:
        """Key of a brand day of one ledger."""
        return keys.day_page(self.prefix, day, free=free)

    def day(self, day: int, *, free: bool) -> DayPage:
        """A brand day of one ledger, made when there is none, and marked as changed."""
        return self.load(keys.day_page(self.prefix, day, free=free), DayPage)

    def buckets(self, at: int, *, free: bool) -> tuple[Bucket, Bucket]:
        """The two buckets a fact at `at` counts in: life, and its UTC hour in its brand day."""
        head = self.head
        if free:
            life = head.free
            if life is None:
                life = head.free = Bucket()
        else:
            life = head.life
        hours = self.day(self.calendar.day(at), free=free).hours
        hour = at // 3_600_000_000
        bucket = hours.get(hour)
        if bucket is None:
            bucket = hours[hour] = Bucket()
        return life, bucket

    def tell(self, kind: str, subject: str, at: int, content: dict[str, object] | None = None) -> None:
        """Say that something changed, to all partners the player is linked to."""
        about = self.about
        told = (content or {}) if self.head.links else None
        quiet = about.historical or about.quiet
        self.signals.append(Signal(kind, subject, at, quiet, about.brand, about.player, told))

    def arm(self, due: int) -> None:
        """See to it that the player's timer goes off at `due` or earlier."""
        timer = self.head.timer
        if timer == 0 or due < timer:
            self.head.timer = due
