"""Firsts, lasts, records and streaks, over what is in force now."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile

from countroom.core.events import Direction, PaymentReported, PlayerLoggedIn
from countroom.core.money import total
from tests.reference import forms
from tests.reference.facts import Fact
from tests.reference.forms import Json
from tests.reference.payments import Payment
from tests.reference.rounds import Movement, Round, place
from tests.reference.settings import ReferenceSettings
from tests.reference.sports import SportsBet

LONGEST_STREAK_TOLD = 100


def counters(
    facts: Sequence[Fact],
    rounds: Sequence[Round],
    payments: Sequence[Payment],
    sports: Sequence[SportsBet],
    *,
    settings: ReferenceSettings,
) -> Json:
    """The counters of a player; free money is in none of them."""
    real = [one for one in rounds if not one.free_money]
    bets = [bet for one in real for bet in one.bets]
    placed = [one.placed for one in sports if one.placed and not one.free_money]
    staked = [one for one in placed if total(one.pockets) > 0]
    wins = [payout for one in real for payout in one.payouts if payout.total > 0]
    logins = [fact.at for fact in facts if isinstance(fact.event, PlayerLoggedIn)]
    deposits = _counted(payments, Direction.DEPOSIT)
    withdrawals = _counted(payments, Direction.WITHDRAWAL)
    return forms.tidy(
        _first_and_last("deposit", [at for at, _ in deposits])
        | _first_and_last("withdrawal", [at for at, _ in withdrawals])
        | _first_and_last("bet", [*(bet.at for bet in bets), *(one.about.occurred_at for one in placed)])
        | _first_and_last("win", [win.at for win in wins])
        | _first_and_last("login", logins)
        | {"logins": len(logins), "history_incomplete": _is_incomplete(facts, payments) or None}
        | _deposits(deposits)
        | _averages(bets, deposits)
        | _records(wins, real)
        | _days([*(b.at for b in bets if b.total > 0), *(one.about.occurred_at for one in staked)], settings)
        | {"loss_streak": _loss_streak(real)}
    )


def _first_and_last(what: str, times: Sequence[int]) -> Json:
    return {
        f"first_{what}_at": forms.instant(min(times, default=None)),
        f"last_{what}_at": forms.instant(max(times, default=None)),
    }


def _counted(payments: Iterable[Payment], direction: Direction) -> list[tuple[int, Payment]]:
    """The payments that count now, by the time at which they do, then by id."""
    found = [(one.counted_at, one) for one in payments if one.direction is direction and one.counted_at is not None]
    return sorted(found, key=lambda pair: (pair[0], pair[1].payment_id))


def _deposit(one: Payment) -> Json:
    return {
        "payment_id": one.payment_id,
        "amount": forms.amount(one.counted) or "0",
        "currency": one.shown.currency,
    }


def _deposits(deposits: Sequence[tuple[int, Payment]]) -> Json:
    if not deposits:
        return {}
    first_at, first = deposits[0]
    in_base = [(one.counted * one.rate, one) for _, one in deposits if one.counted is not None and one.rate is not None]
    biggest = max(in_base, key=lambda pair: pair[0], default=None)  # of equal ones the first, so the earliest
    return {
        "ftd": _deposit(first) | {"at": forms.instant(first_at)},
        "last_deposit": _deposit(deposits[-1][1]),
        "biggest_deposit": _deposit(biggest[1]) if biggest else None,
    }


def _is_incomplete(facts: Iterable[Fact], payments: Sequence[Payment]) -> bool:
    """True when a report states more deposits than had been seen paid by its time, taken back since or not."""
    paid = [one.paid_at for one in payments if one.direction is Direction.DEPOSIT and one.paid_at is not None]
    stated = [(fact.at, fact.event.stated_deposits) for fact in facts if isinstance(fact.event, PaymentReported)]
    return any(number is not None and number > sum(p <= at for p in paid) for at, number in stated)


def _averages(bets: Iterable[Movement], deposits: Iterable[tuple[int, Payment]]) -> Json:
    stakes = [(bet.currency, bet.total) for bet in bets if bet.total > 0]
    counted = [(one.shown.currency, one.counted or Decimal(0)) for _, one in deposits]
    return {"avg_bet": _average(stakes), "avg_deposit": _average(counted)}


def _average(amounts: Sequence[tuple[str, Decimal]]) -> Json:
    by_currency = {c: [amount for own, amount in amounts if own == c] for c in sorted({c for c, _ in amounts})}
    return {c: forms.ratio(sum(own, Decimal(0)), Decimal(len(own))) for c, own in by_currency.items()}


def _records(wins: Sequence[Movement], rounds: Iterable[Round]) -> Json:
    biggest = {c: max(win.total for win in wins if win.currency == c) for c in {win.currency for win in wins}}
    in_base = max((total(win.in_base) for win in wins if win.in_base is not None), default=Decimal(0))
    multipliers = [(total(won), total(staked)) for one in rounds if (pair := _single(one)) for staked, won in [pair]]
    best = max(multipliers, key=lambda pair: forms.exactly(*pair), default=None)
    return {
        "biggest_win": forms.amounts(biggest) | forms.tidy({"BASE": forms.amount(in_base)}),
        "biggest_multiplier": forms.ratio(*best) if best and best[0] else None,
    }


def _single(one: Round) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]] | None:
    """What a closed paid round of one currency staked and won; None for any other round."""
    if one.state != "closed" or not one.is_paid or len(one.currencies) != 1:
        return None
    currency = one.currencies[0]
    return one.staked[currency], one.won.get(currency, ())


def _days(times: Iterable[int], settings: ReferenceSettings) -> Json:
    active = sorted({date.fromisoformat(forms.day(at, settings)) for at in times})
    if not active:
        return {}
    lengths: dict[date, int] = {}
    for one in active:
        lengths[one] = lengths.get(one - timedelta(days=1), 0) + 1
    return {
        "days_active": len(active),
        "best_streak": max(lengths.values()),
        "last_active_day": active[-1].isoformat(),
        "current_streak_ending_there": lengths[active[-1]],
    }


def _loss_streak(rounds: Iterable[Round]) -> int:
    closed = sorted((one for one in rounds if one.state == "closed" and one.is_paid), key=place, reverse=True)
    judged = [lost for one in closed if (lost := _is_lost(one)) is not None]
    return min(LONGEST_STREAK_TOLD, len(list(takewhile(bool, judged))))


def _is_lost(one: Round) -> bool | None:
    """True when less was won than staked; None for a round of several currencies without all its rates."""
    if (single := _single(one)) is not None:
        staked, won = single
        return total(won) < total(staked)
    if any(movement.in_base is None and movement.total for movement in (*one.bets, *one.payouts)):
        return None

    def sum_of(movements: Iterable[Movement]) -> Decimal:
        return sum((total(movement.in_base or ()) for movement in movements), Decimal(0))

    return sum_of(one.payouts) < sum_of(one.bets)
