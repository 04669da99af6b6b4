"""Bonuses through their states: `POST /v1/integration/bonus`, message type BONUS.

`user_bonus_id` is one grant to one player, `bonus_id` the template it was made from.
"""

from typing import Final

from countroom.core.events import BonusReported, BonusState, Event
from countroom.core.identity import identity
from countroom.core.ids import UserBonusId
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import BONUS_PRODUCT, BONUS_STATUS
from countroom.dialects.fasttrack.casino import is_no_bonus
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset(
    {
        "user_bonus_id",  # the grant
        "bonus_id",  # the template
        "bonus_code",
        "amount",
        "bonus_turned_real",
        "locked_amount",
        "required_wagering_amount",
        "currency",
        "exchange_rate",
        "origin",
        "timestamp",
        "user_id",
        "product",
        "status",
        "type",
        "is_free_money",
        "skip_publishing",
    }
)


def decode(message: Message) -> tuple[Event, ...]:
    """The state that the grant reached."""
    player, grant = message.own_id("user_id"), UserBonusId(message.own_id("user_bonus_id"))
    if grant and is_no_bonus(grant):
        message.reject("user_bonus_id", Reason.BAD_ID, detail='expected the id of a grant, got "0", which means none')
    state = message.word("status", BONUS_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases)
    product = message.text("product")
    if product:
        message.word("product", BONUS_PRODUCT, reason=Reason.UNKNOWN_VALUE, further=message.aliases)
    at, currency = message.occurred_at(), message.currency("currency")
    rate, amount = message.rate_of(currency), message.amount("amount")
    turned_real = message.maybe_amount("bonus_turned_real")
    locked, required = message.maybe_amount("locked_amount"), message.maybe_amount("required_wagering_amount")
    bonus_id, code, bonus_type = message.maybe_id("bonus_id"), message.text("bonus_code"), message.text("type")
    free_money = message.flag("is_free_money")
    if state is None:
        return ()
    mark = f"{state}.{at}" if state is BonusState.WAGERING else str(state)
    about = message.about(
        at,
        player,
        source_id=identity("bonus", grant, f"fasttrack.{mark}"),
        business_id=identity("bonus", grant, mark),
    )
    return (
        BonusReported(
            about=about,
            user_bonus_id=grant,
            state=state,
            amount=amount,
            currency=currency,
            rate=rate,
            turned_real=turned_real,
            locked=locked,
            required=required,
            bonus_id=bonus_id,
            code=code,
            bonus_type=bonus_type,
            product=product,
            free_money=free_money,
        ),
    )


PAGE: Final = Page(kind="BONUS", says="bonus", fields=FIELDS, decode=decode)
