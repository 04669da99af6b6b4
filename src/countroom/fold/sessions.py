"""Sessions: play without a long pause; semantics.md 3.

Points (bets, results and wholes, void ones too) join into clusters, which grow and merge and
never split. A cluster lies in the day page of its first point; the later days it reaches
into point back to that day. Money goes by round to the cluster of the round's first bet.
"""

from decimal import Decimal

from countroom.core.money import plus, summed
from countroom.fold.moments import joined_tops
from countroom.fold.pages import Cluster, DayPage, EarlyWin, SessionCell
from countroom.fold.session_sums import add_to_game, pay
from countroom.fold.session_told import as_it_is, changed, growing, merging, session_id
from countroom.fold.turn import Turn

ENDED, FINAL = 1, 2
"""What was told of a session."""


def find(turn: Turn, at: int, *, free: bool) -> Cluster:
    """The cluster that holds the point `at`, its page marked as changed.

    Raises:
        LookupError: there is none; every activity's point was added before.
    """
    home = turn.head.latest[0]
    first, last = turn.head.latest[1:]
    if not free and first <= at <= last:
        return _in_page(turn.day(home, free=False), at)
    day = turn.calendar.day(at)
    page = turn.day(day, free=free)
    for cluster in page.awake():
        if cluster.first <= at <= cluster.last:
            return cluster
    return _in_page(turn.day(page.carried, free=free), at)


def _in_page(page: DayPage, at: int) -> Cluster:
    if page.clusters:
        cluster = page.clusters[-1]
        if cluster.first <= at <= cluster.last:
            return cluster
    for cluster in reversed(page.awake()):
        if cluster.first <= at <= cluster.last:
            return cluster
    raise LookupError(at)


def add_point(turn: Turn, at: int, *, is_bet: bool, free: bool) -> Cluster:
    """Take one point of play in: extend a cluster, join two, or begin one. The cluster that holds it now."""
    head, idle = turn.head, turn.brand.sessions_idle
    home, first, last = head.latest
    if free or (first and at < first):
        return _add_late(turn, at, is_bet=is_bet, free=free)
    day = turn.day_number
    if first and at - last <= idle:
        page = turn.own_day() if day == home else turn.day(home, free=False)
        cluster = page.clusters[-1]
        if cluster.first != first:
            cluster = _in_page(page, first)
        if at > last:
            if cluster.told:
                changed(turn, cluster)
            cluster.last = at
            head.latest = (home, first, at)
            if day != home:
                turn.own_day().carried = home
    else:
        if first:
            _end(turn, _in_page(turn.day(home, free=False), last), free=False)
        cluster = Cluster(first=at, last=at)
        turn.own_day().clusters.append(cluster)
        if day not in head.session_days:
            head.session_days.append(day)
        head.latest = (day, at, at)
    if is_bet and not 0 < cluster.first_bet <= at:
        _bet_at(turn, cluster, at, free=free)
    if head.clock > at + idle:
        _settle(turn, cluster, free=False)
    return cluster


def _begin(turn: Turn, day: int, at: int, *, free: bool) -> Cluster:
    cluster = Cluster(first=at, last=at)
    turn.day(day, free=free).clusters.append(cluster)
    mark = -1 - day if free else day
    if mark not in turn.head.session_days:
        turn.head.session_days.append(mark)
    return cluster


def _add_late(turn: Turn, at: int, *, is_bet: bool, free: bool) -> Cluster:
    """The general case: the point may touch any cluster of any day."""
    near = _near(turn, at, free=free)
    day = turn.calendar.day(at)
    if len(near) == 1 and not free and at > near[0][1].last:
        changed(turn, near[0][1])
    if not near:
        cluster = _begin(turn, day, at, free=free)
        home = day
    else:
        home, cluster = near[0]
        if at < cluster.first:
            cluster.first = at
            home = _rehome(turn, cluster, home, day, free=free)
        cluster.last = max(cluster.last, at)
        if len(near) > 1:
            _merge(turn, cluster, near[1], free=free)
        _carry(turn, cluster, home, free=free)
    if is_bet:
        _bet_at(turn, cluster, at, free=free)
    if not free:
        latest = turn.head.latest
        if not latest[1] or cluster.first >= latest[1] or cluster.last >= latest[2]:
            turn.head.latest = (home, cluster.first, cluster.last)
    if free or cluster.last < turn.head.latest[1] or (cluster.last + turn.brand.sessions_idle < turn.head.clock):
        _settle(turn, cluster, free=free)
    return cluster


def _near(turn: Turn, at: int, *, free: bool) -> list[tuple[int, Cluster]]:
    """Clusters within idle of `at`, with their home days, earliest first: none, one or two."""
    idle = turn.brand.sessions_idle
    found: dict[int, tuple[int, Cluster]] = {}
    for day in sorted({turn.calendar.day(t) for t in (at - idle, at, at + idle)}):
        page = turn.peek(turn.day_key(day, free=free), DayPage)
        if page is None:
            continue
        homes = [(day, page)]
        if page.carried >= 0:
            homes.append((page.carried, turn.day(page.carried, free=free)))
        for home, holder in homes:
            for cluster in holder.awake():
                if cluster.first - idle <= at <= cluster.last + idle:
                    found[cluster.first] = (home, cluster)
                    turn.touch(turn.day_key(home, free=free), holder)
    return [found[first] for first in sorted(found)]


def _rehome(turn: Turn, cluster: Cluster, home: int, day: int, *, free: bool) -> int:
    """Move a cluster that now begins earlier into the page of its first day, which comes back."""
    if day == home:
        return home
    turn.day(home, free=free).awake().remove(cluster)
    turn.day(day, free=free).clusters.append(cluster)
    mark = -1 - day if free else day
    if mark not in turn.head.session_days:
        turn.head.session_days.append(mark)
    return day


