"""Single values out of a message, in whatever form a client writes them (semantics.md 4.1, 4.4; tolerance 1-7)."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from countroom.simulator.fact import Body
from countroom.simulator.ledger.money import ZERO, Pockets

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_DIGIT_HOUR: Final = re.compile(r"[T ](\d):")


def text(body: Body, name: str) -> str:
    """A text or an id; "" when absent."""
    value = body.get(name)
    return "" if value is None else str(value)


def number(body: Body, name: str) -> Decimal | None:
    """An amount as written; None when absent."""
    value = body.get(name)
    return None if value is None or value == "" else Decimal(value)


def amount(body: Body, name: str) -> Decimal:
    """An amount; 0 when absent."""
    return number(body, name) or ZERO


def moment(value: Any) -> int:
    """An instant in microseconds, from text in any of the usual forms or from epoch seconds or milliseconds."""
    if isinstance(value, int):
        return value * (1_000_000 if value < 10**11 else 1000)
    stamp = datetime.fromisoformat(_ONE_DIGIT_HOUR.sub(r"T0\1:", value))
    return (stamp.replace(tzinfo=stamp.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)


def rate(body: Body, currency: str, *, base_currency: str) -> Decimal | None:
    """What to multiply with to get base currency: 1 for the base currency itself, None when absent or 0."""
    return Decimal(1) if currency == base_currency else number(body, "exchange_rate") or None


def pockets(body: Body) -> Pockets:
    """The amount by pocket; what the parts do not explain is unsplit."""
    whole = amount(body, "amount")
    bonus, locked = amount(body, "bonus_wager_amount"), amount(body, "locked_wager_amount")
    real = number(body, "wager_amount")
    if real is None:
        real = max(ZERO, whole - bonus - locked)
    return {"real": real, "bonus": bonus, "locked": locked, "unsplit": whole - real - bonus - locked}


def free_stake(body: Body) -> Decimal:
    """What a free spin is worth: the parts of a bet of amount 0; 0 for any other."""
    if amount(body, "amount"):
        return ZERO
    return sum((amount(body, name) for name in ("wager_amount", "bonus_wager_amount", "locked_wager_amount")), ZERO)
