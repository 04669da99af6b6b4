"""How the made-up vendor is to behave."""

from pathlib import Path

import msgspec


class Outage(msgspec.Struct, frozen=True):
    """A time in which nothing is taken."""

    starts_s: float
    """From the start of the sandbox."""
    lasts_s: float


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the made-up vendor is to behave. Shares are from 0 to 1, drawn per request with a fixed seed."""

    keys: tuple[str, ...] = ("sandbox-key",)
    """Bearer keys that are let in; none: any is."""
    platform: str = ""
    """The only one that is known; empty: any is."""
    rate: int = 40
    """Requests in any second; 0: no limit."""
    fails: float = 0.0
    """Share answered with 500."""
    times_out: float = 0.0
    """Share never answered: taken all the same every other time, as it is with lost answers."""
    hangs_s: float = 30.0
    """How long those keep their connection."""
    slow: float = 0.0
    """Share answered late."""
    slow_s: float = 1.0
    outages: tuple[Outage, ...] = ()
    drops: bool = False
    """In an outage connections are cut; else 503 is answered."""
    users: frozenset[str] | None = None
    """The linked ones; None: everybody is."""
    unknown_users: frozenset[str] = frozenset()
    """Answered with UserNotFound until told otherwise."""
    refused_users: frozenset[str] = frozenset()
    """Answered with another error for ever."""
    retry_after_as_date: bool = False
    """The pause after 429 and 503 is said as a moment instead of seconds."""
    seed: int = 1
    remember: Path | None = None
    """What was taken is written there, a line each, before it is answered; and read again at the next start."""
    certificate: Path | None = None
    """For https, beside its key."""
    certificate_key: Path | None = None
