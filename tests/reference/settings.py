"""What steers the computation, per brand, with the defaults of the semantics."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from countroom.core.instants import DAY, HOUR, MINUTE


@dataclass(frozen=True, kw_only=True)
class ReferenceSettings:
    """The switches of one brand. Durations are microseconds."""

    time_zone: str = "UTC"
    base_currency: str = "EUR"
    day_starts_at: int = 0
    """Minutes after local midnight."""

    round_timeout: int = 24 * HOUR
    reuse_gap: int = 30 * DAY
    """Two points of one round id that lie further apart than this belong to two rounds."""
    win_closes: Literal["flag", "always"] = "flag"
    casino_basis: Literal["auto", "transactions", "rounds"] = "auto"

    session_idle: int = 30 * MINUTE
    session_grace: int = 48 * HOUR
    orphan_after: int = 7 * DAY
    login_within: int = 24 * HOUR

    bonus_cost: Literal["conversion", "stake", "grant", "none"] = "conversion"
    deduct: tuple[tuple[str, Decimal], ...] = ()
    """What NGR is less by: `ggr`, `turnover`, `deposits` or `fees`, and the share of it."""
    rates: dict[str, Decimal] = field(default_factory=dict)
    """Per currency the rate of events that state none."""
    capture_as: Literal["ignore", "deposit"] = "ignore"
    locked_as: Literal["bonus", "real"] = "bonus"
    bonus_end: Literal["first", "last"] = "first"
    wagering_counts: Literal["all", "bonus"] = "all"
    contribution: dict[str, Decimal] = field(default_factory=dict)
    """Weight of a stake for wagering, by game type; 1 where nothing is said."""
    cash_types: frozenset[str] = frozenset({"WagerFree", "CashbackBonus", "SportsManualCashback"})

    ggr_basis: Literal["settled", "placed"] = "settled"
    """When a sports bet is revenue."""
    void_types: frozenset[str] = frozenset({"void", "voided", "cancelled", "canceled", "refund", "refunded", "push"})
    """Settlement types whose amount is stake given back."""
    lottery_amount_is_net: bool = True
    poker_buy_in_includes_fee: bool = True

    profile_priority: tuple[str, ...] = ()
    """Sources, the one that wins first; those not named come after all named ones."""
    profile_owner: dict[str, str] = field(default_factory=dict)
