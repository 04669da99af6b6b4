"""Casino bets, wins, losses and their rollbacks: `POST /v1/integration/casino`, message type CASINO.

Two of the vendor's names mislead a reader: `wager_amount` is the real-money part of the amount, for a
win as for a bet; `vendor_id` is the game studio. A rollback repeats the message it voids, with status Rollback.
"""

from decimal import Decimal
from typing import Final

from countroom.core.events import BetLost, BetPlaced, Event, RolledBack, WinPaid
from countroom.core.identity import Identity, casino, identity
from countroom.core.ids import ActivityId, GameId, RoundId, StudioId, UserBonusId
from countroom.core.instants import Instant
from countroom.core.money import EMPTY, ZERO, Pockets
from countroom.core.rejection import Reason
from countroom.dialects import amounts
from countroom.dialects.fasttrack.aliases import CASINO_STATUS, CASINO_TYPE, GAME_TYPE
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset(
    {
        "activity_id",  # unique per event; a rollback repeats it
        "amount",  # the sum of the three parts below
        "wager_amount",  # the real-money part
        "bonus_wager_amount",
        "locked_wager_amount",
        "balance_before",  # kept, never used to derive anything (tolerance 15)
        "balance_after",
        "currency",
        "exchange_rate",  # multiply to get the brand's base currency
        "game_id",
        "game_name",
        "game_type",
        "is_round_end",
        "origin",  # the brand
        "round_id",  # the same for a bet and its win
        "status",  # Approved when absent (tolerance 5)
        "timestamp",
        "type",
        "user_id",
        "user_bonus_id",  # "0": no bonus (tolerance 6)
        "vendor_id",  # the studio
        "vendor_name",
        "is_free_money",
        "skip_publishing",
    }
)

Play = type[BetPlaced] | type[WinPaid] | type[BetLost]

EVENTS: Final[dict[str, Play]] = {"bet": BetPlaced, "win": WinPaid, "loss": BetLost}
"""The event for each type that is no refund."""

_NONE: Final = frozenset({None, "", "0", 0})


def decode(message: Message) -> tuple[Event, ...]:
    """The bet, win, loss or rollback that the message tells."""
    values, settings = message.values, message.settings
    kind = message.word("type", CASINO_TYPE, reason=Reason.UNKNOWN_TYPE, further=message.aliases)
    status = message.word(
        "status", CASINO_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases, default="approved"
    )
    player = message.own_id("user_id")
    activity_id = ActivityId(message.own_id("activity_id"))
    round_id = RoundId(message.own_id("round_id"))
    game = GameId(message.own_id("game_id"))
    at = message.occurred_at()
    currency = message.currency("currency")
    rate = message.rate_of(currency)
    amount = message.amount("amount")
    studio = studio_of(message, game)
    bonus_id = values.get("user_bonus_id")
    user_bonus_id = None if is_no_bonus(bonus_id) else UserBonusId(message.own_id("user_bonus_id"))
    ends, free_money = message.flag("is_round_end"), message.flag("is_free_money")
    real = message.maybe_amount("wager_amount")
    bonus = message.maybe_amount("bonus_wager_amount") or ZERO
    locked = message.maybe_amount("locked_wager_amount") or ZERO
    game_type = game_type_of(message)
    if kind is None or status is None:
        return ()
    if kind == "refund" or status == "rollback":
        return _rollback(message, at, player=player, activity_id=activity_id, kind=kind, amount=amount)
    parts, free_stake, mismatch = pockets(amount, real, bonus=bonus, locked=locked, kind=kind)
    source_id, business_id = identities(activity_id, kind, typed=settings.casino_includes_type)
    return (
        EVENTS[kind](
            about=message.about(at, player, source_id=source_id, business_id=business_id),
            activity_id=activity_id,
            studio=studio,
            round_id=round_id,
            currency=currency,
            rate=rate,
            pockets=parts,
            ends=ends or (kind == "win" and settings.win_closes == "always" and amount > 0),
            game=game,
            game_type=game_type,
            user_bonus_id=user_bonus_id,
            free_money=free_money,
            free_stake=free_stake,
            amount_mismatch=mismatch,
        ),
    )


def studio_of(message: Message, game: str) -> StudioId:
    """What the brand's round ids are unique within: the studio, the game, or nothing (semantics.md 2.1)."""
    scope = message.settings.rounds_scope
    if scope == "studio":
        return StudioId(message.own_id("vendor_id"))
    return StudioId(game if scope == "game" else "")


def game_type_of(message: Message) -> str:
    """The game's type in the vendor's spelling where it is one of his, else as sent."""
    text = message.text("game_type")
    return (GAME_TYPE.meaning(text, message.aliases) or text) if text else ""


def is_no_bonus(user_bonus_id: object) -> bool:
    """True for every way of saying that no bonus is meant (tolerance 6)."""
    return user_bonus_id.__class__ in _PLAIN and user_bonus_id in _NONE


_PLAIN: Final = frozenset({str, int, type(None)})


def pockets(
    whole: Decimal, real: Decimal | None, *, bonus: Decimal, locked: Decimal, kind: str
) -> tuple[Pockets, Decimal | None, bool]:
    """Pockets, free stake, and whether the parts differ from the amount: semantics.md 4.1."""
    if kind == "loss":
        return EMPTY, None, False
    if not whole and kind == "bet" and (real or bonus or locked):
        return EMPTY, amounts.added(real or ZERO, bonus, locked), True
    parts = amounts.split(whole, real, bonus=bonus, locked=locked)
    return parts, None, len(parts) > _NAMED_POCKETS


def identities(activity_id: str, kind: str, *, typed: bool) -> tuple[Identity, Identity]:
    """Source id and business id of a bet, win or loss: semantics.md 1.1. They share their anchor."""
    return (
        identity("casino", activity_id, f"fasttrack.{kind}.approved" if typed else "fasttrack.approved"),
        casino("bet" if kind == "bet" else "result", activity_id),
    )


_NAMED_POCKETS: Final = 3


def _rollback(
    message: Message, at: Instant, *, player: str, activity_id: ActivityId, kind: str, amount: Decimal
) -> tuple[Event, ...]:
    """The rollback.

    It has no id of its own: it is told apart by what it voids, so the type goes into its identity
    exactly when it is part of the target's.
    """
    typed = message.settings.casino_includes_type and kind != "refund"
    prefix = f"{kind}." if typed else ""
    target = f"casino:{activity_id}"  # a Refund names no type: any bet or result with that id
    if kind != "refund":
        target = identity("casino", activity_id, f"fasttrack.{prefix}approved")
    about = message.about(
        at,
        player,
        source_id=identity("casino", activity_id, f"fasttrack.{prefix}rollback"),
        business_id=identity("casino", activity_id, f"{prefix}rollback"),
    )
    return (RolledBack(about=about, target=target, amount=amount),)


PAGE: Final = Page(kind="CASINO", says="casino transaction", fields=FIELDS, decode=decode)
