"""The plain way of a bet and its result: in order, no rollback, no bonus. What casino.py does in general, in few steps.

Nine events of ten take it. It books the very postings that the general way would, without
listing them: the property tests hold both against the naive reference.
"""

from decimal import Decimal

from countroom.core.money import EMPTY, ZERO, plus, total
from countroom.fold.moments import add_moment, set_day
from countroom.fold.pages import (
    BET,
    Activity,
    CasinoCell,
    Cluster,
    EarlyWin,
    Generation,
    Moments,
    RoundPage,
)
from countroom.fold.postings import Concluded, conclude, free_stake_in_base, in_base
from countroom.fold.rounds import closer
from countroom.fold.session_sums import Stake, pay
from countroom.fold.session_sums import stake as stake_in
from countroom.fold.sessions import add_point, changed, find, tell_corrections
from countroom.fold.totals import MAX_OPEN, concluded, top
from countroom.fold.turn import Turn


def subject(turn: Turn, key: bytes, generation: int, revision: int) -> str:
    """A round's name in signals."""
    name = key[len(turn.prefix) + 1 :].decode().replace("\0", "/")
    return f"{name}/{generation}/{revision}"


def begin(turn: Turn, key: bytes, bet: Activity) -> bool:
    """Fold the first bet of a new round. False, and nothing done, when it is not a plain one."""
    head, brand = turn.head, turn.brand
    at = bet.at
    if bet.ends or bet.combined or brand.casino_basis == "rounds" or head.clock >= at + brand.rounds_timeout:
        return False
    rest = key[len(turn.prefix) :]
    if len(head.open_rounds) >= MAX_OPEN:
        return False
    stake = total(bet.pockets)
    free = stake <= 0
    generation = Generation(at, at, "open", at, at, 0, "", at, bet.currency, free)
    turn.pages.put(key, RoundPage([bet], [], [generation]))
    head.open_rounds[rest] = at
    cluster = add_point(turn, at, is_bet=True, free=False)
    cluster.open_rounds += 1
    cluster.rounds += 1
    if free:
        cluster.free_rounds += 1
    for cell in _bet(turn, bet, stake, cluster):
        cell.rounds += 1
        if free:
            cell.free_rounds += 1
    return True


def go_on(turn: Turn, key: bytes, page: RoundPage, new: Activity) -> bool:
    """Fold a later bet or result of an open round. False, and nothing done, when it is not a plain one."""
    if page.rollbacks or len(page.generations) != 1:
        return False
    g, brand, head = page.generations[0], turn.brand, turn.head
    at = new.at
    if (
        g.state != "open"
        or not g.count_at
        or not g.raw
        or g.last != g.last_at
        or not g.last < at <= g.last + brand.rounds_reuse_gap
        or head.clock >= at + brand.rounds_timeout
    ):
        return False
    rest = key[len(turn.prefix) :]
    if rest not in head.open_rounds:
        return False
    amount = total(new.pockets)
    if new.role == BET and g.free and amount > 0:
        return False
    page.activities.append(new)
    g.last = g.last_at = at
    turn.pages.put(key, page)
    cluster = add_point(turn, at, is_bet=new.role == BET, free=False)
    if g.home < cluster.first:
        cluster = find(turn, g.home, free=False)
    if new.role == BET:
        _bet(turn, new, amount, cluster)
    elif new.pockets:
        _win(turn, new, amount, cluster)
    if cluster.told and (new.role == BET or new.pockets):
        changed(turn, cluster)
        tell_corrections(turn)
    by = closer(new)
    if not by:
        head.open_rounds[rest] = at
        return True
    g.state, g.closed_at, g.closed_by, g.revision = "closed", at, by, 1
    del head.open_rounds[rest]
    cluster.open_rounds -= 1
    if not g.free:
        concluded(turn, _conclude(turn, page, g), 1, key)
    turn.tell("round_closed", subject(turn, key, 1, 1), at)
    return True


