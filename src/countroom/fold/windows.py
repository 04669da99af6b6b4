"""Windows and favourites: computed when they are asked for, never stored; semantics.md 4.5, 4.7.

A window is whole buckets: brand days, or UTC hours. So time moves a figure on the hour at most,
and two who ask at the same hour read the same.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from countroom.core.instants import DAY, HOUR
from countroom.core.money import ZERO, Pockets, times
from countroom.fold import keys
from countroom.fold.pages import Bucket, RoundPage
from countroom.fold.postings import plays
from countroom.fold.reader import Reader
from countroom.fold.rounds import is_bet, split
from countroom.fold.sports_pages import SportsBetPage
from countroom.fold.sports_standing import legs_in_force, standing
from countroom.fold.sums import together

MOST: Final = {"days": 366, "hours": 24 * 31}
"""Longest windows: their pages are read one by one."""
FAVOURITE_DAYS: Final = 90
"""Brand days, the running one among them, over which favourites are found."""

_COUNTED = re.compile(r"last ([1-9][0-9]{0,3}) (full days|days|hours)")
_EPOCH = date(1970, 1, 1)


class Window(msgspec.Struct, frozen=True):
    """Brand days, or UTC hours, from `first` to `last`, both included; counted since 1970."""

    first: int
    last: int
    of_hours: bool = False


def window(text: str, r: Reader, now: int) -> Window:
    """The window that `text` means at the instant `now`.

    `last N days`, `last N full days`, `last N hours`, `this week`, `this month`, `last full week`,
    `last full month`. Weeks are those of ISO 8601, months those of the calendar, in brand days.

    Raises:
        ValueError: the text is none of these, or N is out of range: up to 366 days or 744 hours.
    """
    today = r.calendar.day(now)
    counted = _COUNTED.fullmatch(text)
    if counted is not None:
        number, what = int(counted[1]), counted[2]
        if number > MOST["hours" if what == "hours" else "days"]:
            raise ValueError(f"window: expected at most {MOST['days']} days or {MOST['hours']} hours, got `{text}`")
        if what == "hours":
            hour = now // HOUR
            return Window(hour - number + 1, hour, of_hours=True)
        last = today - 1 if what == "full days" else today
        return Window(last - number + 1, last)
    monday = today - (_EPOCH + timedelta(days=today)).weekday()
    first = _first_of_month(today)
    match text:
        case "this week":
            return Window(monday, today)
        case "last full week":
            return Window(monday - 7, monday - 1)
        case "this month":
            return Window(first, today)
        case "last full month":
            return Window(_first_of_month(first - 1), first - 1)
        case _:
            raise ValueError(
                f"window: expected `last 7 days`, `last 7 full days`, `this week` or the like, got `{text}`"
            )


def _first_of_month(day: int) -> int:
    return day - (_EPOCH + timedelta(days=day)).day + 1


def in_window(r: Reader, asked: Window) -> Bucket:
    """The sums of the real ledger over a window."""
    if not asked.of_hours:
        return together(_hours(r, range(asked.first, asked.last + 1)))
    days = range(r.calendar.day(asked.first * HOUR), r.calendar.day(asked.last * HOUR + HOUR - 1) + 1)
    found = (
        bucket
        for day in days
        for key, bucket in r.all(_day_key(day), Bucket)
        if asked.first <= keys.hour_of(key)[1] <= asked.last
    )
    return together(found)


def _hours(r: Reader, days: Iterable[int]) -> list[Bucket]:
    return [bucket for day in days for _, bucket in r.all(_day_key(day), Bucket)]


def _day_key(day: int) -> bytes:
    return keys.hours_of_day(b"", day, free=False)


class Liked(msgspec.Struct):
    """How much something was played."""

    staked: Decimal = ZERO
    """Real money, in base currency."""
    times: int = 0
    """Rounds, or sports bets."""
    latest: int = 0


def favourites(r: Reader, now: int) -> dict[str, str]:
    """`favourite_game`, `favourite_studio`, `favourite_type`, `favourite_sport`, as far as there are any.

    Of each the one with the most real money staked in the last 90 brand days; ties: more rounds,
    later bet, smaller id. Stakes without a rate are left out. Reads all rounds of the player.
    """
    today = r.calendar.day(now)
    days = range(today - FAVOURITE_DAYS + 1, today + 1)
    liked: dict[str, dict[str, Liked]] = {"game": {}, "studio": {}, "type": {}, "sport": {}}
    earliest = (days.start - 1) * DAY
    for key, page in r.rounds(keys.ROUND):
        if any(g.last >= earliest for g in page.generations):
            _casino(r, key, page, days=days, liked=liked)
    _sports(r, days, liked["sport"])
    return {f"favourite_{what}": best for what, table in liked.items() if (best := _best(table))}


def _best(table: dict[str, Liked]) -> str:
    ranked = sorted((-one.staked, -one.times, -one.latest, name) for name, one in table.items() if one.staked > 0)
    return ranked[0][3] if ranked else ""


def _casino(r: Reader, key: bytes, page: RoundPage, *, days: range, liked: dict[str, dict[str, Liked]]) -> None:
    studio = key[1:].decode().split("\0", 1)[0]
    effective, _ = split(page)
    for generation in page.generations:
        of_this_round: set[tuple[str, str]] = set()
        for bet in effective:
            if not (generation.first <= bet.at <= generation.last and is_bet(bet, raw=generation.raw)):
                continue
            if r.calendar.day(bet.at) not in days:
                continue
            base = next((play.base for play in plays(bet, generation, r.brand) if play.is_bet), None)
            for named in (("game", bet.game), ("studio", studio), ("type", bet.game_type)):
                if named[1]:
                    _like(liked[named[0]], named[1], bet.at, base, is_new=named not in of_this_round)
                    of_this_round.add(named)


def _like(table: dict[str, Liked], name: str, at: int, base: Pockets | None, *, is_new: bool) -> None:
    one = table.setdefault(name, Liked())
    one.staked += base[0] if base else ZERO
    one.times += is_new
    one.latest = max(one.latest, at)


def _sports(r: Reader, days: range, table: dict[str, Liked]) -> None:
    for _, page in r.all(keys.SPORT, SportsBetPage):
        s = standing(page, r.brand)
        if s.bet is None or s.void_by is not None or s.free or r.calendar.day(s.bet.at) not in days:
            continue
        bet = s.bet
        base = bet.pockets if bet.currency == r.brand.base_currency else times(bet.pockets, bet.rate or ZERO)
        for sport in {leg.sport for leg in legs_in_force(page) if leg.sport}:
            _like(table, sport, bet.at, base, is_new=True)
