"""Large rounds: what a page holds beyond its bound lies in parts of their own.

A sender that names a whole sitting, or everything, with one round id makes a round that grows for ever.
Its page holds the activities that arrived last; those before lie in parts that are written once. A bet
or result that comes in order needs only the page; whatever is late, or takes something back, gathers all.
"""

from decimal import Decimal
from typing import Final, cast

import msgspec

from countroom.core.money import EMPTY, ZERO, plus, summed, total
from countroom.fold import keys
from countroom.fold.pages import BET, WHOLE, Activity, Earlier, RoundPage, RoundPart, Tally
from countroom.fold.postings import in_base
from countroom.fold.rounds import order
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Pages, Turn

MOST: Final = 128
"""Activities in a page."""
PART: Final = 64
"""Activities in a part: once a page holds more than `MOST`, its first ones become one."""


def gathered(pages: Pages, prefix: bytes, rest: bytes, page: RoundPage) -> list[Activity]:
    """All activities of a round in their order of arrival. `rest` is its page's key less the player's `prefix`."""
    if page.earlier is None:
        return page.activities
    found: list[Activity] = []
    for number in range(page.earlier.parts):
        part = cast("RoundPart", pages.get(keys.round_part(prefix, rest, number)))
        found += part.activities
    return found + page.activities


def whole(pages: Pages, prefix: bytes, rest: bytes, page: RoundPage) -> RoundPage:
    """The round with all its activities, to be read: a copy when it has parts."""
    if page.earlier is None:
        return page
    return msgspec.structs.replace(page, activities=gathered(pages, prefix, rest, page), earlier=None)


def gather(turn: Turn, key: bytes, page: RoundPage) -> int:
    """Take all activities into the page, to be changed; how many parts they came from. `lay_apart` undoes it."""
    if page.earlier is None:
        return 0
    page.activities = gathered(turn.pages, turn.prefix, key[len(turn.prefix) :], page)
    parts, page.earlier = page.earlier.parts, None
    return parts


def lay_apart(turn: Turn, key: bytes, page: RoundPage, parts: int) -> None:
    """Leave the last activities in the page. The first `parts` parts lie there already, and do not change."""
    count = -(-(len(page.activities) - MOST) // PART)
    if count <= 0:
        return
    for number in range(parts, count):
        part = RoundPart(page.activities[number * PART : (number + 1) * PART])
        turn.touch(keys.round_part(turn.prefix, key[len(turn.prefix) :], number), part)
    apart = page.activities[: count * PART]
    page.earlier = Earlier(count, max(a.at for a in apart), tally_of(page, apart, turn.brand, Tally()))
    del page.activities[: count * PART]


def lay_first_apart(turn: Turn, page: RoundPage) -> None:
    """The same for a page that one activity was added to, which came last of all."""
    earlier = page.earlier
    if earlier is None:
        earlier = page.earlier = Earlier(0, 0, Tally())
    part = page.activities[:PART]
    rest = turn.page_key[len(turn.prefix) :]
    turn.touch(keys.round_part(turn.prefix, rest, earlier.parts), RoundPart(part))
    earlier.parts += 1
    earlier.last = max(earlier.last, *(a.at for a in part))
    if earlier.tally is not None:
        earlier.tally = tally_of(page, part, turn.brand, earlier.tally)
    del page.activities[:PART]


def tally_of(page: RoundPage, activities: list[Activity], brand: BrandSettings, so_far: Tally) -> Tally | None:
    """These added to `so_far`; None unless all are bets and results in the currency of the page's one generation."""
    if sums_of(page, activities) is None:
        return None
    found = msgspec.structs.replace(so_far)
    for activity in activities:
        is_bet = activity.role == BET
        if is_bet and not 0 < found.first_bet <= activity.at:
            found.first_bet, found.game = activity.at, activity.game
        amounts = activity.pockets
        if not amounts:
            continue
        base = in_base(activity, amounts, brand)
        found.missing += base is None
        if is_bet:
            found.staked, found.bets = plus(found.staked, amounts), found.bets + (total(amounts) > 0)
            found.base_staked = summed(found.base_staked, total(base or EMPTY))
        else:
            found.won, found.wins = plus(found.won, amounts), found.wins + (total(amounts) > 0)
            found.base_won = summed(found.base_won, total(base or EMPTY))
    return found


def tally(page: RoundPage, brand: BrandSettings) -> Tally | None:
    """All activities of a large round added up without reading its parts; None where that cannot be."""
    earlier = page.earlier
    if earlier is None or earlier.tally is None:
        return None
    return tally_of(page, page.activities, brand, earlier.tally)


def sums_of(page: RoundPage, activities: list[Activity]) -> tuple[Decimal, Decimal] | None:
    """Staked and won by these; None unless all are bets and results in the currency of the page's one generation."""
    if len(page.generations) != 1 or page.rollbacks:
        return None
    currency = page.generations[0].count_currency
    staked = won = ZERO
    for activity in activities:
        if activity.currency != currency or activity.role == WHOLE:
            return None
        if activity.role == BET:
            staked += total(activity.pockets)
        elif activity.pockets:
            won += total(activity.pockets)
    return staked, won


def all_sums(page: RoundPage) -> tuple[Decimal, Decimal] | None:
    """Staked and won by all activities of a page, its parts included; None unless they can be summed plainly."""
    sums = sums_of(page, page.activities)
    earlier = page.earlier
    if sums is None or earlier is None:
        return sums
    apart = earlier.tally
    return None if apart is None else (sums[0] + total(apart.staked), sums[1] + total(apart.won))


def comes_last(page: RoundPage, at: int, rank: tuple[int, int, str]) -> bool:
    """True when no activity at the instant `at` stands after one with this place in the canonical order."""
    if page.earlier is not None and page.earlier.last >= at:
        return False
    return all(a.at < at or order(a) < rank for a in page.activities)
