"""What a sports bet contributes: to the buckets, to the grant it names; semantics.md 6.4 and 5.3."""

from collections.abc import Iterator
from decimal import Decimal

from countroom.core.money import ZERO, Pockets, total
from countroom.fold.entries import Entry
from countroom.fold.postings import Named
from countroom.fold.settings import BrandSettings
from countroom.fold.sports_pages import SportsBetPage
from countroom.fold.sports_standing import Settled, Standing

GAME_TYPE = "Sports"
"""What a brand calls sports bets where it weighs stakes for wagering by type of game."""

Sum = tuple[str, Pockets | Decimal]


def entries(s: Standing, brand: BrandSettings) -> list[Entry]:
    """Everything the bet adds to the totals."""
    found = list(_placed(s))
    for settled in s.settled:
        found.extend(_settled(s, settled))
    found.extend(_reversed(s, brand))
    return found


def _placed(s: Standing) -> Iterator[Entry]:
    """The stake when it was put down, and what of it is still open."""
    bet = s.bet
    if bet is None or s.void_by is not None:
        return
    stakes = total(bet.pockets) > 0
    sums: list[Sum] = [("turnover", bet.pockets)] if bet.pockets else []
    if bet.free_stake:
        sums.append(("free_stake", bet.free_stake))
    counts = (
        ("bets" if stakes else "free_bets", 1),
        ("legs", bet.legs),
        ("live_bets", int(bet.live)),
        ("odds_bets", int(bool(bet.odds))),
    )
    yield Entry(
        at=bet.at, currency=bet.currency, rate=bet.rate,
        sums=tuple(sums), counts=counts, lacks=bool(bet.pockets), free=s.free,
    )  # fmt: skip
    if bet.odds:
        # Odds are no money: they have no rate, and stand in no base cell.
        yield Entry(at=bet.at, currency=bet.currency, rate=None, sums=(("odds_sum", bet.odds),), free=s.free)
    left = total(s.left)
    if left:
        still = (("open_stake", left), ("open_return", left * (bet.odds or ZERO)))
        yield Entry(at=bet.at, currency=bet.currency, rate=bet.rate, sums=still, life_only=True, free=s.free)


def _settled(s: Standing, settled: Settled) -> Iterator[Entry]:
    """The stake settled or given back, at the rate it was staked at, and the payout at its own."""
    settlement, bet = settled.settlement, s.bet
    currency, rate = (settlement.currency, settlement.rate) if bet is None else (bet.currency, bet.rate)
    stake: list[Sum] = [("settled_stake", settled.stake), ("void_stake", settled.void_stake)]
    if settled.stake or settled.void_stake:
        yield Entry(
            at=settlement.at, currency=currency, rate=rate,
            sums=tuple(p for p in stake if p[1]), lacks=True, free=s.free,
        )  # fmt: skip
    if settled.payout:
        wins = (("wins", 1),) if total(settled.payout) > 0 else ()
        yield Entry(
            at=settlement.at, currency=settlement.currency, rate=settlement.rate,
            sums=(("payout", settled.payout),), counts=wins, lacks=True, free=s.free,
        )  # fmt: skip


def _reversed(s: Standing, brand: BrandSettings) -> Iterator[Entry]:
    """Memos of what rollbacks took away, on their own days."""
    bet = s.bet
    if bet is not None and s.void_by is not None and bet.pockets:
        sums = (("reversed_stake", total(bet.pockets)),)
        yield Entry(at=s.void_by.at, currency=bet.currency, rate=bet.rate, sums=sums, free=s.free)
    for settlement, by in s.void:
        if settlement.pockets and settlement.kind not in brand.sports_void_types:
            sums = (("reversed_payout", total(settlement.pockets)),)
            yield Entry(at=by.at, currency=settlement.currency, rate=settlement.rate, sums=sums, free=s.free)


def named(page: SportsBetPage, s: Standing) -> list[Named]:
    """What the settled stakes and payouts of a bet mean to the grant that it names."""
    bet = page.bet
    if bet is None or bet.bonus is None or s.free:
        return []
    found = []
    for settled in s.settled:
        at = settled.settlement.at
        if settled.stake:
            found.append(_named(bet.bonus, at, bet.currency, settled.stake, is_bet=True))
        if settled.payout:
            found.append(_named(bet.bonus, at, settled.settlement.currency, settled.payout, is_bet=False))
    return found


def _named(bonus: str, at: int, currency: str, amount: Pockets, *, is_bet: bool) -> Named:
    return Named(bonus, is_bet, at, currency, amount, GAME_TYPE if is_bet else "", spun_free=False)
