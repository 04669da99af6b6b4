"""Brand days and UTC hours of an instant."""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from countroom.core.instants import HOUR, MINUTE, Instant, to_datetime

_QUARTER = 15 * MINUTE
_MOST = 100_000


class Calendar:
    """The brand days of one time zone. A day is the number of days since 1970-01-01.

    Offsets of all zones since 1972 are whole quarters of an hour, so the day is looked up
    once per quarter and remembered.
    """

    def __init__(self, time_zone: str, day_starts_at_min: int) -> None:
        self._zone = ZoneInfo(time_zone)
        self._start = timedelta(minutes=day_starts_at_min)
        self._days: dict[int, int] = {}

    def day(self, at: int) -> int:
        """The brand day of an instant."""
        quarter = at // _QUARTER
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) >= _MOST:
                self._days.clear()
            local = to_datetime(Instant(quarter * _QUARTER)).astimezone(self._zone)
            day = (local.replace(tzinfo=None) - self._start).date().toordinal() - _EPOCH
            self._days[quarter] = day
        return day


_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=256)
def calendar(time_zone: str, day_starts_at_min: int = 0) -> Calendar:
    """The calendar of a zone, made once.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such zone.
    """
    return Calendar(time_zone, day_starts_at_min)


def hour(at: int) -> int:
    """The UTC hour of an instant, counted since 1970."""
    return at // HOUR


def day_text(day: int) -> str:
    """A brand day as `2026-03-04`."""
    return date.fromordinal(day + _EPOCH).isoformat()


def hour_text(hour_number: int) -> str:
    """A UTC hour as `2026-03-04T10`."""
    return to_datetime(Instant(hour_number * HOUR)).strftime("%Y-%m-%dT%H")
