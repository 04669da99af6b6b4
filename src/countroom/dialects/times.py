"""Instants from the many ways senders write them (tolerance 7): UTC, whole microseconds, no clock asked.

Read: RFC 3339 with any fraction (cut off beyond microseconds), a one-digit hour, a blank in place of `T`,
no zone (then UTC), any offset; and whole seconds or milliseconds since 1970, as a number or as text
of 10 to 17 digits: below 1e11 it is seconds. Not read: a date alone, a month, `20150302`, a leap second.
Whether an instant is *plausible* is not asked here.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MILLISECONDS_FROM: Final = 10**11
_USUAL: Final = len("2026-03-04T05:06:07")
_SECONDS: Final = {f"{n:02}": n * SECOND for n in range(60)}
_DIGITS: Final = re.compile(r"[0-9]{10,17}")
_FORM: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2})?)?"
)


def instant(value: str | int) -> int | None:
    """Microseconds since 1970 in UTC, or None when `value` is no instant.

    >>> instant("1970-01-01T0:00:01.5Z"), instant(1), instant("1970-01-01 01:00:00+01:00")
    (1500000, 1000000, 0)
    """
    if value.__class__ is str:
        if len(value) > _USUAL and value[-1] == "Z" and value[16] == ":":  # the form that nearly everybody sends
            minute, seconds = _minute(value[:16]), _SECONDS.get(value[17:19])
            if minute is not None and seconds is not None:
                fraction = value[20:-1]
                if len(value) == _USUAL + 1:
                    return minute + seconds
                if value[19] == "." and fraction.isdigit() and fraction.isascii():
                    return minute + seconds + _microseconds(fraction)
        return _written(value)
    return _counted(int(value))


def _microseconds(fraction: str) -> int:
    return int(fraction) * 1000 if len(fraction) == 3 else int(f"{fraction[:6]:0<6}")  # noqa: PLR2004 - milliseconds


@lru_cache(maxsize=4096)
def _minute(text: str) -> int | None:
    """`2026-03-04T05:06` in microseconds. The latest 4,096 are kept: a message rarely brings a new one."""
    return _written(f"{text}:00Z")


def _written(text: str) -> int | None:
    found = _FORM.fullmatch(text)
    if not found:
        return _counted(int(text)) if _DIGITS.fullmatch(text) else None
    day, hour, minute, second, fraction, sign, zone_hours, zone_minutes = found.groups()
    try:
        days = date.fromisoformat(day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    h, m, s, zh, zm = int(hour), int(minute), int(second), int(zone_hours or 0), int(zone_minutes or 0)
    if h > 23 or m > 59 or s > 59 or zh > 23 or zm > 59:  # noqa: PLR2004 - a clock's face
        return None
    at = days * DAY + h * HOUR + m * MINUTE + s * SECOND + (_microseconds(fraction) if fraction else 0)
    ahead = zh * HOUR + zm * MINUTE
    return at + ahead if sign == "-" else at - ahead


def _counted(number: int) -> int:
    """Seconds or milliseconds since 1970."""
    return number * (SECOND if abs(number) < _MILLISECONDS_FROM else 1000)
