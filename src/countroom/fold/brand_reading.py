"""How a brand wants events read that say too little: rates that are missing, payments that were captured."""

from decimal import Decimal
from typing import cast

import msgspec

from countroom.core.events import Direction, Event, PaymentReported
from countroom.fold.settings import BrandSettings


def reads_more(brand: BrandSettings) -> bool:
    """True when the brand reads more into events than they say. Few do."""
    return bool(brand.base_rates) or brand.payments_capture_as != "ignore"


def as_read(event: Event, brand: BrandSettings) -> Event:
    """The event as the brand reads it; semantics.md 4.4 and 4.6.

    A rate that is missing comes from the brand's table. A capture is a deposit, where that was chosen.
    """
    changes: dict[str, object] = {}
    currency = getattr(event, "currency", None)
    if currency in brand.base_rates and not getattr(event, "rate", True):
        changes["rate"] = Decimal(brand.base_rates[cast("str", currency)])
    is_captured = isinstance(event, PaymentReported) and event.direction == Direction.CAPTURE
    if is_captured and brand.payments_capture_as == "deposit":
        changes["direction"] = Direction.DEPOSIT
    return msgspec.structs.replace(event, **changes) if changes else event
