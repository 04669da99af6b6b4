"""Payments through their states: `POST /v1/integration/payment`, message type PAYMENT.

`vendor_id` is the payment provider here. `payment_id` stays the same from Requested to the end.
"""

from typing import Final

from countroom.core.events import Direction, Event, PaymentReported, PaymentStatus
from countroom.core.identity import identity
from countroom.core.ids import PaymentId
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import PAYMENT_STATUS, PAYMENT_TYPE
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset(
    {
        "amount",
        "bonus_code",
        "currency",
        "deposit_count",  # for life, as the operator counts
        "withdraw_count",
        "exchange_rate",
        "fee_amount",
        "origin",
        "payment_id",
        "status",
        "timestamp",
        "type",
        "user_id",
        "vendor_id",  # the payment provider
        "vendor_name",
        "skip_publishing",
    }
)

DIRECTIONS: Final = {
    "credit": Direction.DEPOSIT,
    "debit": Direction.WITHDRAWAL,
    "authorization": Direction.AUTHORIZATION,
    "capture": Direction.CAPTURE,
    "void": Direction.VOID,
}

STATUSES: Final = {
    "requested": PaymentStatus.REQUESTED,
    "approved": PaymentStatus.APPROVED,
    "rejected": PaymentStatus.REJECTED,
    "cancelled": PaymentStatus.CANCELLED,
    "rollback": PaymentStatus.ROLLED_BACK,
}


def decode(message: Message) -> tuple[Event, ...]:
    """The state that the payment reached."""
    player, payment_id = message.own_id("user_id"), PaymentId(message.own_id("payment_id"))
    kind = message.word("type", PAYMENT_TYPE, reason=Reason.UNKNOWN_TYPE, further=message.aliases)
    status = message.word("status", PAYMENT_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases)
    at, currency = message.occurred_at(), message.currency("currency")
    rate = message.rate_of(currency)
    # A rollback without an amount takes all of it back: semantics.md 4.6.
    amount = message.maybe_amount("amount") if status == "rollback" else message.amount("amount")
    fee = message.maybe_amount("fee_amount")
    method, method_name = message.maybe_id("vendor_id"), message.text("vendor_name")
    bonus_code = message.text("bonus_code")
    deposits, withdrawals = message.count("deposit_count"), message.count("withdraw_count")
    if kind is None or status is None:
        return ()
    direction, state = DIRECTIONS[kind], STATUSES[status]
    about = message.about(
        at,
        player,
        source_id=identity("payment", payment_id, f"fasttrack.{kind}.{status}"),
        business_id=identity("payment", payment_id, f"{direction}.{state}"),
    )
    return (
        PaymentReported(
            about=about,
            direction=direction,
            payment_id=payment_id,
            status=state,
            amount=amount,
            currency=currency,
            rate=rate,
            fee=fee,
            method=method,
            method_name=method_name,
            bonus_code=bonus_code,
            stated_deposits=deposits,
            stated_withdrawals=withdrawals,
        ),
    )


PAGE: Final = Page(kind="PAYMENT", says="payment", fields=FIELDS, decode=decode)
