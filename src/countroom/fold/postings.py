"""What a round contributes, as postings that can be added and taken away.

The contribution of a round page before an event is taken away and the one after it is added;
what is the same in both cancels. So a rollback leaves totals as if its target had never been,
whatever came between, and there is one place that says what counts.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from countroom.core.money import EMPTY, ZERO, Pockets, times, total
from countroom.fold.pages import BET, WHOLE, WIN, Activity, Generation, RoundPage
from countroom.fold.rounds import split
from countroom.fold.settings import BrandSettings


class Play(msgspec.Struct, frozen=True, gc=False):
    """One effective stake or payout."""

    is_bet: bool
    at: int
    currency: str
    pockets: Pockets
    base: Pockets | None
    """In base currency; None without a rate."""
    free_stake: Decimal | None
    home: int
    """First bet of the round, which decides the session; 0: goes by its own time."""
    game: str
    missing: bool
    """Counts as a contribution without a rate; of a whole's two halves only one does."""
    base_free_stake: Decimal | None = None


class Named(msgspec.Struct, frozen=True, gc=False):
    """One effective stake or payout that names a grant, whatever the totals stand on."""

    bonus: str
    is_bet: bool
    at: int
    currency: str
    pockets: Pockets
    game_type: str
    spun_free: bool
    """A payout of a round without a paid bet: matters to the cost of free spins."""


class Counted(msgspec.Struct, frozen=True, gc=False):
    """One round with an effective bet."""

    at: int
    currency: str
    free: bool
    home: int


class Concluded(msgspec.Struct, frozen=True, gc=False):
    """One closed paid round: for streaks and multipliers."""

    opened_at: int
    generation: int
    won: Decimal
    staked: Decimal
    lost: bool
    has_multiplier: bool


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What a rollback took away, on its own day: a memo."""

    at: int
    currency: str
    stake: Decimal
    payout: Decimal
    base: Decimal | None


class Open(msgspec.Struct, frozen=True, gc=False):
    """One open round."""

    home: int
    first: int


Posting = Play | Named | Counted | Concluded | Taken | Open


def in_base(activity: Activity, amounts: Pockets, brand: BrandSettings) -> Pockets | None:
    """Pockets of an activity in the brand's base currency, or None without a rate."""
    if activity.currency == brand.base_currency:
        return amounts
    return None if activity.rate is None else times(amounts, activity.rate)


def free_stake_in_base(activity: Activity, brand: BrandSettings) -> Decimal | None:
    """Nominal of a free spin in the brand's base currency, or None."""
    if activity.free_stake is None or activity.currency == brand.base_currency:
        return activity.free_stake
    return None if activity.rate is None else activity.free_stake * activity.rate


def plays(activity: Activity, generation: Generation, brand: BrandSettings) -> Iterator[Play]:
    """Stake and payout of one effective activity of a generation."""
    if activity.role == WHOLE:
        yield from _whole(activity, generation, brand)
        return
    if activity.role == BET or activity.pockets:
        base = in_base(activity, activity.pockets, brand)
        yield Play(
            activity.role == BET,
            activity.at,
            activity.currency,
            activity.pockets,
            base,
            activity.free_stake,
            generation.home,
            activity.game,
            base is None and bool(activity.pockets),
            free_stake_in_base(activity, brand),
        )


def named(own: list[Activity], *, raw: bool) -> Iterator[Named]:
    """What the effective activities of a generation contribute to the grants they name."""
    bets = [a for a in own if a.role == BET]
    spun_free = raw and bool(bets) and not any(total(a.pockets) > 0 for a in bets)
    for a in own:
        if a.bonus is not None and (a.role == BET or a.pockets):
            is_bet = a.role == BET
            yield Named(a.bonus, is_bet, a.at, a.currency, a.pockets, a.game_type, not is_bet and spun_free)


def _whole(activity: Activity, generation: Generation, brand: BrandSettings) -> Iterator[Play]:
    """A whole as its two halves; base as given when it was given."""
    stake, payout = activity.base_stake, activity.base_payout
    if activity.currency == brand.base_currency or stake is None or not activity.pockets:
        stake = in_base(activity, activity.pockets, brand)
    if activity.currency == brand.base_currency or payout is None or not activity.payout:
        payout = in_base(activity, activity.payout, brand)
    at, currency, home = activity.at, activity.currency, generation.home
    lacks = stake is None and bool(activity.pockets)
    yield Play(True, at, currency, activity.pockets, stake, None, home, activity.game, lacks)  # noqa: FBT003
    if activity.payout:
        lacks = payout is None and not lacks
        yield Play(False, at, currency, activity.payout, payout, None, home, activity.game, lacks)  # noqa: FBT003


def generation_of(page: RoundPage, at: int) -> Generation:
    """The generation that an activity at `at` belongs to."""
    for generation in page.generations:
        if generation.first <= at <= generation.last:
            return generation
    raise LookupError(at)


def postings(page: RoundPage, brand: BrandSettings) -> list[Posting]:
    """Everything the page contributes, as its generations stand."""
    effective, void = split(page)
    result: list[Posting] = []
    for n, generation in enumerate(page.generations):
        own = [a for a in effective if generation.first <= a.at <= generation.last]
        counting = [a for a in own if (a.role == WHOLE) != generation.raw]
        for activity in counting:
            result.extend(plays(activity, generation, brand))
        result.extend(named(own, raw=generation.raw))
        if generation.count_at:
            result.append(Counted(generation.count_at, generation.count_currency, generation.free, generation.home))
        if generation.state == "closed" and generation.count_at and not generation.free:
            result.append(conclude(n + 1, generation, counting, brand))
        if generation.state == "open":
            result.append(Open(generation.home, generation.first))
    for n, rollback in void.items():
        activity = page.activities[n]
        if (activity.role == WHOLE) != generation_of(page, activity.at).raw:
            result.append(taken(activity, rollback.at, brand))
    return result


def conclude(number: int, generation: Generation, counting: list[Activity], brand: BrandSettings) -> Concluded:
    """How a closed paid round ended: in its one currency, else in base."""
    mixed = len({a.currency for a in counting if a.pockets or a.payout}) > 1
    staked = won = ZERO
    unknown = False
    for activity in counting:
        for play in plays(activity, generation, brand):
            amounts = play.base if mixed else play.pockets
            unknown = unknown or (mixed and play.missing)
            if play.is_bet:
                staked += total(amounts or EMPTY)
            else:
                won += total(amounts or EMPTY)
    return (
        Concluded(generation.first, number, won.normalize(), staked.normalize(), won < staked, not mixed and won > 0)
        if not unknown
        else Concluded(generation.first, number, ZERO, ZERO, lost=False, has_multiplier=False)
    )


def taken(activity: Activity, at: int, brand: BrandSettings) -> Taken:
    """What the rollback of `activity` took away, booked at `at`."""
    stake = total(activity.pockets) if activity.role in (BET, WHOLE) else ZERO
    payout = total(activity.pockets) if activity.role == WIN else total(activity.payout)
    base = in_base(activity, activity.pockets or activity.payout, brand)
    return Taken(at, activity.currency, stake, payout, None if base is None else total(base))
