"""What rounds add to the totals."""

from collections.abc import Iterable, Iterator

from countroom.core.events import BetPlaced
from countroom.core.money import total
from tests.reference.facts import Fact
from tests.reference.postings import Posting
from tests.reference.rounds import Movement, Round, rate_of


def postings(rounds: Iterable[Round]) -> list[Posting]:
    """All casino postings of `rounds`."""
    return [posting for one in rounds for posting in _of_round(one)]


def _of_round(one: Round) -> Iterator[Posting]:
    if one.bets:
        first = one.bets[0]
        counts = {"rounds": 1, "free_rounds": int(one.is_free)}
        yield Posting(product="casino", currency=first.currency, at=first.at, counts=counts)
    for bet in one.bets:
        yield _movement(bet, "turnover", "bets")
        yield from _free_stake(bet, one)
    for payout in one.payouts:
        yield _movement(payout, "payout", "wins")
    for point in one.points:
        if one.counts(point):
            yield from _missing(point, one)
            if not point.is_effective:
                yield from _reversed(point, one)


def _movement(movement: Movement, name: str, count: str) -> Posting:
    return Posting(
        product="casino",
        currency=movement.currency,
        at=movement.at,
        pockets={name: movement.pockets},
        base_pockets={} if movement.in_base is None else {name: movement.in_base},
        counts={count: int(movement.total > 0)},
    )


def _free_stake(bet: Movement, one: Round) -> Iterator[Posting]:
    event = bet.fact.event
    if isinstance(event, BetPlaced) and event.free_stake:
        yield Posting(
            product="casino",
            currency=bet.currency,
            at=bet.at,
            amounts={"free_stake": event.free_stake},
            rate=rate_of(event.currency, event.rate, one.settings),
        )


def _missing(point: Fact, one: Round) -> Iterator[Posting]:
    """One for an event in force, however many of its halves have no rate."""
    halves = [half for half in (one.stake_of(point), one.payout_of(point)) if half is not None]
    if point.is_effective and any(half.is_missing_in_base for half in halves):
        yield Posting(product="casino", currency=halves[0].currency, at=point.at, missing=1)


def _reversed(point: Fact, one: Round) -> Iterator[Posting]:
    """What was taken away, at the time of the earliest rollback in force."""
    for name, half in (("reversed_stake", one.stake_of(point)), ("reversed_payout", one.payout_of(point))):
        if half is None:
            continue
        yield Posting(
            product="casino",
            currency=half.currency,
            at=point.undone_by[0].at,
            amounts={name: half.total},
            base_amounts={} if half.in_base is None else {name: total(half.in_base)},
        )
