"""Counters as the player document shows them; semantics.md 4.7."""

from decimal import Decimal
from itertools import pairwise

from countroom.core.instants import Instant, iso
from countroom.core.money import plain, total
from countroom.fold import keys
from countroom.fold.calendar import day_text
from countroom.fold.figures import Json, ratio
from countroom.fold.moments import active_days
from countroom.fold.money_pages import PaymentPage
from countroom.fold.pages import Moments
from countroom.fold.payments import Standing, standing
from countroom.fold.reader import Reader
from countroom.fold.sports_pages import OtherPlay

MOST_LOSSES = 100


def counters(r: Reader) -> Json:
    """Everything of semantics.md 4.7 that is kept."""
    head = r.head
    result = play_moments(r)
    if head.logins.count:
        result["logins"] = head.logins.count
    result |= cashier(r)
    averages = {
        c: ratio(total(cell.turnover), Decimal(cell.bets)) for c, cell in sorted(head.life.casino.items()) if cell.bets
    }
    biggest = {c: plain(Decimal(tops[0])) for c, tops in sorted(head.tops.items()) if tops and c}
    own = [Decimal(tops[0]) for c in ("", r.brand.base_currency) if (tops := head.tops.get(c))]
    if own:
        biggest["BASE"] = plain(max(own))
    ratios = head.multipliers
    optional: Json = {
        "avg_bet": averages,
        "biggest_win": biggest,
        "biggest_multiplier": ratio(Decimal(ratios[0][0]), Decimal(ratios[0][1])) if ratios else None,
        "loss_streak": _losses(r),
    }
    result |= {name: value for name, value in optional.items() if value}
    more = r.page(keys.OTHER_PLAY, OtherPlay)
    days = {*active_days(head.active_days, head.active_from), *active_days(more.active_days, more.active_from)}
    return result | _streaks(sorted(days))


def play_moments(r: Reader) -> Json:
    """First and last bet, win and login."""
    result: Json = {}
    sports = r.page(keys.OTHER_PLAY, OtherPlay).bets
    for name, moments in (("bet", _joined(r.head.bets, sports)), ("win", r.head.wins), ("login", r.head.logins)):
        result |= _ends(name, moments)
    return result


def _joined(one: Moments, other: Moments) -> Moments:
    """The moments of two products together, as far as first and last go."""
    if not (one.count and other.count):
        return one if one.count else other
    first, last = min(one.first[0], other.first[0]), max(one.last[-1], other.last[-1])
    return Moments(one.count + other.count, [first], [last])


def _ends(name: str, moments: Moments) -> Json:
    if not moments.count:
        return {}
    return {f"first_{name}_at": iso(Instant(moments.first[0])), f"last_{name}_at": iso(Instant(moments.last[-1]))}


def _losses(r: Reader) -> int:
    count = 0
    for _, _, _, lost in r.head.streak:
        if not lost:
            break
        count += 1
    return min(count, MOST_LOSSES)


def _streaks(days: list[int]) -> Json:
    if not days:
        return {}
    best = run = 1
    for before, day in pairwise(days):
        run = run + 1 if day == before + 1 else 1
        best = max(best, run)
    return {
        "days_active": len(days),
        "best_streak": best,
        "last_active_day": day_text(days[-1]),
        "current_streak_ending_there": run,
    }


def cashier(r: Reader) -> Json:
    """First, last and biggest payments that count, FTD, averages."""
    pages = [page for _, page in r.all(keys.PAYMENT, PaymentPage)]
    counted = [(page, s) for page in pages if (s := standing(page.steps)).counted_at]
    result: Json = {}
    for direction in ("deposit", "withdrawal"):
        times = [s.counted_at for page, s in counted if page.direction == direction]
        if times:
            result[f"first_{direction}_at"] = iso(Instant(min(times)))
            result[f"last_{direction}_at"] = iso(Instant(max(times)))
    deposits = sorted(
        ((s.counted_at, page.payment_id, s) for page, s in counted if page.direction == "deposit"),
        key=lambda d: d[:2],
    )
    if deposits:
        result["ftd"] = _shown(*deposits[0][1:]) | {"at": iso(Instant(deposits[0][0]))}
        result["last_deposit"] = _shown(*deposits[-1][1:])
        rated = [(b, -at, pid, s) for at, pid, s in deposits if (b := _base(r, s)) is not None]
        if rated:
            top = max(rated, key=lambda d: (d[0], d[1]))
            result["biggest_deposit"] = _shown(*min((d for d in rated if d[:2] == top[:2]), key=lambda d: d[2])[2:])
    averages = {
        c: ratio(cell.deposit_sum, Decimal(cell.deposits))
        for c, cell in sorted(r.head.life.payments.items())
        if cell.deposits
    }
    if averages:
        result["avg_deposit"] = averages
    if _incomplete(pages, [d[0] for d in deposits]):
        result["history_incomplete"] = True
    return result


def _shown(payment_id: str, s: Standing) -> Json:
    currency = s.stated.currency if s.stated else ""
    return {"payment_id": payment_id, "amount": plain(s.counted), "currency": currency}


def _base(r: Reader, s: Standing) -> Decimal | None:
    if s.stated is None or s.stated.currency == r.brand.base_currency:
        return s.counted
    return None if s.stated.rate is None else s.counted * s.stated.rate


def _incomplete(pages: list[PaymentPage], counted_at: list[int]) -> bool:
    """True when an operator stated more deposits than were known at that event."""
    return any(
        step.stated_deposits is not None and step.stated_deposits > sum(at <= step.at for at in counted_at)
        for page in pages
        for step in page.steps
    )
