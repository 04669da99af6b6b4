"""What pages of sports, lottery, poker and carts contribute to the buckets: added, and taken away again.

A page lists its entries before and after an event; what is in both cancels. So the entries of a
page depend on what it holds alone, and whatever was rolled back is gone without a trace.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from countroom.core.money import Pockets, minus, plus, summed, times
from countroom.fold.buckets import tidy
from countroom.fold.other_cells import CartCell, LotteryCell, Others, PokerCell, SportsCell
from countroom.fold.pages import Bucket
from countroom.fold.turn import Turn

OtherCell = SportsCell | LotteryCell | PokerCell | CartCell
KINDS: dict[str, type[OtherCell]] = {
    "sports": SportsCell,
    "lottery": LotteryCell,
    "poker": PokerCell,
    "cart": CartCell,
}
"""The products that lie in a bucket's `others`, with their cells."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One contribution to one cell, at one time and one rate."""

    at: int
    currency: str
    rate: Decimal | None
    sums: tuple[tuple[str, Pockets | Decimal], ...] = ()
    """Fields of the cell with what is added to each."""
    counts: tuple[tuple[str, int], ...] = ()
    lacks: bool = False
    """Counts as a contribution without a rate where there is none."""
    life_only: bool = False
    free: bool = False
    """Of the free-money ledger."""


def book(turn: Turn, product: str, before: Sequence[Entry], after: Sequence[Entry]) -> None:
    """Take away what is in `before` and no longer in `after`, add what is new."""
    gone, new = Counter(before), Counter(after)
    for sign, entries in ((-1, gone - new), (1, new - gone)):
        for entry in entries.elements():
            _put(turn, product, entry, sign)


def _put(turn: Turn, product: str, entry: Entry, sign: int) -> None:
    life, hour = turn.buckets(entry.at, free=entry.free)
    for bucket in (life,) if entry.life_only else (life, hour):
        cell, base = cells(bucket, product, entry.currency, turn.brand.base_currency)
        _add(cell, entry.sums, sign)
        for name, count in entry.counts:
            setattr(cell, name, getattr(cell, name) + sign * count)
        if base is None:
            continue
        if entry.rate is None:
            base.missing += sign * entry.lacks
        else:
            _add(base, entry.sums, sign, entry.rate)
    if sign < 0:
        tidy(turn, entry.at, free=entry.free)


def _add(cell: OtherCell, sums: Sequence[tuple[str, Pockets | Decimal]], sign: int, rate: Decimal = Decimal(1)) -> None:
    for name, amount in sums:
        have = getattr(cell, name)
        if isinstance(amount, tuple):
            more = times(amount, rate)
            setattr(cell, name, plus(have, more) if sign > 0 else minus(have, more))
        else:
            setattr(cell, name, summed(have, sign * amount * rate))


def cells(bucket: Bucket, product: str, currency: str, base_currency: str) -> tuple[OtherCell, OtherCell | None]:
    """The cell of a currency and, for another currency than the base one, the base cell; made when there is none."""
    others = bucket.others
    if others is None:
        others = bucket.others = Others()
    kind = KINDS[product]
    per_currency: dict[str, OtherCell] = getattr(others, product)
    cell = per_currency.get(currency)
    if cell is None:
        cell = per_currency[currency] = kind()
    if currency == base_currency:
        return cell, None
    base: OtherCell | None = getattr(others, f"{product}_base")
    if base is None:
        base = kind()
        setattr(others, f"{product}_base", base)
    return cell, base
