"""The plain way of a bet and its result: in order, no rollback. What casino.py does in general, in few steps.

Nine events of ten take it. It books the very postings that the general way would, without
listing them: the property tests hold both against the naive reference.
"""

from decimal import Decimal

from countroom.core.money import EMPTY, ZERO, Pockets, plus, summed, total
from countroom.fold.bonus_bets import book as book_bonus_bet
from countroom.fold.changes import Content
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
from countroom.fold.postings import Concluded, Named, conclude, free_stake_in_base, in_base
from countroom.fold.recount import recount
from countroom.fold.round_parts import MOST, all_sums, comes_last, gathered, lay_first_apart
from countroom.fold.round_told import as_it_is, tell
from countroom.fold.rounds import closer, order
from countroom.fold.session_sums import Stake, pay
from countroom.fold.session_sums import stake as stake_in
from countroom.fold.session_told import changed
from countroom.fold.sessions import add_point, find
from countroom.fold.totals import MAX_OPEN, concluded, reconcluded, top
from countroom.fold.turn import Turn


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
    if cluster.told:
        changed(turn, cluster)
    cluster.open_rounds += 1
    cluster.rounds += 1
    if free:
        cluster.free_rounds += 1
    for cell in _bet(turn, bet, stake, cluster):
        cell.rounds += 1
        if free:
            cell.free_rounds += 1
    if bet.bonus is not None:
        book_bonus_bet(turn, _named(bet, bet.bonus, spun_free=False), 1)
    return True


def go_on(turn: Turn, rest: bytes, page: RoundPage, new: Activity) -> bool:
    """Fold a later bet or result of an open round. False, and nothing done, when it is not a plain one."""
    if page.rollbacks or len(page.generations) != 1:
        return False
    g, head, at = page.generations[0], turn.head, new.at
    if not _follows(turn, page, g, new) or (g.state == "open") != (rest in head.open_rounds):
        return False
    if new.role == BET and g.free and total(new.pockets) > 0:
        return False
    before: Concluded | None = None
    if g.state != "open" and not g.free:
        before = _of_one_currency(page, g)
        if before is None or new.currency != g.count_currency:
            return False
    was = as_it_is(turn, rest, page, 1) if g.state != "open" else None
    page.activities.append(new)
    g.last = g.last_at = at
    turn.pages.put(turn.page_key, page)
    cluster = add_point(turn, at, is_bet=new.role == BET, free=False)
    if g.home < cluster.first:
        cluster = find(turn, g.home, free=False)
    if new.role == BET or new.pockets:
        _book(turn, g, new, cluster)
    if g.state == "open":
        _close(turn, rest, page, cluster)
    else:
        _correct(turn, rest, page, before=before, was=was)
    if len(page.activities) > MOST:
        lay_first_apart(turn, page)
    return True


def _book(turn: Turn, g: Generation, new: Activity, cluster: Cluster) -> None:
    """Book a later stake or payout of a round."""
    amount = total(new.pockets)
    if cluster.told:
        changed(turn, cluster)
    if new.role == BET:
        _bet(turn, new, amount, cluster)
    else:
        _win(turn, new, amount, cluster)
    if new.bonus is not None:
        book_bonus_bet(turn, _named(new, new.bonus, spun_free=new.role != BET and g.free), 1)


def _named(play: Activity, bonus: str, *, spun_free: bool) -> Named:
    return Named(bonus, play.role == BET, play.at, play.currency, play.pockets, play.game_type, spun_free)


def _follows(turn: Turn, page: RoundPage, g: Generation, new: Activity) -> bool:
    """True when the activity comes in order, after all that its round holds, and the clock has not passed over it."""
    at, brand = new.at, turn.brand
    if not g.count_at or not g.raw or g.last != g.last_at or g.closed_by == "timeout":
        return False
    if not g.last <= at <= g.last + brand.rounds_reuse_gap or turn.head.clock >= at + brand.rounds_timeout:
        return False
    if page.earlier is not None and page.earlier.tally is None:
        return False
    return at > g.last or comes_last(page, at, order(new))


def _close(turn: Turn, rest: bytes, page: RoundPage, cluster: Cluster) -> None:
    """Close an open round when its new activity does."""
    head, g, new = turn.head, page.generations[0], page.activities[-1]
    at = new.at
    by = closer(new)
    if not by:
        head.open_rounds[rest] = at
        return
    g.state, g.closed_at, g.closed_by, g.revision = "closed", at, by, 1
    del head.open_rounds[rest]
    cluster.open_rounds -= 1
    name = rest[1:].decode()
    if not g.free:
        concluded(turn, _conclude(turn, page, g), 1, name)
    if not turn.is_mute:
        tell(turn, rest, page, 1, was=None)


def _correct(turn: Turn, rest: bytes, page: RoundPage, *, before: Concluded | None, was: Content | None) -> None:
    """A closed round goes on: some senders name a whole sitting with one id. It stays closed, and is told anew."""
    g, new, name = page.generations[0], page.activities[-1], rest[1:].decode()
    by = closer(new)
    if by:
        g.closed_at, g.closed_by = new.at, by
    g.revision += 1
    if before is not None:
        now = _of_one_currency(page, g)
        if now is not None and reconcluded(turn, before, now, name):
            recount(turn)
    if not turn.is_mute:
        tell(turn, rest, page, 1, was=was)


def _of_one_currency(page: RoundPage, g: Generation) -> Concluded | None:
    """How a closed paid round stands, when all of it is in one currency."""
    sums = all_sums(page)
    if sums is None:
        return None
    staked, won = sums
    return Concluded(g.first, 1, won, staked, won < staked, won > 0)


def _conclude(turn: Turn, page: RoundPage, g: Generation) -> Concluded:
    """`conclude`, short for the common case of one currency."""
    found = _of_one_currency(page, g)
    if found is None:
        rest = turn.page_key[len(turn.prefix) :]
        return conclude(1, g, gathered(turn.pages, turn.prefix, rest, page), turn.brand)
    return found


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
