"""How fast a partner may be told: evenly spaced, and never more than so many within any second at his door.

A message is sent at one moment, answered at another, and arrives somewhere between. What arrives
late is what breaks a window: the message after it may come as early as ever. On a way that is steady
no message is later than its latency exceeds the smallest that was seen. So the one that is `rate`
messages behind it goes a second later, a margin, and that excess; the excess counts up to a cap, and
a message without an answer counts with all of the cap. A steady partner is told at his limit, one
whose answers take now long, now short, up to a twentieth slower.
"""

from collections import deque
from itertools import islice
from math import inf
from typing import Final

MARGIN_S: Final = 0.001
"""For the grain of clocks, here and there, and for a smallest latency that was not quite the smallest."""
CAP_S: Final = 0.05
"""A message that arrived later than this after its time may break a window; then the partner says so, with 429."""
SPREAD: Final = 1.002
"""So many seconds `rate` messages take: as good as the limit, and enough to make up for late timers."""
MADE_UP_S: Final = 0.1
"""A turn that came late, for timers are coarse and others had to be served, is made up for as far as this."""
QUIET_START_S: Final = 1.0 + MARGIN_S + CAP_S
"""Nothing is sent so long after a start: what a life that was killed sent in the second before is not known."""
ENOUGH: Final = 20
"""Answers of which the smallest latency is believed."""
STEADY_S: Final = 60.0
"""After so long, and twice as long at most, the smallest latency is forgotten: ways change."""


class Moment:
    """When a message went, and how long its answer took."""

    __slots__ = ("at_s", "took_s")

    def __init__(self, at_s: float) -> None:
        self.at_s = at_s
        """May be put right, when it went a little later."""
        self.took_s = inf


class Pace:
    """When the next message may go. Time is what the caller says, in seconds that never go backwards."""

    def __init__(self, rate: int, *, now_s: float) -> None:
        """At most `rate` messages in any second; 0 sets no limit but that of the start."""
        self._slot = now_s + QUIET_START_S
        self._sent: deque[Moment] = deque()
        self._latest = now_s
        self._smallest = _Smallest(now_s)
        self.rate = rate
        self._interval = SPREAD / rate if rate else 0.0

    def change(self, rate: int) -> None:
        """From now on `rate` messages in any second; what went without a limit counts as all of them."""
        if rate and not self.rate:
            self._slot = max(self._slot, self._latest + QUIET_START_S)
        self.rate = rate
        self._interval = SPREAD / rate if rate else 0.0

    def next_at(self, now_s: float) -> float:
        """The moment at which the next message may go; not after `now_s`: at once."""
        sent = self._sent
        while sent and self._over_at(sent[0]) <= now_s:
            sent.popleft()
        if not self.rate or len(sent) < self.rate:
            return self._slot
        # More than one only where the rate was lowered, or answers come late.
        binding = islice(sent, len(sent) - self.rate + 1)
        return max(self._slot, *map(self._over_at, binding))

    def rest(self, now_s: float) -> None:
        """Nothing waited until now: there is nothing to make up for."""
        self._slot = max(self._slot, now_s)

    def note(self, now_s: float) -> Moment:
        """A message goes now. In what this gives its moment may be put right, when it went a little later."""
        self._slot = max(self._slot + self._interval, now_s + self._interval - MADE_UP_S)
        moment = Moment(now_s)
        self._latest = now_s
        if self.rate:
            self._sent.append(moment)
        return moment

    def answered(self, moment: Moment, now_s: float) -> None:
        """The answer to a message came now, whatever it says."""
        moment.took_s = now_s - moment.at_s
        if self.rate:
            self._smallest.saw(moment.took_s, now_s)

    def _over_at(self, moment: Moment) -> float:
        """From when on a message shares no second with one that goes."""
        excess = moment.took_s - self._smallest.latency_s
        return moment.at_s + 1.0 + MARGIN_S + min(CAP_S, max(0.0, excess))


class _Smallest:
    """The smallest latency of a minute or two."""

    __slots__ = ("_before", "_count", "_now", "_turned_at_s", "latency_s")

    def __init__(self, now_s: float) -> None:
        self._before = self._now = inf
        self._count = 0
        self._turned_at_s = now_s
        self.latency_s = 0.0
        """0 while too few were seen to know: all of each message's latency is counted then."""

    def saw(self, took_s: float, now_s: float) -> None:
        """One more answer."""
        gone_s = now_s - self._turned_at_s
        if gone_s >= 2 * STEADY_S:  # Nothing was sent for long: what was then says nothing of now.
            self._before, self._now, self._count = inf, inf, 0
        elif gone_s >= STEADY_S:
            self._before, self._now = self._now, inf
        if gone_s >= STEADY_S:
            self._turned_at_s = now_s
        self._now = min(self._now, took_s)
        self._count += 1
        self.latency_s = min(self._before, self._now) if self._count >= ENOUGH else 0.0
