"""How long to wait after a failure."""

from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(minutes=15)
_TOP: Final = 11


def delay(attempt: int, *, jitter: float, longest: timedelta = LONGEST) -> timedelta:
    """Time to wait after failed attempt number `attempt`, counted from 1.

    Doubles from one second: 1 s, 2 s, 4 s, 8 s, and stays at `longest`, by default at 15 minutes
    from the eleventh on. `jitter` is a number in [0, 1) drawn by the caller, and takes off up to a
    tenth, so that what failed together does not return together.

    Raises:
        ValueError: `attempt` is below 1, or `jitter` is outside [0, 1).

    >>> delay(3, jitter=0.0)
    datetime.timedelta(seconds=4)
    """
    if attempt < 1:
        raise ValueError(f"expected an attempt counted from 1, got {attempt}")
    if not 0 <= jitter < 1:
        raise ValueError(f"expected a jitter in [0, 1), got {jitter}")
    whole = min(longest, timedelta(seconds=2 ** (min(attempt, _TOP) - 1)))
    return whole * (1 - jitter / 10)
