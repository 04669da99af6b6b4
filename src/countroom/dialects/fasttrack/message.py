"""What every Fast Track message has: a brand, a player, a time, and marks."""

from decimal import Decimal
from typing import Final

from countroom.core.envelope import Envelope
from countroom.core.events import About
from countroom.core.identity import Identity
from countroom.core.ids import BrandId, PlayerId
from countroom.core.instants import DAY, EARLIEST, Instant
from countroom.core.rejection import Reason
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fields import Fields, shown
from countroom.dialects.readers import Body

ONE: Final = Decimal(1)
NO_BRAND: Final = BrandNames(brand=BrandId(""), base_currency="", origins=())


class Message(Fields):
    """One message with its envelope and the switches: what a page reads from."""

    __slots__ = ("aliases", "brand", "envelope", "settings")

    def __init__(self, body: Body, envelope: Envelope, *, settings: DialectSettings) -> None:
        super().__init__(body.values, body.path)
        self.envelope = envelope
        self.settings = settings
        self.aliases = settings.aliases
        self.brand = self._brand()

    def _brand(self) -> BrandNames:
        """The brand that `origin` names, or the default one."""
        settings = self.settings
        origin = self.values.get("origin")
        if origin.__class__ is str and origin:
            found = settings.brand_by_origin.get(origin) or settings.brand_by_origin.get(origin.lower())
        elif origin is None or origin == "":
            found = settings.brand_by_id.get(settings.default_brand) if settings.default_brand else None
            if found is None:
                self.reject("origin", Reason.MALFORMED, detail="expected the required field `origin`, found none")
                return NO_BRAND
        else:
            self.reject("origin", Reason.MALFORMED, detail="expected text")
            return NO_BRAND
        if found is None:
            detail = f"expected the name of a configured brand, got {shown(origin)}; add it to the origins of its brand"
            self.reject("origin", Reason.UNKNOWN_BRAND, detail=detail)
            return NO_BRAND
        if settings.allowed is not None and found.brand not in settings.allowed:
            detail = f"expected a brand that this key serves, got {shown(origin)}; use that brand's key"
            self.reject("origin", Reason.UNKNOWN_BRAND, detail=detail)
        return found

    def occurred_at(self) -> Instant:
        """The business time, corrected by the source's offset; refused before 2000 and a day ahead of arrival."""
        stated = self.instant("timestamp")
        if stated is None:
            return EARLIEST
        at = stated + self.settings.time_offset
        if EARLIEST <= at <= self.envelope.received_at + DAY:
            return Instant(at)
        bound = "at most 24 h after arrival" if at > EARLIEST else "from the year 2000 on"
        detail = f"expected a time {bound}, got {shown(self.values['timestamp'])}"
        self.reject("timestamp", Reason.BAD_TIME, detail=detail)
        return EARLIEST

    def about(self, at: Instant, player: str, *, source_id: Identity | None, business_id: Identity | None) -> About:
        """What the event has in common with all others."""
        quiet = self.values.get("skip_publishing")
        return About(
            self.brand.brand,
            PlayerId(player),
            self.envelope.source,
            at,
            self.envelope.received_at,
            source_id,
            business_id,
            self.settings.historical,
            False if quiet is None or quiet is False else self.flag("skip_publishing"),
        )

    def rate_of(self, currency: str) -> Decimal | None:
        """The exchange rate; 1 for the brand's base currency, whatever was sent."""
        stated = self.rate("exchange_rate")
        return ONE if currency == self.brand.base_currency else stated
