"""One event's turn: the player's pages at hand, the brand's switches, and what is to be told."""

from typing import Any, NamedTuple, Protocol, TypeVar

from countroom.core.events import About
from countroom.core.identity import SEPARATOR
from countroom.core.instants import HOUR
from countroom.core.signals import Signal
from countroom.fold import keys
from countroom.fold.brand_reading import reads_more
from countroom.fold.calendar import Calendar, calendar
from countroom.fold.changes import Changes
from countroom.fold.pages import Bucket, DayPage, Head
from countroom.fold.settings import BrandSettings
from countroom.fold.sums import together

P = TypeVar("P")


class Pages(Protocol):
    """All pages of one shard's players, as the fold sees them: whatever is asked for is there or is None.

    The runner loads ahead what `needs` names; a page that was not foreseen is loaded when it is
    asked for. The fold never knows the difference.
    """

    def get(self, key: bytes) -> Any:
        """The decoded page under `key`, to be changed in place, or None. Its kind follows from the key."""
        ...

    def put(self, key: bytes, page: object | None) -> None:
        """Set a page, or mark it as changed; None removes it."""
        ...

    def scan(self, prefix: bytes) -> list[tuple[bytes, Any]]:
        """All pages whose key begins with `prefix`, changes of this batch included, in order of key."""
        ...


def row_keys(ids: bytes, about: About) -> list[bytes]:
    """Keys of the rows that may remember an event: one when both its identities share their anchor."""
    source, business = about.source_id, about.business_id
    if source is not None and business is not None:
        end = source.rfind(SEPARATOR)
        of = source[:end]
        if business.startswith(of) and business.rfind(SEPARATOR) == end:
            return [ids + of.encode()]
    return [ids + a.encode() for a in sorted({i.rpartition(SEPARATOR)[0] for i in (source, business) if i})]


class Aim(NamedTuple):
    """What is known of an event before any page is loaded."""

    rows: list[bytes]
    """Keys of the rows that may remember the event."""
    page_key: bytes
    """The page of the event's own kind, where it has one; else empty."""
    free: bool = False
    day_number: int = -1
    """The brand day of the event, for casino events."""


