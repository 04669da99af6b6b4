"""Instants in clusters: each stands on, just before or just after an edge that some rule draws."""

from typing import Final

from hypothesis import strategies as st

from countroom.core.instants import DAY, HOUR, MINUTE, SECOND, parse

EVENING: Final = parse("2026-03-04T22:00:00Z")
"""Malta's midnight is an hour later, UTC's two."""

_SETTLED: Final = (
    EVENING,
    EVENING + SECOND,
    EVENING + 29 * MINUTE,
    EVENING + 30 * MINUTE,  # a pause of exactly the idle time joins
    EVENING + 30 * MINUTE + 1,
    EVENING + HOUR - 1,
    EVENING + HOUR,
    EVENING + HOUR + 1,
    EVENING + 90 * MINUTE,
    EVENING + 2 * HOUR - 1,
    EVENING + 2 * HOUR,
    EVENING + 2 * HOUR + 31 * MINUTE,
)

_FAR: Final = (
    EVENING - DAY,
    EVENING + DAY - 1,
    EVENING + DAY,
    EVENING + 8 * DAY,
    EVENING + 30 * DAY,  # a gap of exactly the reuse gap joins
    EVENING + 30 * DAY + 1,
    EVENING + 61 * DAY,
    parse("2026-03-28T22:59:59.999999Z"),
    parse("2026-03-28T23:00:00Z"),  # Malta's day of 23 hours begins
    parse("2026-03-29T21:59:59.999999Z"),
    parse("2026-03-29T22:00:00Z"),  # and ends
    parse("2026-10-25T22:59:59Z"),  # the last second of its day of 25 hours
    parse("2026-10-25T23:00:00Z"),
)

_TIMERS: Final = (0, 30 * MINUTE, 30 * MINUTE + 1, DAY - 1, DAY, 48 * HOUR, 48 * HOUR + 1, 7 * DAY, 9 * DAY)
"""What the timers of rounds, sessions and lost rollbacks add to a stamp."""


def settled_in() -> st.SearchStrategy[int]:
    """Stamps of one evening."""
    return st.sampled_from(_SETTLED)


def instants() -> st.SearchStrategy[int]:
    """Stamps of that evening and of days, weeks and clock changes around it."""
    return st.sampled_from((*_SETTLED[:6], *_FAR))


def due() -> st.SearchStrategy[int]:
    """Instants at which some timer of an event with such a stamp may be due."""
    return st.builds(int.__add__, st.sampled_from((*_SETTLED, *_FAR[:7])), st.sampled_from(_TIMERS))
