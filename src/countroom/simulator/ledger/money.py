"""Amounts by pocket, and how figures are written (docs/reference/player-document.md)."""

import decimal
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

Pockets = dict[str, Decimal]
"""Amount by pocket: real, bonus, locked, unsplit. Missing pockets are 0."""

POCKETS: Final = ("real", "bonus", "locked", "unsplit")
ZERO: Final = Decimal(0)
SIX_PLACES: Final = Decimal("0.000001")

EXACT: Final = decimal.Context(
    prec=120, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
)
"""All sums are made in it: what cannot be exact raises."""
ROUNDED: Final = decimal.Context(prec=200, rounding=decimal.ROUND_HALF_EVEN)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def add(into: Pockets, amount: Pockets, *, sign: int = 1) -> None:
    """Add `amount` to `into`, pocket by pocket."""
    for pocket, value in amount.items():
        into[pocket] = into.get(pocket, ZERO) + value * sign


def summed(amounts: Iterable[Pockets]) -> Pockets:
    """The sum of several."""
    whole: Pockets = {}
    for amount in amounts:
        add(whole, amount)
    return whole


def total(amount: Pockets) -> Decimal:
    """All pockets together."""
    return sum(amount.values(), ZERO)


def times(amount: Pockets, rate: Decimal) -> Pockets:
    """Every pocket multiplied by `rate`."""
    return {pocket: value * rate for pocket, value in amount.items()}


def ratio(of: Decimal, to: Decimal) -> str:
    """`of` ÷ `to` as text, six places, half even."""
    return plain(ROUNDED.quantize(ROUNDED.divide(of, to), SIX_PLACES))


def plain(amount: Decimal) -> str:
    """Plain notation: no exponent, no needless zeros."""
    if not amount:
        return "0"
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(at: int) -> str:
    """An instant as text with six digits of fraction."""
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def shown(value: Any) -> Any:
    """A value as the document shows it; None for what is left out: zero, empty, None. A truth value always stays."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return plain(value) if value else None
        case int():
            return value or None
        case dict():
            return {name: kept for name, inner in value.items() if (kept := shown(inner)) is not None} or None
        case list():
            return [kept for inner in value if (kept := shown(inner)) is not None] or None
        case None:
            return None
        case _:
            raise TypeError(f"expected something a document can show, got {type(value).__name__}")
