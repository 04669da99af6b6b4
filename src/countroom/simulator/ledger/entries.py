"""What a history consists of: one record per fact, as the ledger reads it from the messages."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from countroom.simulator.ledger.money import Pockets, total

BET: Final = "bet"
WIN: Final = "win"
LOSS: Final = "loss"
RANKS: Final = {BET: 2, WIN: 5, LOSS: 6}

Order = tuple[int, int, str]
"""The canonical order: time, rank of the kind, identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A bet, win or loss; or one side of a round that was told as a whole."""

    what: str
    activity_id: str
    at: int
    studio: str
    round_id: str
    currency: str
    rate: Decimal | None
    pockets: Pockets
    base: Pockets | None
    """The pockets in base currency; None without a rate."""
    game: str
    free_stake: Decimal = Decimal(0)
    ends: bool = False
    bonus: str | None = None
    free_money: bool = False
    mismatch: bool = False

    @property
    def order(self) -> Order:
        """Its place in the canonical order."""
        return (self.at, RANKS[self.what], self.activity_id)

    @property
    def amount(self) -> Decimal:
        """All pockets together."""
        return total(self.pockets)

    @property
    def lacks_rate(self) -> bool:
        """True when it moves money that cannot be stated in base currency."""
        return self.base is None and any(self.pockets.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A round told once, when it was over."""

    at: int
    studio: str
    round_id: str
    bet: Play
    win: Play


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """A rollback: the activity with this id is void."""

    activity_id: str
    at: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStep:
    """A payment reached a status."""

    payment_id: str
    direction: str
    status: str
    at: int
    amount: Decimal
    currency: str
    rate: Decimal | None
    fee: Decimal
    method: str
    stated_deposits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusStep:
    """A bonus reached a state."""

    user_bonus_id: str
    state: str
    at: int
    amount: Decimal
    currency: str
    rate: Decimal | None
    turned_real: Decimal | None
    required: Decimal | None
    bonus_id: str
    code: str
    type: str
    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was said about the player: plain fields with their values, personal ones by name alone."""

    at: int
    plain: dict[str, str]
    personal: frozenset[str]
    registers: bool
    registered_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A sports bet as it was placed."""

    bet_id: str
    at: int
    currency: str
    rate: Decimal | None
    pockets: Pockets
    """The stake; empty of a free bet."""
    free_stake: Decimal
    odds: Decimal
    """0 when not stated."""
    kind: str
    legs: int
    live: bool
    bonus: str | None
    free_money: bool
    mismatch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A settlement of a sports bet, of the whole or a part."""

    settlement_id: str
    bet_id: str
    at: int
    currency: str
    rate: Decimal | None
    pockets: Pockets
    kind: str
    reference: Decimal | None
    cash_out: bool
    free_money: bool
    mismatch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSaid:
    """What one message said of one leg."""

    bet_id: str
    at: int
    settled: bool
    match: str
    market: str
    outcome: str
    sport: str
    tournament: str
    odds: Decimal
    """0 when not stated."""
    starts_at: int | None
    live: bool
    free: bool

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it from the other legs of the bet."""
        return self.match, self.market, self.outcome


@dataclass(slots=True)
class History:
    """Everything that was accepted about one player, each fact once."""

    plays: list[Play] = field(default_factory=list)
    wholes: list[Whole] = field(default_factory=list)
    takebacks: list[TakeBack] = field(default_factory=list)
    sports_bets: list[Placed] = field(default_factory=list)
    settlings: list[Settling] = field(default_factory=list)
    legs: list[LegSaid] = field(default_factory=list)
    sports_takebacks: list[TakeBack] = field(default_factory=list)
    payments: list[PaymentStep] = field(default_factory=list)
    bonuses: list[BonusStep] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    consents: list[tuple[int, dict[str, bool]]] = field(default_factory=list)
    blocks: list[tuple[int, dict[str, bool]]] = field(default_factory=list)
    notices: list[tuple[int, str]] = field(default_factory=list)
    """Messages that said that something had changed, and not what."""
    logins: list[int] = field(default_factory=list)
