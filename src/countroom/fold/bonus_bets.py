"""Casino postings that name a grant, kept so that wagering can be counted again when its end moves."""

from decimal import Decimal

from countroom.core.money import ZERO, total
from countroom.fold import keys
from countroom.fold.bonus_sums import PART, count
from countroom.fold.bonuses import rebook
from countroom.fold.money_pages import BonusBet, BonusBets, BonusPage
from countroom.fold.postings import Named
from countroom.fold.turn import Turn


def book(turn: Turn, play: Named, sign: int) -> None:
    """Add a stake or payout to its grant, or take it away."""
    page = turn.load(keys.bonus_page(turn.prefix, play.bonus), BonusPage)
    page.user_bonus_id = play.bonus
    brand = turn.brand
    stake = total(play.pockets)
    if brand.bonus_wagering_counts == "bonus":
        stake = play.pockets[1] if len(play.pockets) > 1 else ZERO
    weight = Decimal(brand.bonus_contribution.get(play.game_type, "1"))
    weighed = stake * weight if play.is_bet else ZERO
    posting = BonusBet(play.at, sign, play.is_bet, weighed, play.currency, play.pockets, play.spun_free)
    key = keys.bonus_bets_page(turn.prefix, play.bonus, page.postings // PART)
    turn.load(key, BonusBets).postings.append(posting)
    page.postings += 1
    with rebook(turn, page):
        count(page, posting)
