"""Buckets as the player document shows them: cells per currency, base, figures."""

from typing import TypeVar

import msgspec

from countroom.core.money import POCKETS, Pockets, plain
from countroom.fold.figures import Json, figures
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell
from countroom.fold.settings import BrandSettings
from countroom.fold.sums import added

C = TypeVar("C", CasinoCell, PaymentsCell, BonusesCell)

COUNTS = frozenset(
    {"bets", "wins", "rounds", "free_rounds", "deposits", "withdrawals", "chargebacks"}
    | {"deposits_failed", "withdrawals_failed"}
)


def shown_pockets(amounts: Pockets) -> dict[str, str]:
    """The non-zero pockets by name."""
    return {name: plain(amount) for name, amount in zip(POCKETS, amounts, strict=False) if amount}


def shown(cell: C, *, base: bool = False) -> Json:
    """A cell without its zeros; counts are left out of a base cell."""
    result: Json = {}
    for name in cell.__struct_fields__:
        value = getattr(cell, name)
        if not value or (base and name in COUNTS) or (not base and name == "missing"):
            continue
        if isinstance(value, tuple):
            pockets = shown_pockets(value)
            if pockets:
                result[name] = pockets
        else:
            result[name] = value if isinstance(value, int) else plain(value)
    return result


def scope(bucket: Bucket, brand: BrandSettings, *, with_figures: bool) -> Json:
    """One scope of the document."""
    result: Json = {}
    for name in ("casino", "payments", "bonuses"):
        cells = {c: s for c, cell in getattr(bucket, name).items() if (s := shown(cell))}
        if cells:
            result[name] = cells
    casino = _base(CasinoCell, bucket.casino, bucket.casino_base, brand)
    payments = _base(PaymentsCell, bucket.payments, bucket.payments_base, brand)
    bonuses = _base(BonusesCell, bucket.bonuses, bucket.bonuses_base, brand)
    pairs = (("casino", shown(casino, base=True)), ("payments", shown(payments, base=True)))
    base = {name: cell for name, cell in (*pairs, ("bonuses", shown(bonuses, base=True))) if cell}
    if base:
        result["base"] = base
    if with_figures:
        table = {
            currency: f
            for currency in sorted({*bucket.casino, *bucket.payments, *bucket.bonuses})
            if (
                f := figures(
                    brand,
                    bucket.casino.get(currency, CasinoCell()),
                    bucket.payments.get(currency, PaymentsCell()),
                    bucket.bonuses.get(currency, BonusesCell()),
                )
            )
        }
        in_base = figures(brand, casino, payments, bonuses)
        if in_base:
            table["BASE"] = in_base
        if table:
            result["figures"] = table
    return result


def _base(kind: type[C], cells: dict[str, C], rest: C | None, brand: BrandSettings) -> C:
    """A base cell: what came in the base currency, and what came in others at their rates."""
    own = cells.get(brand.base_currency)
    whole = added(kind, [own, rest])
    for name in COUNTS & set(whole.__struct_fields__):
        whole = msgspec.structs.replace(whole, **{name: 0})
    return whole
