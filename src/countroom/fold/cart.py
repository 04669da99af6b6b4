"""Carts: spent, given as discount, paid in virtual currency. Neither deposits nor turnover; semantics.md 7."""

from decimal import Decimal
from typing import Final

from countroom.core.events import CartCheckedOut
from countroom.core.money import ZERO
from countroom.fold import keys
from countroom.fold.entries import Entry, book
from countroom.fold.identity import remember
from countroom.fold.other_pages import CartPage, CartStep
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn

PAID: Final = ("", "successful")
"""Statuses, in lower case, of a cart that was paid."""
VIRTUAL: Final = "virtualcurrency"


def entries(page: CartPage, brand: BrandSettings) -> list[Entry]:
    """Everything a cart adds to the totals."""
    found = []
    for step in page.steps:
        if step.status.lower() not in PAID:
            continue
        spend = max(ZERO, step.amount - step.virtual)
        named = (("spend", spend), ("discount", step.discount), ("virtual", step.virtual))
        found.append(
            Entry(
                at=step.at,
                currency=step.currency,
                rate=step.rate,
                sums=tuple(pair for pair in named if pair[1]),
                counts=(("carts", 1),),
                lacks=any(amount for _, amount in named),
                free=step.currency in brand.free_money_currencies,
            )
        )
    return found


def take(turn: Turn, event: CartCheckedOut) -> None:
    """Fold one status of a cart that is new."""
    about = event.about
    key = keys.cart_page(turn.prefix, event.cart_id)
    page = turn.load(key, CartPage)
    page.cart_id = event.cart_id
    before = entries(page, turn.brand)
    virtual: Decimal = sum((p.amount for p in event.payments if p.kind == VIRTUAL), ZERO)
    page.steps.append(
        CartStep(
            about.occurred_at,
            about.source_id,
            about.business_id,
            event.status,
            event.currency,
            event.rate,
            event.amount,
            event.discount,
            virtual,
            event.items,
        )
    )
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    book(turn, "cart", before, entries(page, turn.brand))


def conflicts(turn: Turn, event: CartCheckedOut, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities states another amount, discount or currency."""
    held = turn.pages.get(turn.prefix + page)
    for old in held.steps if isinstance(held, CartPage) else ():
        if (old.source_id or "", old.business_id or "") == ids:
            return (old.status, old.amount, old.discount, old.currency) != (
                event.status,
                event.amount,
                event.discount,
                event.currency,
            )
    return True
