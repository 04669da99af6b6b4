"""Accepted events with what is true of each singly: its place in the canonical order, and whether it is in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from countroom.core.events import (
    BetLost,
    BetPlaced,
    BonusReported,
    Event,
    PaymentReported,
    RolledBack,
    RoundPlayed,
    SelectionReported,
    SportsBetPlaced,
    SportsBetSettled,
    Ticked,
    WinPaid,
)
from countroom.core.identity import hits

Play = BetPlaced | WinPaid | BetLost
Undoable = (
    BetPlaced | WinPaid | BetLost | RoundPlayed | RolledBack | SportsBetPlaced | SelectionReported | SportsBetSettled
)

_RANKS: tuple[tuple[type[Event], int], ...] = (
    (PaymentReported, 1),
    (BonusReported, 2),
    (BetPlaced, 3),
    (SportsBetPlaced, 3),
    (SelectionReported, 4),
    (WinPaid, 5),
    (SportsBetSettled, 5),
    (RoundPlayed, 5),  # told when the round was over, so as a result
    (BetLost, 6),
    (RolledBack, 7),
    (Ticked, 8),
)

Order = tuple[int, int, str]


def identity_text(event: Event) -> str:
    """The identity by which an event is ordered: the source's, else ours, else nothing."""
    return event.about.source_id or event.about.business_id or ""


def rank(event: Event) -> int:
    """The kind rank of the canonical order; whatever is of the player himself comes first."""
    return next((rank for kind, rank in _RANKS if isinstance(event, kind)), 0)


def order(event: Event) -> Order:
    """The place of an event in the canonical order."""
    return event.about.occurred_at, rank(event), identity_text(event)


def aims_at(rollback: RolledBack, event: Event) -> bool:
    """True when `event` is what `rollback` is aimed at; only play and rollbacks can be."""
    return isinstance(event, Undoable) and hits(rollback.target, event.about.source_id, event.about.business_id)


@dataclass(eq=False)
class Fact:
    """One accepted event among the others of its player."""

    event: Event
    rollbacks: "list[Fact]" = field(default_factory=list)
    """All that were aimed at it, in canonical order, in force or not."""
    targets: "list[Fact]" = field(default_factory=list)
    """Of a rollback: all that it is aimed at."""

    @property
    def at(self) -> int:
        """Business time."""
        return self.event.about.occurred_at

    @cached_property
    def order(self) -> Order:
        """Its place in the canonical order."""
        return order(self.event)

    @cached_property
    def undone_by(self) -> "list[Fact]":
        """The rollbacks of it that are in force themselves, in canonical order."""
        return [rollback for rollback in self.rollbacks if rollback.is_effective]

    @property
    def is_effective(self) -> bool:
        """True when no rollback that is in force is aimed at it."""
        return not self.undone_by


def facts(events: Iterable[Event]) -> list[Fact]:
    """One player's accepted events in canonical order, with their rollbacks."""
    found = [Fact(event) for event in sorted(events, key=order)]
    for rollback in found:
        if isinstance(rollback.event, RolledBack):
            rollback.targets = [fact for fact in found if aims_at(rollback.event, fact.event)]
            for target in rollback.targets:
                target.rollbacks.append(rollback)
    return found


def latest_tick(every: Sequence[Fact]) -> int | None:
    """The player's clock; None when no tick came, and then no timer has run out."""
    return max((fact.at for fact in every if isinstance(fact.event, Ticked)), default=None)
