"""How fast the traffic of a round goes: as the kills do, so that it lasts for all of them on any machine."""

import time

import msgspec

from countroom.simulator.sender import Pace
from countroom.simulator.sending import Sending
from tests.faults.seamed.kills import Kill

BRISK_S = 1 / 90
AHEAD_S = 1 / 10
"""Between two sendings when the traffic is ahead of the kills: enough that every seam is passed."""


class Course(msgspec.Struct):
    """How far a round is."""

    sendings: int
    kills: int
    done: list[Kill]
    began_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """True once all kills are done: what is left goes out at once."""
        return len(self.done) >= self.kills

    def is_ahead(self, place: int) -> bool:
        """True when more than its share was sent by the place-th sending."""
        return place * (self.kills + 2) > self.sendings * (len(self.done) + 1)


class RoundPace(Pace, frozen=True, kw_only=True):
    """The next sending is due shortly after the one before, and sooner or later by where the kills are."""

    course: Course

    def due_s(self, sending: Sending, place: int, *, first_at: int) -> float:
        del sending, first_at
        course, now_s = self.course, time.monotonic()
        if place == 0:
            course.began_s = now_s
        if course.is_over:
            return 0.0
        return now_s - course.began_s + (AHEAD_S if course.is_ahead(place) else BRISK_S)
