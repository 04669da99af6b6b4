"""Exact money: decimals from the digits on the wire, kept apart by pocket and by currency.

All arithmetic runs in `EXACT`: 96 digits, and an inexact result raises instead of rounding.
"""

import decimal
from decimal import Decimal
from itertools import zip_longest
from typing import Final, cast

EXACT: Final = decimal.Context(
    prec=96,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-999,
    Emax=999,
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Enter it with `decimal.localcontext(EXACT)` around everything that adds money."""

ZERO: Final = Decimal(0)

AMOUNT_DIGITS: Final = (18, 18)
"""Most digits of an amount before and after the point."""
RATE_DIGITS: Final = (9, 18)
"""Most digits of an exchange rate before and after the point."""

POCKETS: Final = ("real", "bonus", "locked", "unsplit")

Pockets = tuple[Decimal, ...]
"""Amounts per pocket in the order of `POCKETS`, normalised, without trailing zeros: `()` is
nothing, `(Decimal(2),)` is 2 of real money, `(Decimal(0), Decimal(3))` is 3 of bonus money."""

EMPTY: Final[Pockets] = ()

Sum = Decimal | int
"""A sum that is mostly nothing, as pages keep it: nothing is the number 0, which costs a sixth of a decimal to read."""


def fits(amount: Decimal, digits: tuple[int, int] = AMOUNT_DIGITS) -> bool:
    """True when `amount` is finite and has no more digits before and after the point than `digits`."""
    if not amount.is_finite():
        return False
    exponent = amount.as_tuple().exponent
    before, after = digits
    return isinstance(exponent, int) and -exponent <= after and amount.adjusted() < before


def pockets(*amounts: Sum) -> Pockets:
    """Amounts in the order of `POCKETS` as canonical pockets: normalised, no trailing zeros."""
    kept = [cast("Decimal", a).normalize() if a else ZERO for a in amounts]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def plus(a: Pockets, b: Pockets) -> Pockets:
    """Pocket by pocket sum, canonical."""
    if not b:
        return a
    if not a:
        return b
    if len(a) == len(b) == 1:
        total = a[0] + b[0]
        return (total.normalize(),) if total else EMPTY
    return pockets(*(x + y for x, y in zip_longest(a, b, fillvalue=ZERO)))


def minus(a: Pockets, b: Pockets) -> Pockets:
    """Pocket by pocket difference, canonical."""
    if not b:
        return a
    if len(a) == len(b) == 1:
        total = a[0] - b[0]
        return (total.normalize(),) if total else EMPTY
    return pockets(*(x - y for x, y in zip_longest(a, b, fillvalue=ZERO)))


def summed(a: Sum, b: Sum) -> Sum:
    """The sum of two sums, normalised; nothing is the number 0."""
    left = a + b
    return cast("Decimal", left).normalize() if left else 0


def times(a: Pockets, rate: Decimal) -> Pockets:
    """Every pocket multiplied by `rate`, canonical and exact."""
    if not a or rate == 1:
        return a
    return pockets(*(x * rate for x in a))


def total(a: Pockets) -> Decimal:
    """Sum over the pockets, normalised."""
    if not a:
        return ZERO
    if len(a) == 1:
        return a[0]
    whole = sum(a, ZERO)
    return whole.normalize() if whole else ZERO


def plain(amount: Sum) -> str:
    """`amount` as people write it: no exponent, no needless zeros.

    >>> plain(Decimal("1E+2")), plain(Decimal("2.50")), plain(Decimal("-0.0"))
    ('100', '2.5', '0')
    """
    if not amount:
        return "0"
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
