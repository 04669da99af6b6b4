"""Sums of cells and buckets."""

from collections.abc import Iterable
from typing import TypeVar

from countroom.core.money import plus
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell

C = TypeVar("C", CasinoCell, PaymentsCell, BonusesCell)


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
    for name, kind in (("casino", CasinoCell), ("payments", PaymentsCell), ("bonuses", BonusesCell)):
        currencies = sorted({c for b in held for c in getattr(b, name)})
        setattr(result, name, {c: added(kind, [getattr(b, name).get(c) for b in held]) for c in currencies})
        bases = [getattr(b, f"{name}_base") for b in held]
        if any(b is not None for b in bases):
            setattr(result, f"{name}_base", added(kind, bases))
    return result
