"""Bookings of payments and bonuses: what a page contributes to the buckets, added and taken away."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from countroom.core.money import summed
from countroom.fold.buckets import tidy
from countroom.fold.money_pages import Booking
from countroom.fold.pages import BonusesCell, Bucket, PaymentsCell
from countroom.fold.turn import Turn

Cell = PaymentsCell | BonusesCell


def book(turn: Turn, before: Sequence[Booking], after: Sequence[Booking], *, product: str) -> None:
    """Take away what is in `before` and no longer in `after`, add what is new."""
    gone, new = Counter(before), Counter(after)
    for booking, times in (gone - new).items():
        _put(turn, booking, -times, product)
    for booking, times in (new - gone).items():
        _put(turn, booking, times, product)


def _put(turn: Turn, booking: Booking, sign: int, product: str) -> None:
    life, hour = turn.buckets(booking.at, free=False)
    for bucket in (life,) if booking.life_only else (life, hour):
        cell, base = _cells(bucket, booking.currency, turn.brand.base_currency, product)
        _add(cell, booking.field, sign * booking.amount)
        if booking.count:
            setattr(cell, booking.count, getattr(cell, booking.count) + sign)
        if base is None:
            continue
        if booking.base is None:
            base.missing += sign if booking.lacks else 0
        else:
            _add(base, booking.field, sign * booking.base)
    tidy(turn, booking.at, free=False)


def _add(cell: Cell, field: str, amount: Decimal) -> None:
    setattr(cell, field, summed(getattr(cell, field), amount))


def _cells(bucket: Bucket, currency: str, base_currency: str, product: str) -> tuple[Cell, Cell | None]:
    """The cell of a currency and, for another currency than the base one, the base cell."""
    if product == "payments":
        cell: Cell = bucket.payments.setdefault(currency, PaymentsCell())
        if currency == base_currency:
            return cell, None
        bucket.payments_base = bucket.payments_base or PaymentsCell()
        return cell, bucket.payments_base
    cell = bucket.bonuses.setdefault(currency, BonusesCell())
    if currency == base_currency:
        return cell, None
    bucket.bonuses_base = bucket.bonuses_base or BonusesCell()
    return cell, bucket.bonuses_base
