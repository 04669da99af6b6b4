"""One event's turn: the player's pages at hand, the brand's switches, and what is to be told."""

from typing import Protocol, TypeVar, cast

from countroom.core.events import About
from countroom.core.identity import SEPARATOR
from countroom.core.instants import HOUR
from countroom.core.signals import Signal
from countroom.fold import keys
from countroom.fold.calendar import Calendar, calendar
from countroom.fold.pages import Bucket, Cluster, DayPage, Head
from countroom.fold.settings import BrandSettings
from countroom.fold.sums import together

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


def row_keys(ids: bytes, about: About) -> list[bytes]:
    """Keys of the rows that may remember an event: one when both its identities share their anchor."""
    source, business = about.source_id, about.business_id
    if source is not None and business is not None:
        of = source.rpartition(SEPARATOR)[0]
        if business.rpartition(SEPARATOR)[0] == of:
            return [ids + of.encode()]
    return [ids + a.encode() for a in sorted({i.rpartition(SEPARATOR)[0] for i in (source, business) if i})]


class Turn:
    """What a step works on. Pages are changed in place and marked with `touch`."""

    __slots__ = (
        "about",
        "brand",
        "calendar",
        "corrected",
        "day_number",
        "final_before",
        "final_days",
        "free",
        "head",
        "head_key",
        "ids",
        "own_page",
        "page_key",
        "pages",
        "prefix",
        "rows",
        "signals",
    )  # fmt: skip

    def __init__(self, pages: Pages, about: About, brand: BrandSettings) -> None:
        """A turn not yet begun: it knows its keys and has loaded nothing."""
        self.pages = pages
        self.about = about
        self.brand = brand
        self.calendar: Calendar = calendar(brand.time_zone, brand.day_starts_at_min)
        self.prefix, self.head_key, self.ids = keys.player_keys(about.brand, about.player)
        self.rows: list[bytes] = row_keys(self.ids, about)
        self.page_key = b""
        """The page of the event's own kind, where it has one."""
        self.free = False
        self.own_page: DayPage | None = None
        self.final_before = -1
        """Days before this one were final before the event came."""
        self.final_days: dict[int, Bucket] = {}
        """Final days that the event touches, as they were."""
        self.corrected: list[Cluster] = []
        """Sessions that were told as ended and have changed since."""
        self.day_number = -1
        """The brand day of the event, for casino events."""

    def needs(self) -> list[bytes]:
        """Keys of the pages that the event most likely reads."""
        found = [self.head_key, *self.rows]
        if self.page_key:
            found.append(self.page_key)
        if self.day_number >= 0:
            found.append(self.day_key(self.day_number, free=self.free))
            hour = self.about.occurred_at // HOUR
            found.append(keys.hour_page(self.prefix, self.day_number, hour, free=self.free))
        return found

    def begin(self, signals: list[Signal]) -> "Turn":
        """Load the head and go."""
        self.signals = signals
        head = cast("Head | None", self.pages.get(self.head_key))
        if head is None:
            head = Head()
        self.pages.put(self.head_key, head)
        self.head: Head = head
        return self

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

    def hours(self, day: int, *, free: bool) -> list[Bucket]:
        """The buckets of all hours of a brand day, to be read."""
        found = self.pages.scan(keys.hours_of_day(self.prefix, day, free=free))
        return [cast("Bucket", page) for _, page in found]

    def hour(self, at: int, day: int, *, free: bool) -> Bucket:
        """The bucket of the UTC hour of `at`, which lies in that brand day; made when there is none, and marked."""
        if day < self.final_before and not free and day not in self.final_days:
            self.final_days[day] = together(self.hours(day, free=False))
        return self.load(keys.hour_page(self.prefix, day, at // HOUR, free=free), Bucket)

    def watch_final_days(self) -> None:
        """From here on keep what final days were before they change: past their end and the grace; semantics.md 9."""
        now = max(self.head.clock, self.head.latest_received) - self.brand.days_grace
        if now > 0:
            self.final_before = self.calendar.day(now)

    def own_day(self) -> DayPage:
        """The brand day of a casino event, in its own ledger, marked as changed; looked up once."""
        page = self.own_page
        if page is None:
            page = self.own_page = self.day(self.day_number, free=self.free)
        return page

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
        about = self.about
        told = (content or {}) if self.head.links else None
        self.signals.append(Signal(kind, subject, at, about.historical or about.quiet, about.brand, about.player, told))

    def arm(self, due: int) -> None:
        """See to it that the player's timer goes off at `due` or earlier."""
        timer = self.head.timer
        if timer == 0 or due < timer:
            self.head.timer = due
