"""The plain way of a bet and its result: in order, no rollback, no bonus. What casino.py does in general, in few steps.

Nine events of ten take it. It books the very postings that the general way would, without
listing them: the property tests hold both against the naive reference.
"""

from decimal import Decimal

from countroom.core.money import EMPTY, ZERO, Pockets, plus, summed, total
from countroom.fold.moments import add_moment, set_day
from countroom.fold.pages import (
    BET,
    Activity,
    Bucket,
    CasinoCell,
    Cluster,
    EarlyWin,
    Generation,
    Head,
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


def subject(name: str, generation: int, revision: int) -> str:
    """How a round is named in signals; `name` is its page key's rest, less the kind."""
    return f"{name.replace(_NUL, '/')}/{generation}/{revision}"


_NUL = "\0"


def begin(turn: Turn, rest: bytes, bet: Activity) -> bool:
    """Fold the first bet of a new round. False, and nothing done, when it is not a plain one."""
    head, brand = turn.head, turn.brand
    at = bet.at
    if bet.ends or bet.combined or brand.casino_basis == "rounds" or head.clock >= at + brand.rounds_timeout:
        return False
    if len(head.open_rounds) >= MAX_OPEN:
        return False
    stake = total(bet.pockets)
    free = stake <= 0
    generation = Generation(at, at, "open", at, at, 0, "", at, bet.currency, free)
    turn.pages.put(turn.page_key, RoundPage([bet], [], [generation]))
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


def go_on(turn: Turn, rest: bytes, page: RoundPage, new: Activity) -> bool:
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
    if rest not in head.open_rounds:
        return False
    amount = total(new.pockets)
    if new.role == BET and g.free and amount > 0:
        return False
    page.activities.append(new)
    g.last = g.last_at = at
    turn.pages.put(turn.page_key, page)
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
    name = rest[1:].decode()
    if not g.free:
        concluded(turn, _conclude(turn, page, g), 1, name)
    if not turn.is_mute:
        turn.tell("round_closed", subject(name, 1, 1), at)
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


def _cell(bucket: Bucket, currency: str) -> CasinoCell:
    """The cell of a currency, made when there is none."""
    cell = bucket.casino.get(currency)
    if cell is None:
        cell = bucket.casino[currency] = CasinoCell()
    return cell


def _bases(life: Bucket, hour: Bucket) -> tuple[CasinoCell, CasinoCell]:
    """The cells that hold other currencies than the base one, in base."""
    if life.casino_base is None:
        life.casino_base = CasinoCell()
    if hour.casino_base is None:
        hour.casino_base = CasinoCell()
    return life.casino_base, hour.casino_base


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
    head, pockets, currency, at = turn.head, bet.pockets, bet.currency, bet.at
    bucket = turn.hour(at, turn.day_number, free=False)
    life, hour = _cell(head.life, currency), _cell(bucket, currency)
    life.turnover = plus(life.turnover, pockets)
    hour.turnover = plus(hour.turnover, pockets)
    if stake > 0:
        life.bets += 1
        hour.bets += 1
        _active(head, turn.day_number)
    if bet.free_stake:
        life.free_stake = summed(life.free_stake, bet.free_stake)
        hour.free_stake = summed(hour.free_stake, bet.free_stake)
    _moment(head.bets, at)
    apart: Pockets | None = EMPTY
    if currency != turn.brand.base_currency:
        apart = in_base(bet, pockets, turn.brand)
        _bet_in_base(turn, bet, apart, _bases(head.life, bucket))
    stake_in(cluster, Stake(bet.game, currency, pockets, stake, None if apart is None else total(apart)), 1)
    return life, hour


def _bet_in_base(turn: Turn, bet: Activity, base: Pockets | None, cells: tuple[CasinoCell, CasinoCell]) -> None:
    nominal = free_stake_in_base(bet, turn.brand)
    for cell in cells:
        if base is None:
            cell.missing += 1 if bet.pockets else 0
        else:
            cell.turnover = plus(cell.turnover, base)
        if nominal:
            cell.free_stake = summed(cell.free_stake, nominal)


def _active(head: Head, day: int) -> None:
    place, bit = divmod(day - head.active_from, 8)
    bits = head.active_days
    if not (0 <= place < len(bits) and bits[place] >> bit & 1):
        head.active_days, head.active_from = set_day(bits, head.active_from, day, active=True)


def _win(turn: Turn, win: Activity, amount: Decimal, cluster: Cluster) -> None:
    """Book a payout everywhere but for its round."""
    head, pockets, currency, at = turn.head, win.pockets, win.currency, win.at
    bucket = turn.hour(at, turn.day_number, free=False)
    life, hour = _cell(head.life, currency), _cell(bucket, currency)
    life.payout = plus(life.payout, pockets)
    hour.payout = plus(hour.payout, pockets)
    if amount > 0:
        life.wins += 1
        hour.wins += 1
        _moment(head.wins, at)
        top(turn, currency, amount, 1)
    apart: Decimal | None = ZERO
    if currency != turn.brand.base_currency:
        base = in_base(win, pockets, turn.brand)
        apart = None if base is None else total(base)
        for cell in _bases(head.life, bucket):
            if base is None:
                cell.missing += 1
            else:
                cell.payout = plus(cell.payout, base)
        if amount > 0 and apart is not None:
            top(turn, "", apart, 1)
    pay(cluster, EarlyWin(at, currency, pockets, apart), 1)