class Turn:
    """What a step works on: one player's turn, for one event after the other. Pages are changed in place.

    Whatever is changed is marked with `touch`, `load` or one of those that make a page.
    """

    __slots__ = (
        "about",
        "aimed",
        "brand",
        "calendar",
        "changes",
        "day_number",
        "final_days",
        "final_until",
        "free",
        "head",
        "head_key",
        "hour_page",
        "hour_place",
        "ids",
        "is_linked",
        "is_mute",
        "is_unheard",
        "own_page",
        "own_place",
        "page_key",
        "pages",
        "prefix",
        "quiet",
        "reads_more",
        "rows",
        "signals",
    )  # fmt: skip

    about: About
    """Of the event at hand."""
    quiet: bool
    """Partners are not to be told of it."""
    signals: list[Signal]
    head: Head
    rows: list[bytes]
    page_key: bytes
    free: bool
    day_number: int
    final_until: int
    """Days that ended before this instant were final before the event came."""
    is_unheard: bool
    """Nothing is known under any anchor of the event at hand."""
    is_linked: bool
    """True when some partner is told of the player: contents are made for him alone."""

    def __init__(self, pages: Pages, key: tuple[str, str], brand: BrandSettings, *, to_linked_only: bool) -> None:
        """A turn of the player `key` (brand, player), not yet begun: it knows its keys and has loaded nothing.

        `to_linked_only`: of a player who is linked nowhere nothing is told.
        """
        self.pages = pages
        self.brand = brand
        self.is_mute = to_linked_only
        """True while nothing needs to be told."""
        self.reads_more = reads_more(brand)
        self.calendar: Calendar = calendar(brand.time_zone, brand.day_starts_at_min)
        self.prefix, self.head_key, self.ids = keys.player_keys(*key)
        self.aimed: tuple[int, int, bool] | None = None
        """Hour, day and ledger that were aimed at last."""
        self.own_place: tuple[int, bool] | None = None
        self.own_page: DayPage
        """The brand day that was worked on last."""
        self.hour_place: tuple[int, int, bool] | None = None
        self.hour_page: Bucket
        """The hour that was counted in last."""
        self.final_days: dict[int, Bucket] = {}
        """Final days that the event touches, as they were."""
        self.changes: Changes | None = None
        """What the event changed of things that were told."""

    def need_day(self, at: int, day: int, wanted: list[bytes], *, free: bool) -> None:
        """Put the keys of the day and the hour into `wanted` that a casino event at `at` counts in."""
        place = (at // HOUR, day, free)
        if place != self.aimed:  # Events of a player mostly lie in one hour.
            self.aimed = place
            wanted.append(keys.day_page(self.prefix, day, free=free))
            wanted.append(keys.hour_page(self.prefix, day, place[0], free=free))

    def begin(self) -> "Turn":
        """Load the head and go."""
        head: Head | None = self.pages.get(self.head_key)
        if head is None:
            head = Head()
        self.pages.put(self.head_key, head)
        self.head = head
        self.is_linked = False
        if head.links:
            self.note_links()
        return self

    def note_links(self) -> None:
        """See whether the player is linked. Whoever ever was is told of: few are."""
        self.is_linked = any(link.state == "linked" for link in self.head.links.values())
        self.is_mute = False

    def turn_to(self, about: About, aim: Aim, signals: list[Signal]) -> None:
        """Take up the next event."""
        self.about = about
        self.signals = signals
        self.rows, self.page_key, self.free, self.day_number = aim
        self.quiet = about.historical or about.quiet
        self.final_until = 0
        self.is_unheard = False
        if self.final_days:
            self.final_days = {}

    def load(self, key: bytes, kind: type[P]) -> P:
        """The page under `key`, made when there is none, and marked as changed."""
        page: P | None = self.pages.get(key)
        if page is None:
            page = kind()
        self.pages.put(key, page)
        return page

    def peek(self, key: bytes, kind: type[P]) -> P | None:  # noqa: ARG002 - the type is for the checker
        """The page under `key`, or None; not marked."""
        page: P | None = self.pages.get(key)
        return page

    def touch(self, key: bytes, page: object) -> None:
        """Mark a page as changed; None removes it."""
        if page is None:
            self.hour_place = None
        self.pages.put(key, page)

    def day_key(self, day: int, *, free: bool) -> bytes:
        """Key of a brand day of one ledger."""
        return keys.day_page(self.prefix, day, free=free)

    def day(self, day: int, *, free: bool) -> DayPage:
        """A brand day of one ledger, made when there is none, and marked as changed."""
        return self.load(keys.day_page(self.prefix, day, free=free), DayPage)

    def hours(self, day: int, *, free: bool) -> list[Bucket]:
        """The buckets of all hours of a brand day, to be read."""
        found = self.pages.scan(keys.hours_of_day(self.prefix, day, free=free))
        return [page for _, page in found]

    def hour(self, at: int, day: int, *, free: bool) -> Bucket:
        """The bucket of the UTC hour of `at`, which lies in that brand day; made when there is none, and marked."""
        if at < self.final_until and not free and day not in self.final_days and self._is_final(day):
            self.final_days[day] = together(self.hours(day, free=False))
        place = (at // HOUR, day, free)
        if place == self.hour_place:
            return self.hour_page
        self.hour_place = place
        bucket = self.hour_page = self.load(keys.hour_page(self.prefix, day, place[0], free=free), Bucket)
        return bucket

    def _is_final(self, day: int) -> bool:
        return day < self.calendar.day(self.final_until)

    def watch_final_days(self) -> None:
        """From here on keep what final days were before they change: past their end and the grace; semantics.md 9."""
        head = self.head
        self.final_until = max(head.clock, head.latest_received) - self.brand.days_grace

    def own_day(self) -> DayPage:
        """The brand day of a casino event, in its own ledger, marked as changed; looked up once."""
        place = (self.day_number, self.free)
        if place != self.own_place:
            self.own_place = place
            self.own_page = self.day(self.day_number, free=self.free)
        return self.own_page

    def buckets(self, at: int, *, free: bool) -> tuple[Bucket, Bucket]:
        """The two buckets a fact at `at` counts in: life, and its UTC hour in its brand day."""
        head = self.head
        if free:
            life = head.free
            if life is None:
                life = head.free = Bucket()
        else:
            life = head.life
        return life, self.hour(at, self.calendar.day(at), free=free)

    def tell(self, kind: str, subject: str, at: int, content: dict[str, object] | None = None) -> None:
        """Say that something changed, to all partners the player is linked to."""
        if self.is_mute:
            return
        told = (content or {}) if self.is_linked else None
        about = self.about
        self.signals.append(Signal(kind, subject, at, self.quiet, about.brand, about.player, told))

    def noted(self) -> Changes:
        """Where to note what the event changes of things that were told."""
        if self.changes is None:
            self.changes = Changes()
        return self.changes

    def arm(self, due: int) -> None:
        """See to it that the player's timer goes off at `due` or earlier."""
        timer = self.head.timer
        if timer == 0 or due < timer:
            self.head.timer = due
