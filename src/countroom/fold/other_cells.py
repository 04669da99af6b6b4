"""Sums of sports, lottery, poker and carts in one bucket; semantics.md 6 and 7.

Most players play the casino alone, and every hour page carries a bucket: so all of these lie
behind one field of it, which is None for most.
"""

import msgspec

from countroom.core.money import EMPTY, Pockets, Sum


class SportsCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of sports bets of one currency in one bucket."""

    turnover: Pockets = EMPTY
    """Stakes of bets, when they were placed."""
    settled_stake: Pockets = EMPTY
    """Stakes, or parts of them, when they were settled."""
    payout: Pockets = EMPTY
    void_stake: Pockets = EMPTY
    """Stakes that were given back, when that was said."""
    bets: int = 0
    free_bets: int = 0
    wins: int = 0
    legs: int = 0
    live_bets: int = 0
    odds_sum: Sum = 0
    odds_bets: int = 0
    """Bets that state their odds: what `odds_sum` is to be divided by."""
    free_stake: Sum = 0
    reversed_stake: Sum = 0
    reversed_payout: Sum = 0
    open_stake: Sum = 0
    """Placed, and neither settled nor given back; for life only."""
    open_return: Sum = 0
    """What the open stakes would pay at their odds; for life only."""
    missing: int = 0
    """In a base cell: contributions without a rate."""


class LotteryCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of lottery of one currency in one bucket."""

    turnover: Sum = 0
    payout: Sum = 0
    discount: Sum = 0
    bets: int = 0
    wins: int = 0
    missing: int = 0


class PokerCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of poker of one currency in one bucket: transfers to tables and back, and the fees."""

    buy_in: Pockets = EMPTY
    cash_out: Pockets = EMPTY
    fees: Sum = 0
    buy_ins: int = 0
    rebuys: int = 0
    cash_outs: int = 0
    missing: int = 0


class CartCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of paid carts of one currency in one bucket."""

    spend: Sum = 0
    discount: Sum = 0
    virtual: Sum = 0
    """Paid in virtual currency; not in `spend`."""
    carts: int = 0
    missing: int = 0


class Others(msgspec.Struct, array_like=True):
    """What a bucket holds beside casino, payments and bonuses. The base cells as in `Bucket`."""

    sports: dict[str, SportsCell] = {}
    sports_base: SportsCell | None = None
    lottery: dict[str, LotteryCell] = {}
    lottery_base: LotteryCell | None = None
    poker: dict[str, PokerCell] = {}
    poker_base: PokerCell | None = None
    cart: dict[str, CartCell] = {}
    cart_base: CartCell | None = None
