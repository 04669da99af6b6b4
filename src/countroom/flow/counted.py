"""What a desk counts since its process began, for the metrics."""

from bisect import bisect_left
from collections import Counter
from typing import Final

from countroom.core.deliveries import Attempt
from countroom.core.instants import SECOND
from countroom.core.signals import Judgement

BOUNDS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0)
"""Upper bounds of the buckets of the time from the outbox to the partner's yes."""
_TOO_MANY: Final = 429
_OF_THE_SERVER: Final = 500
NO_ANSWER: Final = ("timeout", "dns", "tls", "refused")


class Counted:
    """Tries by outcome and code, and how long deliveries took."""

    def __init__(self) -> None:
        self.tries: Counter[tuple[str, str]] = Counter()
        self.buckets = [0] * (len(BOUNDS_S) + 1)
        self.took_s = 0.0

    def attempt(self, judged: Judgement, attempt: Attempt) -> None:
        """One try ended."""
        self.tries["accepted" if judged.accepted else "failed", code(attempt)] += 1

    def accepted(self, took_us: int) -> None:
        """A delivery was accepted so long after it came out of the outbox."""
        took_s = took_us / SECOND
        self.buckets[bisect_left(BOUNDS_S, took_s)] += 1
        self.took_s += took_s


def code(attempt: Attempt) -> str:
    """A word for what came back, out of a closed set: 2xx, 3xx, 4xx, 429, 5xx, timeout, dns, tls, refused, other."""
    status = attempt.status
    if status == _TOO_MANY:
        return "429"
    if status >= _OF_THE_SERVER:
        return "5xx"
    if status:
        return f"{status // 100}xx"
    word = attempt.said.partition(":")[0]
    return word if word in NO_ANSWER else "other"
