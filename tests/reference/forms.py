"""How figures are written in the document: amounts, ratios, instants, days, and what is left out."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from countroom.core.instants import Instant, iso, to_datetime
from countroom.core.money import EMPTY, POCKETS, Pockets, plain, plus
from tests.reference.settings import ReferenceSettings

Json = dict[str, Any]
Purse = dict[str, Pockets]
"""Pockets by currency."""


def tidy(entries: Mapping[str, Any]) -> Json:
    """`entries` without what is zero or empty. False is a statement, and stays."""
    return {name: value for name, value in entries.items() if value is False or value not in (None, 0, "", {}, [])}


def amount(value: Decimal | None) -> str | None:
    """An amount as text; None for zero, which is left out."""
    return plain(value) if value else None


def pockets(value: Pockets) -> Json:
    """The non-zero pockets by their names."""
    return tidy({name: amount(part) for name, part in zip(POCKETS, value, strict=False)})


def purse(value: Mapping[str, Pockets]) -> Json:
    """Pockets by currency, empty ones left out."""
    return tidy({currency: pockets(part) for currency, part in sorted(value.items())})


def amounts(value: Mapping[str, Decimal]) -> Json:
    """Amounts by currency, zeros left out."""
    return tidy({currency: amount(part) for currency, part in sorted(value.items())})


def ratio(above: Decimal, below: Decimal) -> str:
    """A quotient as text, rounded half-even to six places. It is written also when it is 0: it is defined."""
    millionths = round(Fraction(above) / Fraction(below) * 1_000_000)
    return plain(Decimal(millionths).scaleb(-6))


def instant(value: int | None) -> str | None:
    """An instant as text; None stays None."""
    return None if value is None else iso(Instant(value))


def day(at: int, settings: ReferenceSettings) -> str:
    """The brand day that holds an instant: the local date, or the one before when the day has not begun yet."""
    local = to_datetime(Instant(at)).astimezone(ZoneInfo(settings.time_zone))
    has_begun = local.hour * 60 + local.minute >= settings.day_starts_at
    return (local.date() - timedelta(days=0 if has_begun else 1)).isoformat()


def hour(at: int) -> str:
    """The UTC hour that holds an instant."""
    return to_datetime(Instant(at)).strftime("%Y-%m-%dT%H")


def summed(parts: Iterable[tuple[str, Pockets]]) -> Purse:
    """Pockets added up by currency; a currency of which nothing is left is not there."""
    found: Purse = {}
    for currency, part in parts:
        found[currency] = plus(found.get(currency, EMPTY), part)
    return {currency: part for currency, part in found.items() if any(part)}


def exactly(above: Decimal, below: Decimal) -> Fraction:
    """A quotient that nothing was taken from, for comparing."""
    return Fraction(above) / Fraction(below)
