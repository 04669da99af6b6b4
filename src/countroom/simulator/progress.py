"""How far the sending is, for a live view and for the verdict."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import msgspec

_FASTEST_S: Final = 0.000_05
_STEP: Final = 1.05
"""Latencies are kept in steps of five percent."""
_KEPT: Final = 200


class Failure(msgspec.Struct, frozen=True):
    """An answer that must not have come."""

    number: int
    path: str
    expect: str
    status: int
    answer: str

    def __str__(self) -> str:
        return f"sending {self.number} to {self.path}: expected {self.expect}, got {self.status} {self.answer}"


class Latencies:
    """Times from request to answer, in seconds, kept as a histogram."""

    def __init__(self) -> None:
        self._steps: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one answer."""
        self._steps[max(0, math.ceil(math.log(max(seconds, _FASTEST_S) / _FASTEST_S, _STEP)))] += 1

    def quantile(self, share: float) -> float | None:
        """The time in seconds, rounded up to the next step, that `share` of all answers did not exceed."""
        rank = math.ceil(share * self._steps.total())
        for step, count in sorted(self._steps.items()):
            rank -= count
            if rank <= 0:
                return float(_FASTEST_S * _STEP**step)
        return None


@dataclass(slots=True)
class Progress:
    """Counts, all of them of sendings except where requests are named."""

    total: int = 0
    sent: int = 0
    """Tried at least once."""
    answered: int = 0
    """Settled: accepted, refused or failed."""
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Answered 400 as expected, by reason."""
    retried: int = 0
    """Requests made again because there was no usable answer."""
    retried_for: Counter[str] = field(default_factory=Counter)
    """The same by cause: a status, or the kind of connection error."""
    in_flight: int = 0
    """Requests without an answer so far."""
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    """The first of what failed."""
    business_at: int | None = None
    """Business time of the latest sending that was tried, microseconds UTC."""
    latencies: Latencies = field(default_factory=Latencies)

    @property
    def is_done(self) -> bool:
        """True when every sending has had its answer."""
        return self.answered == self.total

    def fail(self, failure: Failure) -> None:
        """Record an answer that must not have come."""
        self.failed += 1
        if len(self.failures) < _KEPT:
            self.failures.append(failure)
