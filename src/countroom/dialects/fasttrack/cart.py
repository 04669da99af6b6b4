"""Carts that were paid: `POST /v1/integration/cart`, message type CART.

Touches neither deposits nor turnover: PAYMENT and LOTTERY tell those.
"""

from typing import Final

from countroom.core.events import CartCheckedOut, CartPayment, Event
from countroom.core.identity import cart
from countroom.core.identity import identity as identity_of
from countroom.core.money import ZERO
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import CART_PAYMENT, CART_STATUS, CART_TYPE, DEVICE
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset(
    {
        "cart_id",
        "amount",
        "discount_amount",
        "currency",
        "exchange_rate",
        "origin",
        "timestamp",
        "user_id",
        "status",
        "type",
        "device_type",
        "bonus_code",
        "skip_publishing",
    }
)
ENTRIES: Final = frozenset({"payments", "items"})
KEYS: Final = frozenset({"type", "amount", "id", "name", "description", "discount_amount", "bonus_code"})
"""Of payments and of items."""


def decode(message: Message) -> tuple[Event, ...]:
    """The cart that was paid."""
    status = message.word("status", CART_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases)
    kind = message.word("type", CART_TYPE, reason=Reason.UNKNOWN_TYPE, further=message.aliases, default="checkout")
    player, cart_id, at = message.own_id("user_id"), message.own_id("cart_id"), message.occurred_at()
    amount, discount = message.amount("amount"), message.maybe_amount("discount_amount") or ZERO
    currency = message.currency("currency")
    rate, bonus_code, device = message.rate_of(currency), message.text("bonus_code"), message.text("device_type")
    payments = tuple(
        CartPayment(_means(entry.text("type"), message), entry.amount("amount"))
        for entry in message.objects("payments")
    )
    items = len(message.objects("items"))
    if status is None or kind is None:
        return ()
    about = message.about(
        at, player, source_id=identity_of("cart", cart_id, f"fasttrack.{status}"), business_id=cart(cart_id, status)
    )
    return (
        CartCheckedOut(
            about=about,
            cart_id=cart_id,
            currency=currency,
            rate=rate,
            amount=amount,
            discount=discount,
            payments=payments,
            items=items,
            device=(DEVICE.meaning(device, message.aliases) or device) if device else "",
            bonus_code=bonus_code,
            status=status,
        ),
    )


def _means(kind: str, message: Message) -> str:
    return (CART_PAYMENT.meaning(kind, message.aliases) or kind.strip().lower()) if kind else ""


PAGE: Final = Page(kind="CART", says="cart", fields=FIELDS, decode=decode, entries=ENTRIES, entry_keys=KEYS)
