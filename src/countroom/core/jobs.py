"""Long work, as it is kept: who wants it, how far it is, and where it goes on after a pause or a kill."""

from typing import Any, Final, Literal

import msgspec

from countroom.core.instants import SECOND, Instant

Json = dict[str, Any]
JobState = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
ALIVE: Final = ("waiting", "running", "paused")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of long work."""

    job_id: str
    kind: str
    """What it is, e.g. `redrive`."""
    arguments: Json
    total: int
    """Things to be done, as counted when it was made."""
    by: str
    made_at: Instant
    reason: str = ""
    plan_id: str = ""
    state: JobState = "waiting"
    began_at: Instant | None = None
    ended_at: Instant | None = None
    done: int = 0
    failed: int = 0
    """Of those that are done."""
    pace: int = 0
    """At most so many a second; 0: as fast as it goes."""
    spent_us: int = 0
    """Microseconds of work so far."""
    checkpoint: Json | None = None
    """Where it goes on."""
    intent: bytes = b""
    """What it was about to do elsewhere, until that is surely done: looked at before anything else after a kill."""
    detail: str = ""
    """What it waits for, or why it failed."""

    @property
    def rate(self) -> float | None:
        """Things done per second of work; None before any."""
        return self.done * SECOND / self.spent_us if self.done and self.spent_us else None

    @property
    def left_s(self) -> float | None:
        """Seconds to go at that rate; None when that cannot be told, or nothing is to go."""
        rate = self.rate
        if self.state not in ALIVE or rate is None:
            return None
        return max(0, self.total - self.done) / (min(rate, self.pace) if self.pace else rate)
