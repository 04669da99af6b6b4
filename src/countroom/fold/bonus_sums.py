"""Sums of the casino postings that name a grant; semantics.md 5.3."""

from typing import cast

from countroom.core.money import ZERO, minus, plus
from countroom.fold import keys
from countroom.fold.money_pages import BonusBet, BonusBets, BonusPage
from countroom.fold.turn import Turn

PART = 256
"""Postings a part holds."""


def count(page: BonusPage, posting: BonusBet) -> None:
    """Take one posting into the sums of its grant."""
    if not posting.is_bet:
        have = page.payouts.get(posting.currency, ())
        left = plus(have, posting.pockets) if posting.sign > 0 else minus(have, posting.pockets)
        if left:
            page.payouts[posting.currency] = left
        else:
            page.payouts.pop(posting.currency, None)
        if posting.spun_free and posting.pockets:
            page.spun_real += posting.sign * posting.pockets[0]
        return
    if page.counted_from and posting.at < page.counted_from:
        page.before_credited += posting.sign
    if page.counted_to and posting.at > page.counted_to:
        page.after_end += posting.sign
        return
    page.wagered += posting.sign * posting.weighed
    page.bets += posting.sign


def recount(turn: Turn, page: BonusPage, *, start: int, end: int) -> None:
    """Count all postings of a grant again, for another crediting or another end."""
    page.counted_from, page.counted_to = start, end
    page.wagered, page.spun_real = ZERO, ZERO
    page.bets = page.after_end = page.before_credited = 0
    page.payouts = {}
    for part in range((page.postings + PART - 1) // PART):
        held = turn.pages.get(keys.bonus_bets_page(turn.prefix, page.user_bonus_id, part))
        for posting in cast("BonusBets", held).postings:
            count(page, posting)
