"""Which arrivals count: the first rendition of each fact. Everything after this looks at the set only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from countroom.core.events import (
    BetLost,
    BetPlaced,
    BonusReported,
    CartCheckedOut,
    Event,
    LotteryReported,
    PaymentReported,
    PokerMoved,
    RolledBack,
    RoundPlayed,
    SelectionReported,
    SportsBetPlaced,
    SportsBetSettled,
    WinPaid,
)
from countroom.core.identity import SEPARATOR
from countroom.core.ids import PlayerKey
from countroom.core.rejection import Reason, Rejection
from tests.reference.facts import aims_at
from tests.reference.settings import ReferenceSettings

Material = dict[str, object]


@dataclass
class Accepted:
    """The accepted set, and the count of what was not taken into it."""

    events: list[Event] = field(default_factory=list)
    repeats: list[Event] = field(default_factory=list)
    refused: list[tuple[Event, Rejection]] = field(default_factory=list)

    @property
    def duplicates(self) -> int:
        """How many events were repeats."""
        return len(self.repeats)

    @property
    def conflicts(self) -> int:
        """How many events had the identity of an earlier one and said something else."""
        return sum(rejection.reason is Reason.CONFLICTING_DUPLICATE for _, rejection in self.refused)

    def of(self, key: PlayerKey) -> "Accepted":
        """The same for one player."""
        return Accepted(
            [event for event in self.events if event.about.key == key],
            [event for event in self.repeats if event.about.key == key],
            [(event, why) for event, why in self.refused if event.about.key == key],
        )


def accept(arrivals: Sequence[Event], settings: ReferenceSettings) -> Accepted:
    """The accepted set of `arrivals`, taken in their order, of any number of players."""
    taken = Accepted()
    for event in arrivals:
        own = [earlier for earlier in taken.events if earlier.about.key == event.about.key]
        same = [earlier for earlier in own if _is_met_again(earlier, event, settings)]
        if same:
            _second_arrival(taken, event, same)
        elif isinstance(event, RolledBack) and _closes_a_cycle(event, own):
            taken.refused.append((event, Rejection(Reason.ROLLBACK_CYCLE, "the rollbacks undo each other")))
        else:
            taken.events.append(event)
    return taken


def _second_arrival(taken: Accepted, event: Event, same: Sequence[Event]) -> None:
    if len(same) > 1:
        detail = "its identities belong to two earlier events"
    elif differing := sorted(_differing(same[0], event)):
        detail = f"the earlier event states another {', '.join(differing)}"
    else:
        taken.repeats.append(event)
        return
    taken.refused.append((event, Rejection(Reason.CONFLICTING_DUPLICATE, detail)))


def _ids(event: Event) -> set[str]:
    return {one for one in (event.about.source_id, event.about.business_id) if one is not None}


def _is_met_again(earlier: Event, event: Event, settings: ReferenceSettings) -> bool:
    """True when the two share an identity; a round's own id comes back with later rounds, its source id does not."""
    shared = _ids(earlier) & _ids(event)
    if isinstance(earlier, RoundPlayed) and isinstance(event, RoundPlayed):
        apart = abs(earlier.about.occurred_at - event.about.occurred_at)
        if apart > settings.reuse_gap:
            shared -= {earlier.about.business_id, event.about.business_id}
    return bool(shared)


def _closes_a_cycle(event: RolledBack, own: Sequence[Event]) -> bool:
    rollbacks = [*(earlier for earlier in own if isinstance(earlier, RolledBack)), event]

    def below(start: RolledBack) -> Iterator[RolledBack]:
        """Everything that `start` undoes, directly or through others; the walk ends where `event` is met."""
        for target in rollbacks:
            if aims_at(start, target):
                yield target
                if target is not event:
                    yield from below(target)

    return any(target is event for target in below(event))


# ---------------------------------------------------------------- material content


def _differing(earlier: Event, later: Event) -> set[str]:
    """The material fields that both state, and state differently."""
    one, other = _material(earlier), _material(later)
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def _material(event: Event) -> Material:
    """The material fields that `event` states. `role` keeps kinds apart that no repeat can bridge."""
    read = next((read for kind, read in _READERS if isinstance(event, kind)), None)
    stated = {"role": type(event).__name__} if read is None else read(event)
    return {name: value for name, value in stated.items() if value not in (None, "")}


def _play(event: BetPlaced | WinPaid | BetLost) -> Material:
    return {
        "role": "bet" if isinstance(event, BetPlaced) else "result",
        "amount": _numbers(event.pockets),
        "free stake": event.free_stake,
        "currency": event.currency,
        "round": event.studio + SEPARATOR + event.round_id,
        "game": event.game,
        "bonus": event.user_bonus_id,
        "free money": event.free_money,
        "end": event.ends,
    }


def _whole(event: RoundPlayed) -> Material:
    return {
        "role": "whole",
        "amount": (_numbers(event.stake), _numbers(event.payout)),
        "currency": event.currency,
        "round": event.studio + SEPARATOR + event.round_id,
        "game": event.game,
        "free money": event.free_money,
    }


def _rollback(event: RolledBack) -> Material:
    return {"role": "rollback", "target": event.target, "amount": event.amount}


def _payment(event: PaymentReported) -> Material:
    return {
        "role": f"{event.direction} {event.payment_id} {event.status}",
        "amount": event.amount,
        "currency": event.currency,
    }


def _bonus(event: BonusReported) -> Material:
    return {
        "role": f"bonus {event.user_bonus_id} {event.state}",
        "amount": event.amount,
        "turned real": event.turned_real,
        "required": event.required,
    }


def _sports_bet(event: SportsBetPlaced) -> Material:
    return {
        "role": f"sports bet {event.bet_id}",
        "amount": _numbers(event.pockets),
        "free stake": event.free_stake,
        "currency": event.currency,
        "legs": event.legs,
        "bonus": event.user_bonus_id,
        "free money": event.free_money,
    }


def _leg(event: SelectionReported) -> Material:
    return {"role": f"leg {event.selection_id} of {event.bet_id} {event.settled}"}


def _settlement(event: SportsBetSettled) -> Material:
    return {
        "role": f"settlement {event.settlement_id} of {event.bet_id}",
        "amount": _numbers(event.pockets),
        "currency": event.currency,
        "free money": event.free_money,
    }


def _lottery(event: LotteryReported) -> Material:
    return {
        "role": f"lottery {event.settles}",
        "amount": event.amount,
        "currency": event.currency,
        "counts": event.counts,
    }


def _poker(event: PokerMoved) -> Material:
    return {
        "role": f"poker {event.game} {event.container_id} {event.buys_in} {event.rolls_back}",
        "amount": _numbers(event.pockets),
        "currency": event.currency,
    }


def _cart(event: CartCheckedOut) -> Material:
    return {
        "role": f"cart {event.status}",
        "amount": event.amount,
        "discount": event.discount,
        "currency": event.currency,
    }


_READERS: tuple[tuple[type[Event], Callable[..., Material]], ...] = (
    (BetPlaced, _play),
    (WinPaid, _play),
    (BetLost, _play),
    (RoundPlayed, _whole),
    (RolledBack, _rollback),
    (PaymentReported, _payment),
    (BonusReported, _bonus),
    (SportsBetPlaced, _sports_bet),
    (SelectionReported, _leg),
    (SportsBetSettled, _settlement),
    (LotteryReported, _lottery),
    (PokerMoved, _poker),
    (CartCheckedOut, _cart),
)


def _numbers(pockets: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Pockets as numbers, so that however they were written down they compare by value."""
    kept = list(pockets)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
