"""First, last, biggest, longest: the counters that segments ask for (semantics.md 4.7)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from countroom.simulator.ledger.entries import History, Play
from countroom.simulator.ledger.money import ROUNDED, SIX_PLACES, ZERO, instant, plain, ratio, total
from countroom.simulator.ledger.payments import Payment
from countroom.simulator.ledger.rounds import Round, multiple
from countroom.simulator.ledger.sports import SportsBet
from countroom.simulator.ledger.totals import BASE, Book, Calendar, base_amount

_LONGEST: Final = 100
"""Losing rounds in a row are counted up to here."""


def counters(
    history: History,
    every: Sequence[Round],
    *,
    sports: Sequence[SportsBet],
    paid: Sequence[Payment],
    book: Book,
    calendar: Calendar,
) -> dict[str, Any]:
    """COUNTERS of the player document."""
    real = [played for played in every if not played.free_money]
    bets = [bet for played in real for bet in played.bets]
    placed = [it.placed for it in sports if it.placed is not None and not it.is_void and not it.free_money]
    days = {calendar.day(bet.at) for bet in bets if bet.amount > 0}
    days |= {calendar.day(bet.at) for bet in placed if total(bet.pockets) > 0}
    wins = [win for played in real for win in played.wins if win.amount > 0]
    return {
        **_span("bet", [*(bet.at for bet in bets if bet.amount or bet.free_stake), *(bet.at for bet in placed)]),
        **_span("win", [win.at for win in wins]),
        **_span("login", history.logins),
        "logins": len(history.logins),
        **_payment_counters(history, paid),
        **_averages(book),
        "biggest_win": _biggest_win(wins),
        "biggest_multiplier": _biggest_multiplier(real),
        **_days(days),
        "loss_streak": _loss_streak(real),
    }


def _span(what: str, times: Iterable[int]) -> dict[str, str]:
    in_order = sorted(times)
    if not in_order:
        return {}
    return {f"first_{what}_at": instant(in_order[0]), f"last_{what}_at": instant(in_order[-1])}


def _payment_counters(history: History, paid: Sequence[Payment]) -> dict[str, Any]:
    deposits = sorted(
        (payment for payment in paid if payment.counts and payment.direction == "deposit"),
        key=lambda payment: (payment.counted_at, payment.payment_id),
    )
    withdrawals = [payment.counted_at for payment in paid if payment.counts and payment.direction == "withdrawal"]
    found: dict[str, Any] = {
        **_span("deposit", [deposit.counted_at for deposit in deposits]),
        **_span("withdrawal", withdrawals),
        "history_incomplete": _history_incomplete(history, deposits) or None,
    }
    if deposits:
        found["ftd"] = {**_named(deposits[0]), "at": instant(deposits[0].counted_at)}
        found["last_deposit"] = _named(deposits[-1])
    worth = [(base_amount(it.counted, it.amount_from.rate), it) for it in deposits]
    biggest = max((base for base, _ in worth if base is not None), default=None)
    found["biggest_deposit"] = next((_named(it) for base, it in worth if base is not None and base == biggest), None)
    return found


def _named(payment: Payment) -> dict[str, Any]:
    return {"payment_id": payment.payment_id, "amount": payment.counted, "currency": payment.amount_from.currency}


def _history_incomplete(history: History, deposits: Sequence[Payment]) -> bool:
    """True when the operator once stated more deposits than are known up to that message."""
    return any(
        step.stated_deposits > sum(1 for deposit in deposits if deposit.counted_at <= step.at)
        for step in history.payments
        if step.stated_deposits is not None
    )


def _averages(book: Book) -> dict[str, Any]:
    bets, deposits = {}, {}
    for currency in book.currencies("casino"):
        cell = book.cell("casino", currency)
        if count := cell.get("bets"):
            bets[currency] = ratio(total(cell["turnover"]), Decimal(count))
    for currency in book.currencies("payments"):
        cell = book.cell("payments", currency)
        if count := cell.get("deposits"):
            deposits[currency] = ratio(cell["deposit_sum"], Decimal(count))
    return {"avg_bet": bets, "avg_deposit": deposits}


def _biggest_win(wins: Iterable[Play]) -> dict[str, Decimal]:
    biggest: dict[str, Decimal] = {}
    for win in wins:
        biggest[win.currency] = max(biggest.get(win.currency, ZERO), win.amount)
        if win.base is not None:
            biggest[BASE] = max(biggest.get(BASE, ZERO), total(win.base))
    return biggest


def _biggest_multiplier(real: Iterable[Round]) -> str | None:
    multiples = [times for played in real if (times := multiple(played)) is not None]
    # A multiple of 0 is nothing to speak of, and left out like every zero.
    return plain(ROUNDED.quantize(max(multiples), SIX_PLACES)) if any(multiples) else None


def _days(active: set[str]) -> dict[str, Any]:
    """Days with a bet, and the runs that they form."""
    if not active:
        return {}
    days = sorted(date.fromisoformat(day) for day in active)
    run, runs = 1, [1]
    for before, day in pairwise(days):
        run = run + 1 if day - before == timedelta(days=1) else 1
        runs.append(run)
    return {
        "days_active": len(days),
        "best_streak": max(runs),
        "last_active_day": days[-1].isoformat(),
        "current_streak_ending_there": runs[-1],
    }


def _loss_streak(real: Iterable[Round]) -> int:
    """How many of the latest closed rounds with stakes were lost, one after the other."""
    in_order = sorted(real, key=lambda it: (it.opened_at, it.studio, it.round_id, it.generation))
    streak = 0
    for played in reversed(in_order):
        if played.state != "closed" or not played.staked:
            continue
        lost = _is_lost(played)
        if lost is None:
            continue
        if not lost or streak == _LONGEST:
            break
        streak += 1
    return streak


def _is_lost(played: Round) -> bool | None:
    """True when less was won than staked; None when that cannot be said for want of rates."""
    currencies = played.staked.keys() | played.won.keys()
    if len(currencies) == 1:
        [currency] = currencies
        return total(played.won.get(currency, {})) < total(played.staked.get(currency, {}))
    if any(play.lacks_rate for play in played.effective):
        return None
    staked = sum((total(bet.base) for bet in played.bets if bet.base is not None), ZERO)
    return sum((total(win.base) for win in played.wins if win.base is not None), ZERO) < staked
