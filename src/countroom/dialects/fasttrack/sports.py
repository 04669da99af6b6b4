"""Sports bets, their legs, their settlements and rollbacks: `POST /v1/integration/sports`, message type SPORTSBOOK.

`amount` is the stake of a bet and the payout of a settlement; `wager_amount` its real-money part, for both.
`activity_id` is the message's own id; a settlement names its bet in `activity_id_reference`. A rollback repeats the
message it voids, with status Rollback. Legs have no id on the wire: see `legs.py`.
"""

from decimal import Decimal
from typing import Final

from countroom.core.events import Event, RolledBack, SportsBetPlaced, SportsBetSettled
from countroom.core.identity import Identity, identity, sport
from countroom.core.ids import ActivityId, UserBonusId
from countroom.core.instants import Instant
from countroom.core.money import EMPTY, ZERO, Pockets, total
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import BET_TYPE, SPORTS_TYPE, TRANSACTION_STATUS
from countroom.dialects.fasttrack.casino import is_no_bonus, pockets
from countroom.dialects.fasttrack.legs import KEYS, Leg, legs, odds
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset(
    {
        "activity_id",  # unique per message; a rollback repeats it
        "activity_id_reference",  # on a settlement: the bet's activity_id; "" on a bet
        "amount",  # stake or payout: the sum of the three parts below
        "wager_amount",  # the real-money part
        "bonus_wager_amount",
        "locked_wager_amount",
        "odds",  # of the whole bet
        "bet_type",
        "type",
        "status",  # Approved when absent
        "currency",
        "exchange_rate",
        "origin",
        "timestamp",
        "user_id",
        "user_bonus_id",  # "0": no bonus (tolerance 6)
        "balance_before",  # kept, never used to derive anything (tolerance 15)
        "balance_after",
        "is_cashout",
        "device_type",
        "settlement_type",
        "sportsbook_vendor_name",
        "reference_bet_amount",  # the bet's stake, or the part of it that a cash-out settles
        "reference_bet_real_amount",
        "reference_bet_bonus_amount",
        "reference_bet_locked_amount",
        "reference_bet_exchange_rate",
        "is_free_money",  # not documented here, and taken
        "skip_publishing",
    }
)
ENTRIES: Final = frozenset({"bets"})


def decode(message: Message) -> tuple[Event, ...]:
    """The bet or settlement that the message tells, then its legs; or the rollback."""
    kind = _kind(message)
    status = message.word(
        "status", TRANSACTION_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases, default="approved"
    )
    player, activity_id = message.own_id("user_id"), ActivityId(message.own_id("activity_id"))
    at, amount = message.occurred_at(), message.amount("amount")
    if kind == "refund" or status == "rollback":
        return _rollback(message, at, player=player, activity_id=activity_id, amount=amount)
    if kind == "settlement":
        return _settlement(message, at, player=player, activity_id=activity_id, amount=amount)
    return _bet(message, at, player=player, activity_id=activity_id, amount=amount)


def _kind(message: Message) -> str | None:
    """`bet`, `settlement` or `refund`; where `type` is absent the reference tells, which is empty on bets alone."""
    told = None
    if "activity_id_reference" in message.values:
        told = "settlement" if message.has("activity_id_reference") else "bet"
    return message.word("type", SPORTS_TYPE, reason=Reason.UNKNOWN_TYPE, further=message.aliases, default=told)


def _bet(message: Message, at: Instant, *, player: str, activity_id: ActivityId, amount: Decimal) -> tuple[Event, ...]:
    currency = message.currency("currency")
    rate, free_money, whole_odds = message.rate_of(currency), message.flag("is_free_money"), odds(message)
    parts, free_stake, mismatch = _pockets(message, amount, kind="bet")
    taken = legs(message, activity_id)
    if any(leg.free for leg in taken):
        parts, free_stake = EMPTY, (total(parts) or free_stake)
    user_bonus_id = None
    if not is_no_bonus(message.values.get("user_bonus_id")):
        user_bonus_id = UserBonusId(message.own_id("user_bonus_id"))
    about = message.about(
        at, player, source_id=_source_id(activity_id, "approved"), business_id=sport("bet", activity_id)
    )
    bet = SportsBetPlaced(
        about=about,
        bet_id=activity_id,
        currency=currency,
        rate=rate,
        pockets=parts,
        odds=whole_odds,
        kind=_bet_type(message),
        legs=len(taken),
        live=any(leg.live for leg in taken),
        user_bonus_id=user_bonus_id,
        free_stake=free_stake,
        free_money=free_money,
        amount_mismatch=mismatch,
    )
    return bet, *_reported(message, at, player=player, taken=taken, settled=False)


def _settlement(
    message: Message, at: Instant, *, player: str, activity_id: ActivityId, amount: Decimal
) -> tuple[Event, ...]:
    bet_id, currency = ActivityId(message.own_id("activity_id_reference")), message.currency("currency")
    rate, free_money = message.rate_of(currency), message.flag("is_free_money")
    reference, cash_out = message.maybe_amount("reference_bet_amount"), message.flag("is_cashout")
    parts, _, mismatch = _pockets(message, amount, kind="win")
    taken = legs(message, bet_id)
    about = message.about(
        at, player, source_id=_source_id(activity_id, "approved"), business_id=sport("settled", activity_id)
    )
    settlement = SportsBetSettled(
        about=about,
        settlement_id=activity_id,
        bet_id=bet_id,
        currency=currency,
        rate=rate,
        pockets=parts,
        kind=message.text("settlement_type").strip().lower(),
        reference_amount=reference,
        cash_out=cash_out,
        replaces=message.settings.second_settlement == "replace",
        free_money=free_money,
        amount_mismatch=mismatch,
    )
    return settlement, *_reported(message, at, player=player, taken=taken, settled=True)


def _rollback(
    message: Message, at: Instant, *, player: str, activity_id: ActivityId, amount: Decimal
) -> tuple[Event, ...]:
    """The rollback: told apart by what it voids, as it has no id of its own. Its legs are not looked at."""
    about = message.about(
        at, player, source_id=_source_id(activity_id, "rollback"), business_id=sport("rollback", activity_id)
    )
    return (RolledBack(about=about, target=_source_id(activity_id, "approved"), amount=amount),)


def _reported(message: Message, at: Instant, *, player: str, taken: list[Leg], settled: bool) -> tuple[Event, ...]:
    """The legs as events of their own."""
    return tuple(
        leg.reported(
            message.about(at, player, source_id=None, business_id=leg.identity(settled=settled)), settled=settled
        )
        for leg in taken
    )


def _pockets(message: Message, amount: Decimal, *, kind: str) -> tuple[Pockets, Decimal | None, bool]:
    """As for casino: pockets, free stake, and whether the parts differ from the amount."""
    real = message.maybe_amount("wager_amount")
    bonus = message.maybe_amount("bonus_wager_amount") or ZERO
    locked = message.maybe_amount("locked_wager_amount") or ZERO
    return pockets(amount, real, bonus=bonus, locked=locked, kind=kind)


def _bet_type(message: Message) -> str:
    text = message.text("bet_type")
    return (BET_TYPE.meaning(text, message.aliases) or text.strip().lower()) if text else ""


def _source_id(activity_id: str, status: str) -> Identity:
    return identity("sport", activity_id, f"fasttrack.{status}")


PAGE: Final = Page(kind="SPORTSBOOK", says="sports bet", fields=FIELDS, decode=decode, entries=ENTRIES, entry_keys=KEYS)
