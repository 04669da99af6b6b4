"""Amounts, rates and currencies from what stood on the wire: exact, canonical, or None when they are none.

A value comes as int, or as text: the digits of a JSON number as written, or those of a text
(tolerance 2). `NaN`, `Infinity`, `1_0`, ` 1`, `+1`, `.5` and `1,50` are no numbers.
Latest results are kept, up to a bound: most amounts repeat.
"""

import re
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Final

from countroom.core.money import AMOUNT_DIGITS, EMPTY, EXACT, RATE_DIGITS, ZERO, Pockets

LONGEST: Final = 96
"""Most characters of a number: longer ones cannot be exact within our limits, and would fill memory."""

_FORM: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_CODE: Final = re.compile(r"[A-Za-z0-9]{2,10}")
_LONGEST_CODE: Final = 10
WHOLE: Final = 10**18
"""Whole numbers stay below, on either side of 0."""


def amount(value: str | int) -> Decimal | None:
    """The absolute amount, normalised; None when it is no plain number or has too many digits.

    Signs are dropped, as the type of an event says which way money goes (tolerance 5).
    """
    if value.__class__ is str:
        return _amount(value) if len(value) <= LONGEST else None
    if value.__class__ is int:  # no bool: True is no amount
        return _amount(value) if -WHOLE < value < WHOLE else None
    return None


@lru_cache(maxsize=16384)
def _amount(value: str | int) -> Decimal | None:
    found = _number(value, AMOUNT_DIGITS)
    return None if found is None else found.copy_abs()


def signed(value: str | int) -> Decimal | None:
    """The number with its sign, normalised, within the limits of an amount; None when it is none."""
    if value.__class__ is str and len(value) > LONGEST:
        return None
    return _number(value, AMOUNT_DIGITS)


def rate(value: str | int) -> Decimal | None:
    """The rate, normalised, 0 included; None when it is no plain number, is negative or has too many digits."""
    if value.__class__ is str:
        return _rate(value) if len(value) <= LONGEST else None
    if value.__class__ is int:
        return _rate(value) if -WHOLE < value < WHOLE else None
    return None


@lru_cache(maxsize=4096)
def _rate(value: str | int) -> Decimal | None:
    found = _number(value, RATE_DIGITS)
    return None if found is None or found < 0 else found


def currency(text: str) -> str | None:
    """The code in upper case, 2 to 10 of A-Z and 0-9; None when `text` is none."""
    return _currency(text) if len(text) <= _LONGEST_CODE else None


@lru_cache(maxsize=1024)
def _currency(text: str) -> str | None:
    return text.upper() if _CODE.fullmatch(text) else None


def split(whole: Decimal, real: Decimal | None, *, bonus: Decimal, locked: Decimal) -> Pockets:
    """`whole` by pocket: semantics.md 4.1. What the parts do not explain is unsplit, and may be negative.

    All amounts normalised, as `amount` gives them; then so are the pockets.
    """
    if not (bonus or locked) and (real is None or real == whole):
        return (whole,) if whole else EMPTY
    if real is None:
        rest = EXACT.subtract(whole, EXACT.add(bonus, locked))
        real = EXACT.normalize(rest) if rest > 0 else ZERO
    unsplit = EXACT.subtract(whole, EXACT.add(EXACT.add(real, bonus), locked))
    if unsplit:
        return (real, bonus, locked, EXACT.normalize(unsplit))
    return (real, bonus, locked) if locked else (real, bonus) if bonus else (real,) if real else EMPTY


def added(*some: Decimal) -> Decimal:
    """Their sum, exact and normalised."""
    with localcontext(EXACT):
        whole = sum(some, ZERO)
        return whole.normalize() if whole else ZERO


def _number(value: str | int, digits: tuple[int, int]) -> Decimal | None:
    if value.__class__ is str and not _FORM.fullmatch(value):
        return None
    number = Decimal(value)
    if not number:
        return ZERO
    before, after = digits
    if not -after <= number.adjusted() < before:
        return None
    number = EXACT.normalize(number)  # exact: not more than 96 digits came in
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and -exponent <= after else None
