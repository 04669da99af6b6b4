"""Buckets as the player document shows them: cells per currency, base, figures."""

from typing import Any, Final

import msgspec

from countroom.core.money import POCKETS, Pockets, plain
from countroom.fold.entries import KINDS, OtherCell
from countroom.fold.figures import Cells, Json, figures
from countroom.fold.other_cells import Others
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell
from countroom.fold.settings import BrandSettings
from countroom.fold.sums import added

Cell = CasinoCell | PaymentsCell | BonusesCell | OtherCell

COUNTS = frozenset(
    {"bets", "wins", "rounds", "free_rounds", "deposits", "withdrawals", "chargebacks"}
    | {"deposits_failed", "withdrawals_failed"}
    | {"free_bets", "legs", "live_bets", "odds_sum", "odds_bets", "buy_ins", "rebuys", "cash_outs", "carts"}
)
"""Fields that have no value in base currency."""
_NO_OTHERS: Final = Others()
_PRODUCTS: Final[dict[str, type[Any]]] = {
    "casino": CasinoCell,
    "payments": PaymentsCell,
    "bonuses": BonusesCell,
    **KINDS,
}


def shown_pockets(amounts: Pockets) -> dict[str, str]:
    """The non-zero pockets by name."""
    return {name: plain(amount) for name, amount in zip(POCKETS, amounts, strict=False) if amount}


def shown(cell: Cell, *, base: bool = False) -> Json:
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
    base: Json = {}
    own: dict[str, dict[str, Any]] = {}
    in_base: dict[str, Any] = {}
    for name, kind in _PRODUCTS.items():
        holder = (bucket.others or _NO_OTHERS) if name in KINDS else bucket
        own[name] = getattr(holder, name)
        in_base[name] = _base(kind, own[name], getattr(holder, f"{name}_base"), brand)
        cells = {c: s for c, cell in own[name].items() if (s := shown(cell))}
        if cells:
            result[name] = cells
        shown_base = shown(in_base[name], base=True)
        if shown_base:
            base[name] = shown_base
    if base:
        result["base"] = base
    if with_figures:
        table = _figures(own, brand)
        if whole := figures(brand, _cells(in_base)):
            table["BASE"] = whole
        if table:
            result["figures"] = table
    return result


def _figures(own: dict[str, dict[str, Any]], brand: BrandSettings) -> Json:
    """Figures by currency."""
    found: Json = {}
    for currency in sorted({c for cells in own.values() for c in cells}):
        cells = _cells({name: own[name].get(currency) or kind() for name, kind in _PRODUCTS.items()})
        if f := figures(brand, cells):
            found[currency] = f
    return found


def _cells(by_product: dict[str, Any]) -> Cells:
    return Cells(**{name: by_product[name] for name in Cells.__struct_fields__})


def _base(kind: type[Any], cells: dict[str, Any], rest: object, brand: BrandSettings) -> object:
    """A base cell: what came in the base currency, and what came in others at their rates."""
    own = cells.get(brand.base_currency)
    whole = added(kind, [own, rest])
    return msgspec.structs.replace(whole, **dict.fromkeys(COUNTS & set(kind.__struct_fields__), 0))
