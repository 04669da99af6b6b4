"""Amounts and how they are split over the pockets, the untidy cases among them."""

from decimal import Decimal
from random import Random
from typing import Any, Final

from countroom.simulator.settings import Currency

STAKES: Final = ("0.20", "0.40", "0.50", "1", "1", "2", "2.50", "5", "10", "25")
MULTIPLES: Final = {"0.2": 10, "0.5": 20, "1": 18, "1.5": 16, "2": 14, "3.25": 9, "5": 7, "12": 4, "40": 1.5, "250": 0.3}


def in_currency(base: Decimal, currency: Currency, rng: Random) -> Decimal:
    """About `base` units of base currency, in the digits that people use for `currency`, at times two more."""
    digits = currency.decimals + 2 if currency.decimals and rng.random() < 0.03 else currency.decimals
    if rng.random() < 0.3:
        base *= Decimal(rng.randrange(50, 150)) / 100
    smallest = Decimal(1).scaleb(-digits)
    return max((base / currency.rate).quantize(smallest), smallest)


def stake(currency: Currency, rng: Random) -> Decimal:
    """The stake of one bet."""
    return in_currency(Decimal(rng.choice(STAKES)), currency, rng)


def multiple(rng: Random) -> Decimal:
    """What a winning bet is multiplied by; above 0."""
    return Decimal(rng.choices(tuple(MULTIPLES), tuple(MULTIPLES.values()))[0])


def split(amount: Decimal, *, with_bonus: bool, rng: Random) -> dict[str, Any]:
    """The parts of `amount` by pocket, as the message states them; at times some are missing or do not add up."""
    untidy = rng.random()
    if untidy < 0.03:
        return {}
    bonus = locked = amount * 0
    if with_bonus:
        bonus = (amount * rng.choice((1, 1, 1, Decimal("0.5"), Decimal("0.25")))).quantize(amount)
        locked = amount - bonus if rng.random() < 0.1 else locked
    real = amount - bonus - locked
    parts = {"wager_amount": real, "bonus_wager_amount": bonus, "locked_wager_amount": locked}
    if untidy < 0.08:
        del parts["wager_amount"]
    elif untidy < 0.09:
        # Parts that do not add up: too little, or too much.
        parts["wager_amount"] = (real / 2).quantize(amount)
        parts["bonus_wager_amount"] = bonus + (amount / 4).quantize(amount)
    elif untidy < 0.095:
        parts["bonus_wager_amount"] = amount + bonus
    if untidy > 0.5:
        parts = {name: part for name, part in parts.items() if part or name == "wager_amount"}
    return parts
