"""Sums of cells and buckets."""

from collections.abc import Iterable
from typing import TypeVar

from countroom.core.money import plus
from countroom.fold.other_cells import CartCell, LotteryCell, Others, PokerCell, SportsCell
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell

C = TypeVar("C", CasinoCell, PaymentsCell, BonusesCell, SportsCell, LotteryCell, PokerCell, CartCell)


def added(kind: type[C], cells: Iterable[C | None]) -> C:
    """The sum of cells, field by field."""
    sums = kind()
    for cell in cells:
        if cell is None:
            continue
        for name in cell.__struct_fields__:
            have, more = getattr(sums, name), getattr(cell, name)
            setattr(sums, name, plus(have, more) if isinstance(have, tuple) else have + more)
    return sums


def together(buckets: Iterable[Bucket]) -> Bucket:
    """The sum of buckets."""
    held = list(buckets)
    result = Bucket()
    _sum_product(result, held, "casino", CasinoCell)
    _sum_product(result, held, "payments", PaymentsCell)
    _sum_product(result, held, "bonuses", BonusesCell)
    others = [b.others for b in held if b.others is not None]
    if others:
        result.others = Others()
        _sum_product(result.others, others, "sports", SportsCell)
        _sum_product(result.others, others, "lottery", LotteryCell)
        _sum_product(result.others, others, "poker", PokerCell)
        _sum_product(result.others, others, "cart", CartCell)
    return result


def _sum_product(result: Bucket | Others, held: Iterable[Bucket | Others], name: str, kind: type[C]) -> None:
    """Set the cells of one product, and its base cell where there is one."""
    currencies = sorted({c for b in held for c in getattr(b, name)})
    setattr(result, name, {c: added(kind, [getattr(b, name).get(c) for b in held]) for c in currencies})
    bases = [getattr(b, f"{name}_base") for b in held]
    if any(b is not None for b in bases):
        setattr(result, f"{name}_base", added(kind, bases))
