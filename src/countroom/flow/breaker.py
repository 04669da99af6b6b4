"""The breaker of one partner: when he is down as a whole he is asked now and then, and not with everything."""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Final

from countroom.core.instants import Instant
from countroom.flow.backoff import delay

OPENS_AFTER: Final = 5
"""Outages in a row."""
LONGEST: Final = timedelta(minutes=1)
"""Between two probes: so soon after its end an outage is noticed."""
_MICROSECOND: Final = timedelta(microseconds=1)


class Breaker:
    """Opens after some outages in a row; then one message at a time is a probe, and any answer but an outage closes."""

    class State(Enum):
        """What the breaker lets through."""

        CLOSED = "closed"
        OPEN = "open"
        PROBING = "probing"

    def __init__(self, *, chance: Callable[[], float], opens_after: int = OPENS_AFTER) -> None:
        """`chance` draws a number in [0, 1)."""
        self._chance = chance
        self._opens_after = opens_after
        self._outages = 0
        self._probes = 0
        self.state = Breaker.State.CLOSED
        self.until = Instant(0)
        """When the next probe may go, while it is open."""
        self.said = ""
        """What the last outage said."""

    def lets(self, now: Instant) -> bool:
        """True when a message may go now."""
        if self.state is Breaker.State.CLOSED:
            return True
        return self.state is Breaker.State.OPEN and now >= self.until

    def sending(self) -> None:
        """A message goes that `lets` let through."""
        if self.state is Breaker.State.OPEN:
            self.state = Breaker.State.PROBING

    def answered(self) -> None:
        """The partner gave an answer that speaks of one message: he is there."""
        self._outages = self._probes = 0
        self.state = Breaker.State.CLOSED

    def failed(self, now: Instant, said: str, *, asked_for: int = 0) -> None:
        """The partner is away as a whole, or says so; `asked_for` are microseconds that he wants to be left alone."""
        self._outages += 1
        self.said = said
        was = self.state
        if was is Breaker.State.PROBING or (was is Breaker.State.CLOSED and self._outages >= self._opens_after):
            self._probes += 1
            pause = delay(self._probes, jitter=self._chance(), longest=LONGEST) // _MICROSECOND
            self.until = Instant(now + max(pause, asked_for))
            self.state = Breaker.State.OPEN
        elif asked_for:
            self.until = Instant(max(self.until, now + asked_for))
            self.state = Breaker.State.OPEN
        # Otherwise, while it is open, answers still come to what was sent before.

    def let_go(self) -> None:
        """A probe ended without saying anything: another may go."""
        if self.state is Breaker.State.PROBING:
            self.state = Breaker.State.OPEN
