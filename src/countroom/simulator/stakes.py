"""Amounts and how they are split over the pockets, the untidy cases among them."""

from decimal import Decimal
from random import Random
from typing import Any, Final

from countroom.simulator.chance import happens, weighted
from countroom.simulator.settings import Currency

STAKES: Final = ("0.20", "0.40", "0.50", "1", "1", "2", "2.50", "5", "10", "25")
MULTIPLES: Final = {
    "0.2": 10,
    "0.5": 20,
    "1": 18,
    "1.5": 16,
    "2": 14,
    "3.25": 9,
    "5": 7,
    "12": 4,
    "40": 1.5,
    "250": 0.3,
}

_MANNERS: Final = {"tidy": 90.5, "amount alone": 3, "real not said": 5, "too little": 1, "too much": 0.5}
"""How well the parts of an amount are stated."""


def in_currency(base: Decimal, currency: Currency, *, rng: Random) -> Decimal:
    """About `base` units of base currency, in the digits that people use for `currency`, at times two more."""
    digits = currency.decimals + 2 if currency.decimals and happens(rng, 0.03) else currency.decimals
    if happens(rng, 0.3):
        base *= Decimal(rng.randrange(50, 150)) / 100
    smallest = Decimal(1).scaleb(-digits)
    return max((base / currency.rate).quantize(smallest), smallest)


def stake(currency: Currency, rng: Random) -> Decimal:
    """The stake of one bet."""
    return in_currency(Decimal(rng.choice(STAKES)), currency, rng=rng)


def multiple(rng: Random) -> Decimal:
    """What a winning bet is multiplied by; above 0."""
    return Decimal(rng.choices(tuple(MULTIPLES), tuple(MULTIPLES.values()))[0])


def split(amount: Decimal, *, with_bonus: bool, rng: Random) -> dict[str, Any]:
    """The parts of `amount` by pocket, as the message states them; at times some are missing or do not add up."""
    manner = weighted(rng, _MANNERS)
    if manner == "amount alone":
        return {}
    bonus = locked = amount * 0
    if with_bonus:
        bonus = (amount * rng.choice((1, 1, 1, Decimal("0.5"), Decimal("0.25")))).quantize(amount)
        locked = amount - bonus if happens(rng, 0.1) else locked
    real = amount - bonus - locked
    if manner == "too little":
        real, bonus = (real / 2).quantize(amount), bonus + (amount / 4).quantize(amount)
    if manner == "too much":
        bonus += amount
    parts = {"wager_amount": real, "bonus_wager_amount": bonus, "locked_wager_amount": locked}
    if manner == "real not said":
        del parts["wager_amount"]
    if happens(rng, 0.5):
        parts = {name: part for name, part in parts.items() if part or name == "wager_amount"}
    return parts