def _carry(turn: Turn, cluster: Cluster, home: int, *, free: bool) -> None:
    """Let every later day the cluster reaches into point to its home."""
    for day in range(home + 1, turn.calendar.day(cluster.last) + 1):
        turn.day(day, free=free).carried = home


def _merge(turn: Turn, kept: Cluster, other: tuple[int, Cluster], *, free: bool) -> None:
    """Join the later cluster `other` into `kept`."""
    home, gone = other
    turn.day(home, free=free).awake().remove(gone)
    if gone.first_bet and kept.first_bet:
        turn.head.withdrawn.append(session_id(gone))
        if not free:
            merging(turn, kept, gone)
        kept.revision += bool(kept.told)
        kept.told = min(kept.told, gone.told)
    elif not free:
        growing(turn, kept, gone)
    kept.last = max(kept.last, gone.last)
    kept.early.extend(gone.early)
    for currency, cell in gone.cells.items():
        mine = kept.cells.setdefault(currency, SessionCell())
        complete = len(mine.tops) == mine.wins and len(cell.tops) == cell.wins
        mine.stake, mine.payout = plus(mine.stake, cell.stake), plus(mine.payout, cell.payout)
        mine.wins += cell.wins
        mine.tops = joined_tops(mine.tops, cell.tops, complete=complete)
    kept.base_stake = summed(kept.base_stake, gone.base_stake)
    kept.base_payout = summed(kept.base_payout, gone.base_payout)
    for name in ("missing", "rounds", "free_rounds", "bets", "open_rounds"):
        setattr(kept, name, getattr(kept, name) + getattr(gone, name))
    for key, (stake, bets) in gone.games.items():
        add_to_game(kept, key, Decimal(stake), bets)
    if gone.first_bet:
        _bet_at(turn, kept, gone.first_bet, free=free)
    if kept.first_bet:
        _take_early(turn, kept, free=free)


def _bet_at(turn: Turn, cluster: Cluster, at: int, *, free: bool) -> None:
    """Note a bet: an earlier one renames the session and takes in the wins that lay before it."""
    was = cluster.first_bet
    if was and was <= at:
        return
    if was and not free:
        changed(turn, cluster)
    cluster.first_bet = at
    if cluster.early:
        _take_early(turn, cluster, free=free)


def _take_early(turn: Turn, cluster: Cluster, *, free: bool) -> None:
    """Wins without a bet that lie at or after the first bet belong to the session now."""
    rest = []
    for win in cluster.early:
        if win.at < cluster.first_bet:
            rest.append(win)
            continue
        if not free:
            _outside(turn, win, -1)
        pay(cluster, win, 1)
    cluster.early = rest


def lone_win(turn: Turn, win: EarlyWin, sign: int, *, free: bool) -> None:
    """A win of a round without a bet: to the session that holds its time, else outside."""
    cluster = find(turn, win.at, free=free)
    if cluster.first_bet and win.at >= cluster.first_bet:
        if not free:
            changed(turn, cluster)
        pay(cluster, win, sign)
        return
    if sign > 0:
        cluster.early.append(win)
    else:
        cluster.early.remove(win)
    if not free:
        _outside(turn, win, sign)


def _outside(turn: Turn, win: EarlyWin, sign: int) -> None:
    outside = turn.head.outside
    pockets = win.pockets if sign > 0 else tuple(-p for p in win.pockets)
    left = plus(outside.get(win.currency, ()), pockets)
    if left:
        outside[win.currency] = left
    else:
        outside.pop(win.currency, None)


def _end(turn: Turn, cluster: Cluster, *, free: bool) -> None:
    """A later point lies beyond the gap: the session has ended."""
    if cluster.first_bet and not cluster.told:
        cluster.told = ENDED
        if not free:
            _tell(turn, "session_ended", cluster)


def _tell(turn: Turn, kind: str, cluster: Cluster) -> None:
    """Say what a session has become. One that went on after it had ended, and ends again, is told by its revision."""
    name = f"{session_id(cluster)}/{cluster.revision}" if cluster.revision else session_id(cluster)
    turn.tell(kind, name, cluster.last, as_it_is(turn, cluster))


def _settle(turn: Turn, cluster: Cluster, *, free: bool) -> None:
    """Tell what a cluster has become by the clock, or by lying in the past."""
    if not cluster.first_bet:
        return
    _end(turn, cluster, free=free)
    if cluster.told == ENDED and is_final(cluster, turn.head.clock, turn.brand.sessions_grace):
        cluster.told = FINAL
        if not free:
            _tell(turn, "session_final", cluster)


def is_final(cluster: Cluster, clock: int, grace: int) -> bool:
    """True when the session has no open round and its grace is over; it has ended then as well."""
    return not cluster.open_rounds and clock > cluster.last + grace


def tick(turn: Turn) -> int:
    """Let time pass over the sessions that are not final. The next instant at which one changes, 0 when none."""
    head, brand = turn.head, turn.brand
    due = 0
    kept_days = []
    for mark in head.session_days:
        free = mark < 0
        page = turn.day(-1 - mark if free else mark, free=free)
        waiting = False
        for cluster in page.awake():
            if not cluster.first_bet or cluster.told == FINAL:
                continue
            if head.clock > cluster.last + brand.sessions_idle:
                _settle(turn, cluster, free=free)
            if cluster.told < FINAL:
                waiting = True
                edge = brand.sessions_idle if not cluster.told else brand.sessions_grace
                at = cluster.last + edge + 1
                if at > head.clock and (not due or at < due):
                    due = at
        if waiting:
            kept_days.append(mark)
    head.session_days = kept_days
    return due
