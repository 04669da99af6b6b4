"""How fast a partner may be told: evenly spaced, and never more than so many within any second.

A partner counts at his own door, where messages arrive a few milliseconds sooner or later than
they were sent. So the spacing is a little wider than the limit asks, and the window a little longer
than the second: `rate` messages take 1.0085 s, and no 1.0075 s hold more than `rate`.
What is left of a hundredth goes to timers that are late.
"""

from collections import deque
from typing import Final

WINDOW_S: Final = 1.0075
SPREAD: Final = 1.0085
MADE_UP_S: Final = 0.1
"""A turn that came late, for timers are coarse and others had to be served, is made up for as far as this."""
QUIET_START_S: Final = 1.01
"""Nothing is sent so long after a start: what a life that was killed sent in the second before is not known."""


class Pace:
    """When the next message may go. Time is what the caller says, in seconds that never go backwards."""

    def __init__(self, rate: int, *, now_s: float) -> None:
        """At most `rate` messages in any second; 0 sets no limit but that of the start."""
        self._slot = now_s + QUIET_START_S
        self._sent: deque[list[float]] = deque()
        self.rate = rate
        self._interval = SPREAD / rate if rate else 0.0

    def change(self, rate: int) -> None:
        """From now on `rate` messages in any second."""
        self.rate = rate
        self._interval = SPREAD / rate if rate else 0.0

    def next_at(self, now_s: float) -> float:
        """The moment at which the next message may go; not after `now_s`: at once."""
        sent = self._sent
        while sent and sent[0][0] <= now_s - WINDOW_S:
            sent.popleft()
        if not self.rate or len(sent) < self.rate:
            return self._slot
        return max(self._slot, sent[len(sent) - self.rate][0] + WINDOW_S)

    def rest(self, now_s: float) -> None:
        """Nothing waited until now: there is nothing to make up for."""
        self._slot = max(self._slot, now_s)

    def note(self, now_s: float) -> list[float]:
        """A message goes now. In what this gives its moment may be put right, when it went a little later."""
        self._slot = max(self._slot + self._interval, now_s + self._interval - MADE_UP_S)
        moment = [now_s]
        if self.rate:
            self._sent.append(moment)
        return moment
