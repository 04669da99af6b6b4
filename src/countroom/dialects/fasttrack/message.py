"""What every Fast Track message has: a brand, a player, a time, and marks."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from countroom.core.envelope import Envelope
from countroom.core.events import About
from countroom.core.identity import Identity
from countroom.core.ids import BrandId, PlayerId
from countroom.core.instants import DAY, EARLIEST, Instant, from_datetime
from countroom.core.rejection import Reason
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fields import Fields, kind_of, shown
from countroom.dialects.readers import Body

ONE: Final = Decimal(1)
NO_BRAND: Final = BrandNames(brand=BrandId(""), base_currency="", origins=())

_NOTHING: Final[tuple[object, ...]] = (None, "", [])
_LATEST: Final = from_datetime(datetime.max.replace(tzinfo=UTC))


class Message(Fields):
    """One message with its envelope and the switches: what a page reads from."""

    __slots__ = ("_quiet", "aliases", "brand", "envelope", "settings")

    def __init__(
        self,
        body: Body,
        envelope: Envelope,
        *,
        settings: DialectSettings,
        origins: tuple[str, ...] = ("origin",),
    ) -> None:
        super().__init__(body.values, body.path)
        self.envelope = envelope
        self.settings = settings
        self.aliases = settings.aliases
        self.brand = self._brand(origins)
        self._quiet: bool | None = None

    def _brand(self, names: tuple[str, ...]) -> BrandNames:
        """The brand that the first stated field of `names` means, or the default one."""
        settings = self.settings
        name = names[0]
        origin = self.values.get(name)
        if origin.__class__ is not str or not origin:
            name, origin = self._named(names)
        if origin.__class__ is str and origin:
            found = settings.brand_by_origin.get(origin) or settings.brand_by_origin.get(origin.lower())
        elif origin in _NOTHING:
            found = settings.brand_by_id.get(settings.default_brand) if settings.default_brand else None
            if found is None:
                self.reject(name, Reason.MALFORMED, detail=f"expected the required field `{name}`, found none")
                return NO_BRAND
        else:
            got = f"{len(origin)} of them; send one message per brand" if origin.__class__ is list else kind_of(origin)
            self.reject(name, Reason.MALFORMED, detail=f"expected one name of a brand as text, got {got}")
            return NO_BRAND
        if found is None:
            got = shown(self.values.get(name))
            detail = f"expected the name of a configured brand, got {got}; add it to the origins of its brand"
            self.reject(name, Reason.UNKNOWN_BRAND, detail=detail)
            return NO_BRAND
        if settings.allowed is not None and found.brand not in settings.allowed:
            got = shown(self.values.get(name))
            detail = f"expected a brand that this key serves, got {got}; use that brand's key"
            self.reject(name, Reason.UNKNOWN_BRAND, detail=detail)
        return found

    def _named(self, names: tuple[str, ...]) -> tuple[str, Any]:
        """The first stated field of `names` and what it says, as text where it can be."""
        name = next((name for name in names if self.values.get(name) not in _NOTHING), names[0])
        origin = self.values.get(name)
        if origin.__class__ is list:
            origin = origin[0] if len(origin) == 1 else self._only_served(origin)  # tolerance 9
        return name, str(origin) if origin.__class__ is int else origin  # tolerance 1

    def _only_served(self, origins: list[Any]) -> Any:
        """The only one of several names that is a brand of this key; else the names as they are."""
        settings = self.settings
        served = {
            found.brand: name
            for name in origins
            if name.__class__ is str
            and (found := settings.brand_by_origin.get(name) or settings.brand_by_origin.get(name.lower()))
            and (settings.allowed is None or found.brand in settings.allowed)
        }
        return next(iter(served.values())) if len(served) == 1 else origins

    def occurred_at(self, name: str = "timestamp") -> Instant:
        """The business time, corrected by the source's offset; refused before 2000 and a day ahead of arrival."""
        stated = self.instant(name)
        if stated is None:
            return EARLIEST
        at = stated + self.settings.time_offset
        if EARLIEST <= at <= self.envelope.received_at + DAY:
            return Instant(at)
        bound = "at most 24 h after arrival" if at > EARLIEST else "from the year 2000 on"
        detail = f"expected a time {bound}, got {shown(self.values[name])}"
        self.reject(name, Reason.BAD_TIME, detail=detail)
        return EARLIEST

    @property
    def is_quiet(self) -> bool:
        """True when nobody is to be told of it. Read once, however many events the message tells."""
        if self._quiet is None:
            self._quiet = self.flag("skip_publishing")
        return self._quiet

    def about(self, at: Instant, player: str, *, source_id: Identity | None, business_id: Identity | None) -> About:
        """What the event has in common with all others."""
        return About(
            self.brand.brand,
            PlayerId(player),
            self.envelope.source,
            at,
            self.envelope.received_at,
            source_id,
            business_id,
            self.settings.historical,
            self.is_quiet,
        )

    def rate_of(self, currency: str) -> Decimal | None:
        """The exchange rate; 1 for the brand's base currency, whatever was sent."""
        stated = self.rate("exchange_rate")
        return ONE if currency == self.brand.base_currency else stated

    def rate_in(self, entry: Fields, currency: str) -> Decimal | None:
        """The exchange rate of one entry of the message; 1 for the brand's base currency, whatever was sent."""
        stated = entry.rate("exchange_rate")
        return ONE if currency == self.brand.base_currency else stated


def planned(fields: Fields, name: str) -> Instant | None:
    """The time of a match or a draw, which may lie ahead; None when absent, or a filler from before 2000.

    Such times move nothing, so a filler (0001-01-01, 1970-01-01) is taken for what it means: no date (tolerance 19).
    """
    if not fields.has(name):
        return None
    at = fields.instant(name)
    if at is not None and at > _LATEST:
        detail = f"expected a time such as 2026-03-04T05:06:07Z, got {shown(fields.values[name])}"
        fields.reject(name, Reason.BAD_TIME, detail=detail)
    return Instant(at) if at is not None and EARLIEST <= at <= _LATEST else None
