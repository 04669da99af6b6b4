"""Rounds: points of one round id cut into generations, and what the effective ones of each add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from countroom.core.events import BetLost, BetPlaced, RoundPlayed, WinPaid
from countroom.core.money import EMPTY, Pockets, times, total
from tests.reference import forms
from tests.reference.facts import Fact, Play
from tests.reference.forms import Json, Purse
from tests.reference.settings import ReferenceSettings

RoundId = tuple[str, str, bool]
"""Studio, round id, free money."""


@dataclass(frozen=True)
class Movement:
    """A stake or a payout, of a play or of one half of a whole."""

    fact: Fact
    currency: str
    pockets: Pockets
    in_base: Pockets | None
    """None when it cannot be had: no rate."""
    game: str

    @property
    def at(self) -> int:
        return self.fact.at

    @property
    def total(self) -> Decimal:
        return total(self.pockets)

    @property
    def is_missing_in_base(self) -> bool:
        return any(self.pockets) and self.in_base is None


def rate_of(currency: str, stated: Decimal | None, settings: ReferenceSettings) -> Decimal | None:
    """What one unit is in base currency; None when nobody said."""
    if currency == settings.base_currency:
        return Decimal(1)
    return stated or settings.rates.get(currency)


def _in_base(amount: Pockets, rate: Decimal | None) -> Pockets | None:
    return None if rate is None else times(amount, rate)


@dataclass(eq=False, kw_only=True)
class Round:
    """One generation of one round id."""

    studio: str
    round_id: str
    free_money: bool
    generation: int
    points: list[Fact]
    """Everything seen of it, void ones too, in canonical order."""
    settings: ReferenceSettings
    clock: int | None

    # ------------------------------------------------------------ what counts

    @cached_property
    def effective(self) -> list[Fact]:
        """The points in force."""
        return [point for point in self.points if point.is_effective]

    @cached_property
    def has_plays(self) -> bool:
        """True when any bet, win or loss was seen, void ones too."""
        return any(isinstance(point.event, Play) for point in self.points)

    @cached_property
    def is_counted_by_plays(self) -> bool:
        """True when bets and results count and a whole is only a check."""
        basis = self.settings.casino_basis
        return self.has_plays if basis == "auto" else basis == "transactions"

    def counts(self, point: Fact) -> bool:
        """True when the point is of the kind that this round's money is taken from."""
        return isinstance(point.event, Play) == self.is_counted_by_plays

    @cached_property
    def bets(self) -> list[Movement]:
        """The stakes in force that count, in canonical order; free spins and the zero stakes of wholes too."""
        return [m for point in self.effective if self.counts(point) for m in [self.stake_of(point)] if m is not None]

    @cached_property
    def payouts(self) -> list[Movement]:
        """The payouts in force that count, in canonical order, zeros too."""
        return [m for point in self.effective if self.counts(point) for m in [self.payout_of(point)] if m is not None]

    def stake_of(self, point: Fact) -> Movement | None:
        """What the point stakes, in force or not; None for a result."""
        match point.event:
            case BetPlaced() as bet:
                rate = rate_of(bet.currency, bet.rate, self.settings)
                return Movement(point, bet.currency, bet.pockets, _in_base(bet.pockets, rate), bet.game)
            case RoundPlayed() as whole:
                rate = rate_of(whole.currency, whole.rate, self.settings)
                # Money in the base currency counts at rate 1 whatever was sent (4.4).
                own = whole.currency == self.settings.base_currency or whole.base_stake is None or not whole.stake
                in_base = _in_base(whole.stake, rate) if own else whole.base_stake
                return Movement(point, whole.currency, whole.stake, in_base, whole.game)
            case _:
                return None

    def payout_of(self, point: Fact) -> Movement | None:
        """What the point pays, in force or not; None for a bet."""
        match point.event:
            case (WinPaid() | BetLost()) as result:
                rate = rate_of(result.currency, result.rate, self.settings)
                return Movement(point, result.currency, result.pockets, _in_base(result.pockets, rate), result.game)
            case RoundPlayed() as whole:
                rate = rate_of(whole.currency, whole.rate, self.settings)
                # Money in the base currency counts at rate 1 whatever was sent (4.4).
                own = whole.currency == self.settings.base_currency or whole.base_payout is None or not whole.payout
                in_base = _in_base(whole.payout, rate) if own else whole.base_payout
                return Movement(point, whole.currency, whole.payout, in_base, whole.game)
            case _:
                return None

    def is_bet_point(self, point: Fact) -> bool:
        """True when the point can open a session: a bet, or a whole, for there was a bet in it, of nothing perhaps."""
        return isinstance(point.event, BetPlaced | RoundPlayed)

    @cached_property
    def first_bet_point(self) -> Fact | None:
        """The earliest bet ever seen, void ones too: the round's money goes to the session that holds it."""
        return next((point for point in self.points if self.is_bet_point(point)), None)

    # ------------------------------------------------------------ what follows

    @cached_property
    def staked(self) -> Purse:
        return forms.summed((bet.currency, bet.pockets) for bet in self.bets)

    @cached_property
    def won(self) -> Purse:
        return forms.summed((payout.currency, payout.pockets) for payout in self.payouts)

    @cached_property
    def currencies(self) -> list[str]:
        """The currencies in which anything was staked or won."""
        return sorted(self.staked.keys() | self.won.keys())

    @cached_property
    def is_free(self) -> bool:
        """True when there are bets, and none stakes anything."""
        return bool(self.bets) and all(bet.total == 0 for bet in self.bets)

    @cached_property
    def is_paid(self) -> bool:
        return any(bet.total > 0 for bet in self.bets)

    @cached_property
    def opened_at(self) -> int:
        return min(point.at for point in self.points)

    @cached_property
    def last_at(self) -> int | None:
        return max((point.at for point in self.effective), default=None)

    @cached_property
    def _closing(self) -> tuple[int, str] | None:
        """When and by what the round was closed, by the latest closing event in force or by the clock."""
        closings = [(point.order, why) for point in self.effective if (why := self._closes(point)) is not None]
        if closings:
            latest, why = max(closings)
            return latest[0], why
        if self.last_at is None or self.clock is None or self.clock < self.last_at + self.settings.round_timeout:
            return None
        return self.last_at, "timeout"

    def _closes(self, point: Fact) -> str | None:
        match point.event:
            case RoundPlayed():
                return "whole"
            case BetLost():
                return "loss"
            case WinPaid() as win if total(win.pockets) == 0:
                return "zero_win"
            case (BetPlaced() | WinPaid()) as play if play.ends:
                return "round_end"
            case (BetPlaced() | WinPaid()) as play if play.combined:
                return "combined"
            case WinPaid() if self.settings.win_closes == "always":
                return "round_end"  # the sender has no flag: every win is taken as if it had carried it
            case _:
                return None

    @cached_property
    def state(self) -> str:
        if not self.effective:
            return "void"
        return "closed" if self._closing else "open"

    @cached_property
    def flags(self) -> list[str]:
        found = set()
        if not self.bets and any(payout.total > 0 for payout in self.payouts):
            found.add("win_without_bet")
        if len(self.currencies) > 1:
            found.add("currency_mixed")
        if any(isinstance(point.event, Play) and point.event.amount_mismatch for point in self.effective):
            found.add("amount_mismatch")
        if self.is_counted_by_plays and any(self._is_other_than(point.event) for point in self.effective):
            found.add("round_mismatch")
        return sorted(found)

    def _is_other_than(self, event: object) -> bool:
        """True when `event` is a whole that tells other sums than the plays, in its currency."""
        if not isinstance(event, RoundPlayed):
            return False
        staked, won = (total(purse.get(event.currency, EMPTY)) for purse in (self.staked, self.won))
        return (total(event.stake), total(event.payout)) != (staked, won)

    @cached_property
    def game(self) -> str:
        first = self.bets[0].fact if self.bets else self.points[0]
        return first.event.game if isinstance(first.event, Play | RoundPlayed) else ""

    def json(self) -> Json:
        """The round as the document shows it."""
        closed_at, closed_by = self._closing or (None, None)
        shown = {
            "last_at": forms.instant(self.last_at),
            "closed_at": forms.instant(closed_at),
            "closed_by": closed_by,
            "free": self.is_free,
            "free_money": self.free_money,
            "game": self.game,
            "staked": forms.purse(self.staked),
            "won": forms.purse(self.won),
            "bets": sum(bet.total > 0 for bet in self.bets),
            "wins": sum(payout.total > 0 for payout in self.payouts),
            "flags": self.flags,
        }
        return {
            "studio": self.studio,
            "round_id": self.round_id,
            "generation": self.generation,
            "state": self.state,
            "opened_at": forms.instant(self.opened_at),
        } | forms.tidy({name: value for name, value in shown.items() if value is not False})