def _conclude(turn: Turn, page: RoundPage, g: Generation) -> Concluded:
    """`conclude`, short for the common case of one currency."""
    staked = won = ZERO
    for activity in page.activities:
        if activity.currency != g.count_currency:
            return conclude(1, g, page.activities, turn.brand)
        if activity.role == BET:
            staked += total(activity.pockets)
        elif activity.pockets:
            won += total(activity.pockets)
    return Concluded(g.first, 1, won, staked, won < staked, won > 0)


def _cells(turn: Turn, at: int, currency: str) -> tuple[CasinoCell, CasinoCell, CasinoCell | None, CasinoCell | None]:
    """Cells of the currency for life and hour, and their base cells when the currency is another than the base."""
    life = turn.head.life
    bucket = turn.hour(at, turn.day_number, free=False)
    first = life.casino.get(currency)
    if first is None:
        first = life.casino[currency] = CasinoCell()
    second = bucket.casino.get(currency)
    if second is None:
        second = bucket.casino[currency] = CasinoCell()
    if currency == turn.brand.base_currency:
        return first, second, None, None
    if life.casino_base is None:
        life.casino_base = CasinoCell()
    if bucket.casino_base is None:
        bucket.casino_base = CasinoCell()
    return first, second, life.casino_base, bucket.casino_base


def _moment(moments: Moments, at: int) -> None:
    """`add_moment`, short for the common case: the latest of many."""
    last = moments.last
    if len(moments.first) == 4 == len(last) and at >= last[3]:  # noqa: PLR2004 - moments.KEPT
        del last[0]
        last.append(at)
        moments.count += 1
    else:
        add_moment(moments, at)


def _bet(turn: Turn, bet: Activity, stake: Decimal, cluster: Cluster) -> tuple[CasinoCell, CasinoCell]:
    """Book a stake everywhere but for its round."""
    head, pockets, currency = turn.head, bet.pockets, bet.currency
    life, hour, *bases = _cells(turn, bet.at, currency)
    base = in_base(bet, pockets, turn.brand)
    for cell in (life, hour):
        cell.turnover = plus(cell.turnover, pockets)
        if stake > 0:
            cell.bets += 1
        if bet.free_stake:
            cell.free_stake = (cell.free_stake + bet.free_stake).normalize()
    for cell_or_none in bases:
        if cell_or_none is not None:
            if base is None:
                cell_or_none.missing += 1 if pockets else 0
            else:
                cell_or_none.turnover = plus(cell_or_none.turnover, base)
            nominal = free_stake_in_base(bet, turn.brand)
            if nominal:
                cell_or_none.free_stake = (cell_or_none.free_stake + nominal).normalize()
    _moment(head.bets, bet.at)
    if stake > 0:
        _active(turn, turn.day_number)
    apart = EMPTY if currency == turn.brand.base_currency else base
    stake_in(cluster, Stake(bet.game, currency, pockets, base=apart), 1)
    return life, hour


def _active(turn: Turn, day: int) -> None:
    head = turn.head
    place, bit = divmod(day - head.active_from, 8)
    bits = head.active_days
    if not (0 <= place < len(bits) and bits[place] >> bit & 1):
        head.active_days, head.active_from = set_day(bits, head.active_from, day, active=True)


def _win(turn: Turn, win: Activity, amount: Decimal, cluster: Cluster) -> None:
    """Book a payout everywhere but for its round."""
    head, pockets, currency = turn.head, win.pockets, win.currency
    life, hour, *bases = _cells(turn, win.at, currency)
    base = in_base(win, pockets, turn.brand)
    for cell in (life, hour):
        cell.payout = plus(cell.payout, pockets)
        if amount > 0:
            cell.wins += 1
    for cell_or_none in bases:
        if cell_or_none is not None:
            if base is None:
                cell_or_none.missing += 1
            else:
                cell_or_none.payout = plus(cell_or_none.payout, base)
    base_amount = None if base is None else total(base)
    if amount > 0:
        _moment(head.wins, win.at)
        top(turn, currency, amount, 1)
        if base_amount is not None and currency != turn.brand.base_currency:
            top(turn, "", base_amount, 1)
    pay(cluster, EarlyWin(win.at, currency, pockets, ZERO if currency == turn.brand.base_currency else base_amount), 1)
