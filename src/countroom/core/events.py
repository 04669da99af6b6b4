"""The canonical events: what happened, in our words, whatever dialect it came in.

One tagged union with stable text tags. Events are written as arrays: a new field is appended
at the end with a default, never inserted; a change of meaning is a new tag. What every event
has stands in `About`, so that it can grow without moving the fields of a kind.

Links, ticks and settings are events too: they come through the log like any other, and the
fold asks no clock.
"""

from decimal import Decimal
from enum import StrEnum

from countroom.core.about import About, Happening, Sealed
from countroom.core.ids import ActivityId, GameId, LinkId, PartnerId, PaymentId, RoundId, StudioId, UserBonusId
from countroom.core.instants import Instant
from countroom.core.money import Pockets
from countroom.core.other_events import (
    Balance,
    BalancesStated,
    CartCheckedOut,
    CartPayment,
    CustomHappened,
    GameStated,
    LotteryReported,
    MigrationStated,
    Pinged,
    PokerMoved,
    TagsStated,
)
from countroom.core.sports_events import SelectionReported, SportsBetPlaced, SportsBetSettled

# ---------------------------------------------------------------- casino


class CasinoPlay(Happening, frozen=True, array_like=True, kw_only=True):
    """What bets, wins and losses share. Never an event by itself."""

    activity_id: ActivityId
    studio: StudioId
    """Who made the game; `""` where the brand's rounds are not scoped by studio."""
    round_id: RoundId
    currency: str
    rate: Decimal | None
    """Multiply to get the brand's base currency; None when absent or 0."""
    pockets: Pockets
    """The stake of a bet, the payout of a win, empty for a loss or a free spin."""
    ends: bool = False
    """The sender said that the round ends with this event."""
    game: GameId = GameId("")
    game_type: str = ""
    user_bonus_id: UserBonusId | None = None
    free_money: bool = False
    free_stake: Decimal | None = None
    """Nominal of a free spin or free bet: a memo, in no pocket (semantics.md 4.1)."""
    amount_mismatch: bool = False
    combined: bool = False
    """Half of a message that was bet and result in one: it closes its round."""


class BetPlaced(CasinoPlay, frozen=True, array_like=True, kw_only=True, tag="bet_placed"):
    """A stake was put on a casino round."""


class WinPaid(CasinoPlay, frozen=True, array_like=True, kw_only=True, tag="win_paid"):
    """A casino round paid out; 0 closes the round as a loss does."""


class BetLost(CasinoPlay, frozen=True, array_like=True, kw_only=True, tag="bet_lost"):
    """No win came: closes the round. Its pockets are always empty."""


class RoundPlayed(Happening, frozen=True, array_like=True, kw_only=True, tag="round_played"):
    """One whole round, told when it was over (GAME_ROUND)."""

    studio: StudioId
    round_id: RoundId
    currency: str
    stake: Pockets
    payout: Pockets
    rate: Decimal | None = None
    base_stake: Pockets | None = None
    base_payout: Pockets | None = None
    game: GameId = GameId("")
    game_type: str = ""
    device: str = ""
    free_money: bool = False


class RolledBack(Happening, frozen=True, array_like=True, kw_only=True, tag="rolled_back"):
    """An earlier bet, win, loss or rollback is void.

    `target` is a full identity (either one of the target's) or a bare anchor.
    """

    target: str
    amount: Decimal | None = None
    """As stated; the amount removed is the target's all the same."""


# ---------------------------------------------------------------- money in and out, bonuses


