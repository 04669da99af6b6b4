"""Postings into buckets: life and, within the brand day, the UTC hour; semantics.md 4.

Every function takes a sign: +1 adds, -1 takes the same away again. What becomes nothing is
removed, so that state does not depend on the way it came about.
"""

from decimal import Decimal

from countroom.core.money import EMPTY, ZERO, Pockets, minus, plus, summed, total
from countroom.fold import keys
from countroom.fold.bonus_bets import book as book_bonus_bet
from countroom.fold.buckets import casino_cells, tidy
from countroom.fold.moments import (
    add_moment,
    add_ratio,
    add_top,
    drop_moment,
    drop_ratio,
    drop_top,
    set_day,
)
from countroom.fold.pages import CasinoCell, EarlyWin
from countroom.fold.postings import Concluded, Counted, Named, Open, Play, Posting, Taken
from countroom.fold.session_sums import Stake, pay, stake
from countroom.fold.session_told import changed
from countroom.fold.sessions import find, lone_win
from countroom.fold.turn import Turn

MAX_OPEN = 64


def apply(turn: Turn, posting: Posting, sign: int, key: bytes, *, free: bool) -> bool:
    """Add a posting of the round page `key` to everything it counts in, or take it away.

    True when a kept list became empty and must be counted again.
    """
    match posting:
        case Play():
            again = play(turn, posting, sign, free=free)
        case Named():
            if not free:
                book_bonus_bet(turn, posting, sign)
            return False
        case Counted():
            again = counted(turn, posting, sign, free=free)
        case Taken():
            again = taken(turn, posting, sign, free=free)
        case Concluded():
            return concluded(turn, posting, sign, key[len(turn.prefix) + 1 :].decode()) if not free else False
        case Open():
            return opened(turn, posting, sign, free=free)
    if sign < 0:
        tidy(turn, posting.at, free=free)
    return again


def _add(cell: CasinoCell, field: str, amounts: Pockets, sign: int) -> None:
    have: Pockets = getattr(cell, field)
    setattr(cell, field, plus(have, amounts) if sign > 0 else minus(have, amounts))


def play(turn: Turn, p: Play, sign: int, *, free: bool) -> bool:
    """One effective stake or payout."""
    base_currency = turn.brand.base_currency
    amount = total(p.pockets)
    for bucket in turn.buckets(p.at, free=free):
        cell, base = casino_cells(bucket, p.currency, base_currency)
        if p.is_bet:
            _add(cell, "turnover", p.pockets, sign)
            if amount > 0:
                cell.bets += sign
            if p.free_stake:
                cell.free_stake = summed(cell.free_stake, sign * p.free_stake)
        else:
            _add(cell, "payout", p.pockets, sign)
            if amount > 0:
                cell.wins += sign
        if base is not None:
            _play_base(base, p, sign)
    again = False
    if not free:
        again = _play_moments(turn, p, amount, sign)
    _play_session(turn, p, sign, free=free)
    return again


def _play_base(base: CasinoCell, p: Play, sign: int) -> None:
    if p.base is None:
        base.missing += sign if p.missing else 0
    else:
        _add(base, "turnover" if p.is_bet else "payout", p.base, sign)
    if p.base_free_stake:
        base.free_stake = summed(base.free_stake, sign * p.base_free_stake)


def _play_moments(turn: Turn, p: Play, amount: Decimal, sign: int) -> bool:
    head = turn.head
    again = False
    if p.is_bet:
        if sign > 0:
            add_moment(head.bets, p.at)
        else:
            again = drop_moment(head.bets, p.at)
        if amount > 0:
            _active_day(turn, turn.calendar.day(p.at), sign)
    elif amount > 0:
        base = amount if p.currency == turn.brand.base_currency else None if p.base is None else total(p.base)
        if sign > 0:
            add_moment(head.wins, p.at)
        else:
            again = drop_moment(head.wins, p.at)
        again |= top(turn, p.currency, amount, sign)
        if base is not None and p.currency != turn.brand.base_currency:
            again |= top(turn, "", base, sign)
    return again


def top(turn: Turn, currency: str, amount: Decimal, sign: int) -> bool:
    """Largest payouts per currency; under `""` those of other currencies than the base one, in base."""
    counts, tops = turn.head.top_counts, turn.head.tops.get(currency)
    if tops is None:
        tops = turn.head.tops[currency] = []
    count = counts.get(currency, 0)
    counts[currency] = count + sign
    if sign > 0:
        add_top(tops, amount, count)
        return False
    if count + sign == 0:
        del counts[currency], turn.head.tops[currency]
        return False
    return drop_top(tops, amount, count - 1)


def _active_day(turn: Turn, day: int, sign: int) -> None:
    head = turn.head
    if sign < 0 and any(cell.bets for bucket in turn.hours(day, free=False) for cell in bucket.casino.values()):
        return
    bits, start = set_day(head.active_days, head.active_from, day, active=sign > 0)
    head.active_days, head.active_from = bits, start


def _play_session(turn: Turn, p: Play, sign: int, *, free: bool) -> None:
    apart = EMPTY if p.currency == turn.brand.base_currency else p.base
    if not p.is_bet:
        base = None if apart is None else total(apart)
        win = EarlyWin(p.at, p.currency, p.pockets, base if base is not None or p.missing else ZERO)
        if not p.home:
            lone_win(turn, win, sign, free=free)
            return
    cluster = find(turn, p.home, free=free)
    if not free:
        changed(turn, cluster)
    if p.is_bet:
        base = None if apart is None else total(apart)
        stake(cluster, Stake(p.game, p.currency, p.pockets, total(p.pockets), base), sign)
    else:
        pay(cluster, win, sign)


