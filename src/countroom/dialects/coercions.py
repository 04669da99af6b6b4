"""Values of one kind made into another, exactly or not at all: whatever does not fit stays as it is."""

import re
from decimal import Decimal
from typing import Any, Final

from countroom.core.instants import SECOND, Instant, iso

_AMOUNT: Final = re.compile(r"[^0-9+\-.,]*([+-]?[0-9][0-9.,\s'\u2019_]*)[^0-9.,]*")
_COUNTED: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_FLAGS: Final = {
    **dict.fromkeys(("true", "1", "yes", "y", "on", "t"), True),
    **dict.fromkeys(("false", "0", "no", "n", "off", "f"), False),
}
_PER_SECOND: Final = {"seconds": SECOND, "milliseconds": 1000, "microseconds": 1}
_LATEST: Final = 253_402_300_800 * SECOND
_GROUP: Final = 3


class Written(str):
    """A JSON number with a point or an exponent, as it was written: no rule takes it for a text of the sender's."""

    __slots__ = ()


def coerced(value: Any, to: str, *, decimal: str = ".", unit: str = "seconds") -> Any:
    """`value` as a number, text, bool or time; itself where it cannot be one."""
    match to:
        case "number":
            return _number(value, decimal)
        case "text":
            return _text(value)
        case "bool":
            return _bool(value)
        case _:
            return _time(value, unit)


def _number(value: Any, decimal: str) -> Any:
    """Digits out of a text such as `1 234,50 EUR`: as the text of a plain number, or an int."""
    found = _AMOUNT.fullmatch(value.strip()) if value.__class__ is str else None
    if found is None:
        return value
    whole, point, fraction = re.sub(r"[\s'\u2019_]", "", found[1]).partition(decimal)
    first, *groups = whole.split("," if decimal == "." else ".")
    # `1,50` is no grouped number: what is not surely grouped is not touched, or 1.50 would become 150.
    if any(len(group) != _GROUP or not group.isdigit() for group in groups) or (point and not fraction.isdigit()):
        return value
    digits = first + "".join(groups)
    if not digits.lstrip("+-").isdigit():
        return value
    return f"{digits.removeprefix('+')}.{fraction}" if point else int(digits)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | Written) else value


def _bool(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return _FLAGS.get(str(value).strip().lower(), value)


def _time(value: Any, unit: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    text = str(value).strip()
    if not _COUNTED.fullmatch(text):
        return value
    at = int(Decimal(text) * _PER_SECOND[unit])
    return iso(Instant(at)) if 0 <= at < _LATEST else value
