"""Sports: bets, their legs, their settlements; semantics.md 6. Legs are events of their own and move no money."""

from decimal import Decimal

from countroom.core.about import Happening
from countroom.core.ids import ActivityId, UserBonusId
from countroom.core.instants import Instant
from countroom.core.money import EMPTY, Pockets


class SportsBetPlaced(Happening, frozen=True, array_like=True, kw_only=True, tag="sports_bet_placed"):
    """A stake was put on a sports bet."""

    bet_id: ActivityId
    currency: str
    rate: Decimal | None
    """Multiply to get the brand's base currency; None when absent or 0."""
    pockets: Pockets
    """The stake; empty for a free bet."""
    odds: Decimal | None = None
    """Total odds; None when not stated."""
    kind: str = ""
    """`single`, `multi`, `system`, `teaser`, as the dialect's words say; other words as sent, in lower case."""
    legs: int = 0
    """How many selections the bet names."""
    live: bool = False
    """At least one leg was taken while the match was on."""
    user_bonus_id: UserBonusId | None = None
    free_stake: Decimal | None = None
    """Nominal of a free bet: a memo, in no pocket (semantics.md 4.2)."""
    free_money: bool = False
    amount_mismatch: bool = False


class SelectionReported(Happening, frozen=True, array_like=True, kw_only=True, tag="selection_reported"):
    """One leg of a sports bet as it stands: open, or settled with its result."""

    bet_id: ActivityId
    selection_id: str
    settled: bool = False
    result: str = ""
    """How the leg ended, in the sender's words in lower case; empty while open."""
    odds: Decimal | None = None
    sport: str = ""
    tournament: str = ""
    match: str = ""
    market: str = ""
    outcome: str = ""
    starts_at: Instant | None = None
    live: bool = False
    free: bool = False


class SportsBetSettled(Happening, frozen=True, array_like=True, kw_only=True, tag="sports_bet_settled"):
    """A sports bet was settled, in part or whole."""

    settlement_id: ActivityId
    bet_id: ActivityId
    """The bet that is settled; it may still be to come."""
    currency: str
    rate: Decimal | None
    pockets: Pockets = EMPTY
    """The payout, or the stake returned where `kind` is a void type."""
    kind: str = ""
    """Settlement type in lower case; empty when not stated."""
    reference_amount: Decimal | None = None
    """Stake of the bet, or the part of it that a cash-out settles, as stated."""
    cash_out: bool = False
    replaces: bool = False
    """This settlement takes the place of earlier ones instead of adding to them (`sports.second_settlement`)."""
    free_money: bool = False
    amount_mismatch: bool = False