class Direction(StrEnum):
    """Which way a payment goes; the last three are kept and shown, and count nowhere."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    AUTHORIZATION = "authorization"
    CAPTURE = "capture"
    VOID = "void"


class PaymentStatus(StrEnum):
    """Life of one payment; semantics.md 4.6."""

    REQUESTED = "requested"
    APPROVED = "approved"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled_back"
    CHARGED_BACK = "charged_back"


class PaymentReported(Happening, frozen=True, array_like=True, kw_only=True, tag="payment_reported"):
    """A payment reached a status."""

    direction: Direction
    payment_id: PaymentId
    status: PaymentStatus
    amount: Decimal | None
    currency: str
    rate: Decimal | None
    fee: Decimal | None = None
    method: str = ""
    method_name: str = ""
    bonus_code: str = ""
    stated_deposits: int | None = None
    stated_withdrawals: int | None = None


class BonusState(StrEnum):
    """Life of one grant; semantics.md 5.1."""

    OFFERED = "offered"
    CLAIMED = "claimed"
    CREDITED = "credited"
    WAGERING = "wagering"
    COMPLETED = "completed"
    AUTO_COMPLETED = "auto_completed"
    FORFEITED = "forfeited"
    EXPIRED = "expired"
    LOST = "lost"
    NOT_APPLICABLE = "not_applicable"
    REVERSED = "reversed"


class BonusReported(Happening, frozen=True, array_like=True, kw_only=True, tag="bonus_reported"):
    """A grant reached a state."""

    user_bonus_id: UserBonusId
    state: BonusState
    amount: Decimal
    currency: str
    rate: Decimal | None
    turned_real: Decimal | None = None
    locked: Decimal | None = None
    required: Decimal | None = None
    bonus_id: str = ""
    code: str = ""
    bonus_type: str = ""
    product: str = ""
    free_money: bool = False


# ---------------------------------------------------------------- the player


class ProfileStated(Happening, frozen=True, array_like=True, kw_only=True, tag="profile_stated"):
    """A source said what it knows of the player: the plain fields; personal ones are in `about.sealed`."""

    fields: dict[str, str]
    registered_at: Instant | None = None
    """The registration date as stated, if any."""
    registers: bool = False
    """True when this event is the registration itself."""


class ProfileWentStale(Happening, frozen=True, array_like=True, kw_only=True, tag="profile_went_stale"):
    """A source said that something changed, and not what: `profile`, `consents` or `blocks`."""

    what: str


class ConsentsStated(Happening, frozen=True, array_like=True, kw_only=True, tag="consents_stated"):
    """Per channel, whether the player may be contacted through it."""

    consents: dict[str, bool]


class BlocksStated(Happening, frozen=True, array_like=True, kw_only=True, tag="blocks_stated"):
    """`excluded` (responsible gaming) and `blocked` (anything else), on or off, as one source says."""

    blocks: dict[str, bool]


class PlayerLoggedIn(Happening, frozen=True, array_like=True, kw_only=True, tag="player_logged_in"):
    """The player logged in."""

    impersonated: bool = False


class PlayerLoggedOut(Happening, frozen=True, array_like=True, kw_only=True, tag="player_logged_out"):
    """The player logged out. Moves no boundary of a session."""


# ---------------------------------------------------------------- ours


class LinkBegun(Happening, frozen=True, array_like=True, kw_only=True, tag="link_begun"):
    """A link was asked for and is not made yet: nothing is told."""

    link_id: LinkId
    partner: PartnerId
    account: str = ""
    cause: str = ""
    """Who or what asked for it."""


class Linked(Happening, frozen=True, array_like=True, kw_only=True, tag="linked"):
    """The player is now linked to an account at a partner."""

    link_id: LinkId
    partner: PartnerId
    account: str = ""
    cause: str = ""


class Unlinked(Happening, frozen=True, array_like=True, kw_only=True, tag="unlinked"):
    """The link is no more."""

    link_id: LinkId
    partner: PartnerId
    cause: str = ""


class Ticked(Happening, frozen=True, array_like=True, kw_only=True, tag="ticked"):
    """Time has come for this player: `about.occurred_at` is the latest of his timers that was due."""


Event = (
    BetPlaced
    | WinPaid
    | BetLost
    | RoundPlayed
    | RolledBack
    | PaymentReported
    | BonusReported
    | ProfileStated
    | ProfileWentStale
    | ConsentsStated
    | BlocksStated
    | PlayerLoggedIn
    | PlayerLoggedOut
    | SportsBetPlaced
    | SelectionReported
    | SportsBetSettled
    | LotteryReported
    | PokerMoved
    | CartCheckedOut
    | BalancesStated
    | GameStated
    | CustomHappened
    | TagsStated
    | MigrationStated
    | Pinged
    | LinkBegun
    | Linked
    | Unlinked
    | Ticked
)

__all__ = [
    "About",
    "Balance",
    "BalancesStated",
    "BetLost",
    "BetPlaced",
    "BlocksStated",
    "BonusReported",
    "BonusState",
    "CartCheckedOut",
    "CartPayment",
    "CasinoPlay",
    "ConsentsStated",
    "CustomHappened",
    "Direction",
    "Event",
    "GameStated",
    "LinkBegun",
    "Linked",
    "LotteryReported",
    "MigrationStated",
    "PaymentReported",
    "PaymentStatus",
    "Pinged",
    "PlayerLoggedIn",
    "PlayerLoggedOut",
    "PokerMoved",
    "ProfileStated",
    "ProfileWentStale",
    "RolledBack",
    "RoundPlayed",
    "Sealed",
    "SelectionReported",
    "SportsBetPlaced",
    "SportsBetSettled",
    "TagsStated",
    "Ticked",
    "Unlinked",
    "WinPaid",
]
