"""Buckets: life and hours, their cells, and how what became nothing is removed."""

from countroom.core.instants import HOUR
from countroom.fold import keys
from countroom.fold.other_cells import CartCell, LotteryCell, Others, PokerCell, SportsCell
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell
from countroom.fold.turn import Turn

_NO_CASINO, _NO_PAYMENTS, _NO_BONUSES = CasinoCell(), PaymentsCell(), BonusesCell()
_NO_OTHERS = Others()
_NOTHING = {"sports": SportsCell(), "lottery": LotteryCell(), "poker": PokerCell(), "cart": CartCell()}


def casino_cells(bucket: Bucket, currency: str, base_currency: str) -> tuple[CasinoCell, CasinoCell | None]:
    """The cell of a currency and, for another currency than the base one, the base cell."""
    cell = bucket.casino.get(currency)
    if cell is None:
        cell = bucket.casino[currency] = CasinoCell()
    if currency == base_currency:
        return cell, None
    if bucket.casino_base is None:
        bucket.casino_base = CasinoCell()
    return cell, bucket.casino_base


def tidy(turn: Turn, at: int, *, free: bool) -> None:
    """Remove cells that became nothing, and the hour they stood in."""
    life, bucket = turn.buckets(at, free=free)
    for b in (life, bucket):
        b.casino = {c: v for c, v in b.casino.items() if v != _NO_CASINO}
        b.payments = {c: v for c, v in b.payments.items() if v != _NO_PAYMENTS}
        b.bonuses = {c: v for c, v in b.bonuses.items() if v != _NO_BONUSES}
        b.casino_base = None if b.casino_base == _NO_CASINO else b.casino_base
        b.payments_base = None if b.payments_base == _NO_PAYMENTS else b.payments_base
        b.bonuses_base = None if b.bonuses_base == _NO_BONUSES else b.bonuses_base
        b.others = None if b.others is None else _tidied(b.others)
    if bucket == Bucket():
        turn.touch(keys.hour_page(turn.prefix, turn.calendar.day(at), at // HOUR, free=free), None)
    if free and life == Bucket():
        turn.head.free = None


def _tidied(others: Others) -> Others | None:
    """The cells that are something; None when none is."""
    for product, nothing in _NOTHING.items():
        cells = getattr(others, product)
        if cells:
            setattr(others, product, {c: v for c, v in cells.items() if v != nothing})
        if getattr(others, f"{product}_base") == nothing:
            setattr(others, f"{product}_base", None)
    return None if others == _NO_OTHERS else others
