"""Instants: UTC, whole microseconds since 1970, as plain integers. Nothing here asks a clock."""

from datetime import UTC, datetime, timedelta
from typing import Final, NewType

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

EARLIEST: Final = Instant(946_684_800 * SECOND)
"""2000-01-01T00:00:00Z: what lies before is garbage (tolerance 7)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def from_datetime(moment: datetime) -> Instant:
    """An aware datetime as an instant, exact to the microsecond."""
    return Instant((moment - _EPOCH) // _MICROSECOND)


def to_datetime(instant: Instant) -> datetime:
    """An instant as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=instant)


def parse(text: str) -> Instant:
    """An ISO 8601 text as an instant; without a zone it is UTC. For tests and configuration, not for wires.

    >>> parse("2026-03-04T10:00:00Z")
    1772618400000000
    """
    moment = datetime.fromisoformat(text)
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def iso(instant: Instant) -> str:
    """An instant as text, always with six digits of fraction.

    >>> iso(Instant(1772618400000000))
    '2026-03-04T10:00:00.000000Z'
    """
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
