"""The switches that steer the fold. Fixed for a state generation; semantics.md names each `section.name`."""

from typing import Literal

import msgspec

from countroom.core.instants import DAY, HOUR, MINUTE

VERSION = 4
"""Version of the fold itself: a change of what is computed is a new generation of state."""

MAX_IDLE = 12 * HOUR
"""Longest idle time of sessions: below a day, so that play has a point in every day it reaches into."""


class Deduction(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that NGR is less by."""

    of: str
    """`ggr`, `turnover`, `deposits` or `fees`; below nothing it counts as nothing."""
    percent: str
    """The share of it, as decimal text."""


class BrandSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How one brand's figures are computed. Durations in microseconds."""

    time_zone: str = "UTC"
    day_starts_at_min: int = 0
    """Minutes after local midnight at which the brand day begins; a multiple of 15."""
    base_currency: str = "EUR"
    late_after: int = HOUR
    hold_after_late: int = 10 * MINUTE
    rounds_timeout: int = 24 * HOUR
    rounds_reuse_gap: int = 30 * DAY
    sessions_idle: int = 30 * MINUTE
    sessions_grace: int = 48 * HOUR
    orphan_after: int = 7 * DAY
    days_grace: int = DAY
    """How long after its end a brand day becomes final: what changes it then is told as a correction."""
    casino_basis: Literal["auto", "transactions", "rounds"] = "auto"
    ngr_bonus_cost: Literal["conversion", "stake", "grant", "none"] = "conversion"
    ngr_locked_as: Literal["bonus", "real"] = "bonus"
    ngr_deduct: tuple[Deduction, ...] = ()
    base_rates: dict[str, str] = {}
    """Per currency the rate of events that state none, as decimal text."""
    payments_capture_as: Literal["ignore", "deposit"] = "ignore"
    bonus_end: Literal["first", "last"] = "first"
    bonus_wagering_counts: Literal["all", "bonus"] = "all"
    bonus_contribution: dict[str, str] = {}
    """Weight of a stake by game type, as decimal text; a type that is not named weighs 1."""
    bonus_cash_types: tuple[str, ...] = ("WagerFree", "CashbackBonus", "SportsManualCashback")
    sports_ggr_basis: Literal["settled", "placed"] = "settled"
    sports_void_types: tuple[str, ...] = ("void", "voided", "cancelled", "canceled", "refund", "refunded", "push")
    """Types of settlement, in lower case, whose amount is stake given back and no payout."""
    lottery_amount_is_net: bool = True
    """False: the stated discount is taken off the amount."""
    poker_buy_in_includes_fee: bool = True
    """False: the tournament fee is paid beside the amount."""
    free_money_currencies: tuple[str, ...] = ()
    profile_priority: tuple[str, ...] = ()
    """Sources, the one that wins at equal times first."""
    profile_owner: dict[str, str] = {}
    """Per field the only source that may state it."""


class FoldSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that steers the fold; a shard keeps it as the first thing it holds."""

    brands: dict[str, BrandSettings]
    version: int = VERSION
    tzdata: str = ""
    """Version of the time-zone data."""