def counted(turn: Turn, c: Counted, sign: int, *, free: bool) -> bool:
    """One round with an effective bet."""
    for bucket in turn.buckets(c.at, free=free):
        cell, _ = casino_cells(bucket, c.currency, c.currency)
        cell.rounds += sign
        if c.free:
            cell.free_rounds += sign
    cluster = find(turn, c.home, free=free)
    cluster.rounds += sign
    if c.free:
        cluster.free_rounds += sign
    return False


def taken(turn: Turn, t: Taken, sign: int, *, free: bool) -> bool:
    """What a rollback took away: a memo on its own day."""
    if not t.stake and not t.payout:
        return False
    for bucket in turn.buckets(t.at, free=free):
        cell, base = casino_cells(bucket, t.currency, turn.brand.base_currency)
        cell.reversed_stake = summed(cell.reversed_stake, sign * t.stake)
        cell.reversed_payout = summed(cell.reversed_payout, sign * t.payout)
        if base is not None and t.base is not None:
            if t.stake:
                base.reversed_stake = summed(base.reversed_stake, sign * t.base)
            else:
                base.reversed_payout = summed(base.reversed_payout, sign * t.base)
    return False


def concluded(turn: Turn, c: Concluded, sign: int, name: str) -> bool:
    """One closed paid round: multiplier and streak. `name` is the rest of its page's key, less the kind."""
    again = _multiplied(turn, c, sign)
    if not c.staked:
        return again
    return _streak(turn, _streak_entry(c, name), sign) or again


def reconcluded(turn: Turn, was: Concluded, now: Concluded, name: str) -> bool:
    """The same paid round after more of it came, in place: what is kept of other rounds stays as it is."""
    if was == now:
        return False
    again = _multiplied(turn, was, -1)
    again = _multiplied(turn, now, 1) or (again and not turn.head.multipliers)
    kept, old = turn.head.streak, _streak_entry(was, name)
    if was.lost == now.lost or old not in kept:
        return again
    kept[kept.index(old)] = _streak_entry(now, name)
    _trim(kept)
    return again or _is_cut_short(turn)


def _multiplied(turn: Turn, c: Concluded, sign: int) -> bool:
    """Take a multiplier in or away. True when none is left of several."""
    head = turn.head
    if not c.has_multiplier:
        return False
    if sign > 0:
        add_ratio(head.multipliers, c.won, c.staked, head.multiplier_count)
    else:
        drop_ratio(head.multipliers, c.won, c.staked)
    head.multiplier_count += sign
    return head.multiplier_count > 0 and not head.multipliers


def _streak_entry(c: Concluded, name: str) -> tuple[int, str, int, bool]:
    return c.opened_at, name, c.generation, c.lost


STREAK_KEPT = 101


def _streak(turn: Turn, entry: tuple[int, str, int, bool], sign: int) -> bool:
    """Latest closed paid rounds, latest first, back to the first that was not lost."""
    head, kept = turn.head, turn.head.streak
    if sign > 0:
        complete = len(kept) == head.streak_count
        head.streak_count += 1
        if not kept or entry > kept[0]:
            kept.insert(0, entry)
        elif complete or entry > kept[-1]:
            kept.append(entry)
            kept.sort(reverse=True)
        _trim(kept)
        return False
    head.streak_count -= 1
    if entry in kept:
        kept.remove(entry)
    return _is_cut_short(turn)


def _trim(kept: list[tuple[int, str, int, bool]]) -> None:
    """Keep the streak up to the first round that was not lost."""
    for place, (_, _, _, lost) in enumerate(kept):
        if not lost or place == STREAK_KEPT:
            del kept[max(place + 1, 4) :]
            break


def _is_cut_short(turn: Turn) -> bool:
    """True when the streak may go on in rounds that are not kept."""
    kept = turn.head.streak
    return turn.head.streak_count > len(kept) and len(kept) < STREAK_KEPT and all(lost for _, _, _, lost in kept)


def opened(turn: Turn, o: Open, sign: int, *, free: bool) -> bool:
    """One open round, for its session."""
    if o.home:
        find(turn, o.home, free=free).open_rounds += sign
    return False


def track_open(turn: Turn, key: bytes, last_at: int) -> None:
    """Keep for the clock that a round page has a round open since `last_at`; 0: none."""
    head, rest = turn.head, key[len(turn.prefix) :]
    if rest in head.open_rounds:
        if last_at:
            head.open_rounds[rest] = last_at
        else:
            del head.open_rounds[rest]
        return
    if not head.many_open and (not last_at or len(head.open_rounds) < MAX_OPEN):
        if last_at:
            head.open_rounds[rest] = last_at
        return
    row = turn.prefix + keys.OPEN_ROUND + rest
    had = turn.pages.get(row) is not None
    head.many_open += bool(last_at) - had
    turn.touch(row, last_at or None)


def recounted(turn: Turn, found: list[Play], rounds: list[tuple[bytes, Concluded]]) -> None:
    """Set the kept lists from everything there is."""
    head = turn.head
    head.tops, head.top_counts = {}, {}
    for name in ("bets", "wins"):
        moments = getattr(head, name)
        moments.count, moments.first, moments.last = 0, [], []
    for p in found:
        amount = total(p.pockets)
        if p.is_bet:
            add_moment(head.bets, p.at)
        elif amount > 0:
            add_moment(head.wins, p.at)
            top(turn, p.currency, amount, 1)
            if p.base is not None and p.currency != turn.brand.base_currency:
                top(turn, "", total(p.base or EMPTY), 1)
    head.multipliers, head.multiplier_count, head.streak, head.streak_count = [], 0, [], 0
    for key, c in rounds:
        concluded(turn, c, 1, key[len(turn.prefix) + 1 :].decode())
