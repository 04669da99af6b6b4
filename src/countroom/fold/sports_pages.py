"""The page of a sports bet: the bet, its legs, its settlements, in whatever order they came.

Nothing is stepped: the page keeps what was seen, and how the bet stands is derived from it
(sports_standing.py). A page may be there before its bet is.
"""

from decimal import Decimal

import msgspec

from countroom.core.money import EMPTY, Pockets
from countroom.fold.pages import Moments, Rollback


class Bet(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """The bet itself, as first accepted."""

    at: int
    source_id: str | None
    business_id: str | None
    currency: str
    rate: Decimal | None
    pockets: Pockets
    odds: Decimal | None = None
    kind: str = ""
    legs: int = 0
    live: bool = False
    bonus: str | None = None
    free_stake: Decimal | None = None
    free: bool = False
    """Of the free-money ledger."""
    mismatch: bool = False


class Leg(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One leg as one event said it: open, or settled. Moves no money."""

    at: int
    source_id: str | None
    business_id: str | None
    selection_id: str
    settled: bool = False
    result: str = ""
    odds: Decimal | None = None
    sport: str = ""
    tournament: str = ""
    match: str = ""
    market: str = ""
    outcome: str = ""
    starts_at: int | None = None
    live: bool = False
    free: bool = False
    """A free bet, as the sender marks its legs."""


class Settlement(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One settlement, as first accepted."""

    at: int
    source_id: str | None
    business_id: str | None
    settlement_id: str
    currency: str
    rate: Decimal | None
    pockets: Pockets = EMPTY
    kind: str = ""
    reference: Decimal | None = None
    """Stake of the bet, or the part of it that is settled, as stated."""
    cash_out: bool = False
    replaces: bool = False
    free: bool = False
    mismatch: bool = False


class SportsBetPage(msgspec.Struct, array_like=True):
    """All that is known of one sports bet of a player."""

    bet_id: str = ""
    bet: Bet | None = None
    legs: list[Leg] = []
    settlements: list[Settlement] = []
    rollbacks: list[Rollback] = []
    told: dict[str, int] = {}
    """Settlements that were told, by their identity, with the latest revision."""


class OtherPlay(msgspec.Struct, array_like=True):
    """First and last sports bets, and the days on which there was one: what the head keeps for the casino."""

    bets: Moments = msgspec.field(default_factory=Moments)
    active_from: int = 0
    active_days: bytes = b""