def rounds(facts: Iterable[Fact], settings: ReferenceSettings, clock: int | None) -> list[Round]:
    """All rounds of a player, by studio, round id and generation; free money after real money."""
    points = [(key, fact) for fact in facts if (key := _key(fact)) is not None]
    points.sort(key=lambda pair: (pair[0], pair[1].order))
    return sorted(
        (
            Round(
                studio=key[0],
                round_id=key[1],
                free_money=key[2],
                generation=number,
                points=generation,
                settings=settings,
                clock=clock,
            )
            for key, group in groupby(points, key=lambda pair: pair[0])
            for number, generation in enumerate(_generations([f for _, f in group], settings.reuse_gap), start=1)
        ),
        key=lambda one: (one.studio, one.round_id, one.generation, one.free_money),
    )


def _key(fact: Fact) -> RoundId | None:
    event = fact.event
    return (event.studio, event.round_id, event.free_money) if isinstance(event, Play | RoundPlayed) else None


def _generations(points: Sequence[Fact], reuse_gap: int) -> list[list[Fact]]:
    found: list[list[Fact]] = []
    for point in points:
        if found and point.at - found[-1][-1].at <= reuse_gap:
            found[-1].append(point)
        else:
            found.append([point])
    return found


def place(one: Round) -> tuple[int, str, str, int]:
    """Where a round stands in a streak: by when it was opened, then by its key."""
    return one.opened_at, one.studio, one.round_id, one.generation
