"""What an account is told: the link it stands under, and what the partner got for it."""

from dataclasses import dataclass
from typing import NamedTuple

from countroom.simulator.partner.happened import Attributes, Thing, Window

SECOND = 1_000_000


@dataclass(slots=True, kw_only=True)
class Link:
    """One account's link, as the hub's API answered. Seconds of the clock that windows go by."""

    player: str
    account: str
    """What the partner knows the player by."""
    sure: float
    """All that was answered before it had been folded when the link was asked for."""
    seen: float
    """The link stood in the player's document by then."""
    ended_asked: float | None = None
    ended_seen: float | None = None
    """The end of the link stood in the player's document by then."""

    @property
    def is_ended(self) -> bool:
        """True once its end was asked for."""
        return self.ended_asked is not None


class Got(NamedTuple):
    """One event that the partner took in."""

    account: str
    name: str
    created_at: int
    """Seconds UTC."""
    attributes: Attributes


class Fault(NamedTuple):
    """One thing that is wrong at the partner."""

    what: str
    account: str
    detail: str

    def __str__(self) -> str:
        return f"{self.account}: {self.what}: {self.detail}"


UNEXPLAINED = "told, and never happened so"
MISSING = "not told"
DISORDERED = "told out of order"
EARLY = "told from before the link"
LATE = "told after the end of the link"
INITIAL = "initial events that are not as they must be"
FAULTS = (UNEXPLAINED, MISSING, DISORDERED, EARLY, LATE, INITIAL)


class Told(NamedTuple):
    """A message with what it tells."""

    got: Got
    thing: Thing
    window: Window
    """That of the thing, and of all that look like it: which of them is told cannot be seen."""


def said(thing: Thing) -> str:
    """A thing in words."""
    return f"{thing.name} {thing.own_id} at {thing.at}"
