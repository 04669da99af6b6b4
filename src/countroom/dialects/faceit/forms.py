"""Values as FACEIT takes them: always text. Amounts are plain decimal digits, never with an exponent."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from countroom.core.instants import SECOND, Instant, iso
from countroom.core.money import ZERO, plain
from countroom.dialects import times

FORMS: Final = ("auto", "text", "amount", "flag", "seconds", "iso")
"""How a value can be written; `auto` goes by the name of the field and by the value."""

AMOUNTS: Final = frozenset(
    {
        "amount", "base_amount", "counted", "rate", "fee", "free_stake", "turned_real", "locked", "required",
        "stake", "payout", "pockets", "base_stake", "base_payout", "odds", "reference_amount", "discount", "rtp",
        "real", "bonus", "unsplit", "before", "after",
        "open_stake", "settled_stake", "void_stake", "payout_rate",
        "staked", "won", "ggr", "biggest_payout", "granted", "converted", "wagered",
    }
)  # fmt: skip
"""Names of fields that hold amounts: they come back from the outbox as text, exponent and all."""


def usual_form(path: tuple[str, ...]) -> str:
    """What `auto` means for a field of this name; `staked.EUR` is one currency of an amount."""
    name = path[-1]
    if name in AMOUNTS or (len(path) > 1 and path[-2] in AMOUNTS):
        return "amount"
    return "seconds" if name == "at" or name.endswith("_at") else "text"


def written(value: Any, form: str) -> str | None:
    """`value` in one of the forms but `auto`; None when it cannot be written so, and for nothing."""
    if value is None or value == "":
        return None
    match form:
        case "amount":
            amount = number(value)
            return None if amount is None else plain(amount)
        case "flag":
            return _flag(value)
        case "seconds":
            at = moment(value)
            return None if at is None else str(at // SECOND)
        case "iso":
            at = moment(value)
            return None if at is None else iso(Instant(at))
        case _:
            return _text(value)


def number(value: Any) -> Decimal | None:
    """`value` as an amount; the sum of a list of pockets; None for what is no finite number.

    Of an amount per currency the one there is: of several nothing, as they have no sum.
    """
    if isinstance(value, Mapping):
        return number(next(iter(value.values()))) if len(value) == 1 else None
    if isinstance(value, list | tuple):
        parts = [number(part) for part in value]
        return None if None in parts else sum((part for part in parts if part is not None), ZERO)
    if isinstance(value, bool | float) or not isinstance(value, Decimal | int | str):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def moment(value: Any) -> int | None:
    """`value` as microseconds since 1970: as it is when it is a number, read when it is text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return value if isinstance(value, int) else times.instant(value)


def _flag(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    words = {"true": "true", "false": "false", "in": "true", "out": "false", "1": "true", "0": "false"}
    return words.get(str(value).lower())


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping | list | tuple):
        return ",".join(sorted(map(str, value))) or None
    return str(value)
