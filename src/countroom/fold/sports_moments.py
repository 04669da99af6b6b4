"""First and last sports bets, and the days on which money was staked on one.

They lie in a page of their own, and are put together with those of the casino when they are
read: so neither product has to know of the other when a rollback empties a kept list.
"""

from typing import cast

from countroom.core.money import total
from countroom.fold import keys
from countroom.fold.moments import add_moment, drop_moment, refill, set_day
from countroom.fold.sports_pages import OtherPlay, SportsBetPage
from countroom.fold.sports_standing import Standing, standing
from countroom.fold.turn import Turn


def note(turn: Turn, was: Standing, now: Standing) -> None:
    """Take in what changed of one bet: when it was placed, and whether it was money that was staked."""
    before, after = _placed(was), _placed(now)
    if before == after:
        return
    page = turn.load(turn.prefix + keys.OTHER_PLAY, OtherPlay)
    if before is not None:
        if drop_moment(page.bets, before[0]):
            refill(page.bets, _all(turn))
        if before[1]:
            _set_day(turn, page, before[0], active=_is_active(turn, turn.calendar.day(before[0])))
    if after is not None:
        add_moment(page.bets, after[0])
        if after[1]:
            _set_day(turn, page, after[0], active=True)


def _placed(s: Standing) -> tuple[int, bool] | None:
    """When a bet in force was placed, and whether it stakes something; None for what does not count."""
    if s.bet is None or s.void_by is not None or s.free:
        return None
    return s.bet.at, total(s.bet.pockets) > 0


def _set_day(turn: Turn, page: OtherPlay, at: int, *, active: bool) -> None:
    day = turn.calendar.day(at)
    page.active_days, page.active_from = set_day(page.active_days, page.active_from, day, active=active)


def _is_active(turn: Turn, day: int) -> bool:
    """True while another bet of that day stakes something; the totals are booked by now."""
    hours = turn.hours(day, free=False)
    return any(cell.bets for hour in hours if hour.others is not None for cell in hour.others.sports.values())


def _all(turn: Turn) -> list[int]:
    """When all bets in force were placed. A scan: only when the kept lists have run empty."""
    pages = (cast("SportsBetPage", page) for _, page in turn.pages.scan(turn.prefix + keys.SPORT))
    placed = (_placed(standing(page, turn.brand)) for page in pages)
    return [one[0] for one in placed if one is not None]
