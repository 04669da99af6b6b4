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
_LEADS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}")


class Written(str):
    """A JSON number with a point or an exponent, as it was written: no rule takes it for a text of the sender's."""

    __slots__ = ()


class Unclear(str):
    """A number that can be read in two ways, such as `1.234` of a sender who writes `1.234,50` too: refused as none."""

    __slots__ = ()


def coerced(value: Any, to: str, *, decimal: str = ".", grouped: bool | None = None, unit: str = "seconds") -> Any:
    """`value` as a number, text, bool or time; itself where it cannot be one, `Unclear` where it could be two.

    `grouped` says of a lone mark before three digits, the other than `decimal`, whether it groups them.
    """
    match to:
        case "number":
            return _number(value, decimal, grouped=grouped)
        case "text":
            return _text(value)
        case "bool":
            return _bool(value)
        case _:
            return _time(value, unit)


def _number(value: Any, decimal: str, *, grouped: bool | None) -> Any:
    """Digits out of a text such as `1 234,50 EUR`: as the text of a plain number, or an int."""
    found = _AMOUNT.fullmatch(value.strip()) if value.__class__ is str else None
    if found is None:
        return value
    whole, point, fraction = re.sub(r"[\s'\u2019_]", "", found[1]).partition(decimal)
    first, *groups = whole.split("," if decimal == "." else ".")
    # `1,50` is no grouped number: what is not surely grouped is not touched, or 1.50 would become 150.
    is_grouped = all(len(group) == _GROUP and group.isdigit() for group in groups)
    if groups and not _LEADS.fullmatch(first):
        is_grouped = False  # `0.500` and `1234.567` are none either: nobody groups so.
    if not is_grouped or (point and not fraction.isdigit()):
        return value
    if len(groups) == 1 and not point and grouped is not True:
        # One mark before three digits and nothing else: `1.234` is a thousand or a bit more than one.
        return value if grouped is False else Unclear(value)
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
