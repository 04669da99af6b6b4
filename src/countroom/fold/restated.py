"""Final days still change, never silently: what was restated, told measure by measure; semantics.md 9."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from countroom.core.money import total
from countroom.fold.calendar import day_text
from countroom.fold.entries import KINDS
from countroom.fold.figures import sports_ggr
from countroom.fold.other_cells import Others, SportsCell
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell
from countroom.fold.settings import BrandSettings
from countroom.fold.sums import together
from countroom.fold.turn import Turn

Change = tuple[str, str, str, Decimal, Decimal]
"""Product, currency, measure, before, after."""

_EMPTY = {"casino": CasinoCell(), "payments": PaymentsCell(), "bonuses": BonusesCell()}
_OTHERS = {product: kind() for product, kind in KINDS.items()}
_NO_OTHERS = Others()


def tell_restated(turn: Turn) -> None:
    """Tell what the event changed in days that were final before it came."""
    cause = turn.about.source_id or turn.about.business_id or ""
    is_linked = turn.is_linked
    for day, was in sorted(turn.final_days.items()):
        now = together(turn.hours(day, free=False))
        for product, currency, measure, before, after in changes(was, now, turn.brand):
            subject = f"day/{day_text(day)}/{product}/{currency}/{measure}/{cause}"
            content: dict[str, object] = {}
            if is_linked:
                content = {"scope": "day", "day": day_text(day), "product": product, "currency": currency}
                content |= {"measure": measure, "before": before, "after": after, "cause": cause}
            turn.tell("total_corrected", subject, turn.about.occurred_at, content)


def changes(was: Bucket, now: Bucket, brand: BrandSettings) -> list[Change]:
    """What differs between two buckets, measure by measure."""
    pairs: list[tuple[object, object, Mapping[str, msgspec.Struct]]] = [(was, now, _EMPTY)]
    if was.others is not None or now.others is not None:
        pairs.append((was.others or _NO_OTHERS, now.others or _NO_OTHERS, _OTHERS))
    return [change for a, b, products in pairs for change in _changes(a, b, products, brand)]


def _changes(was: object, now: object, products: Mapping[str, msgspec.Struct], brand: BrandSettings) -> list[Change]:
    found = []
    for product, empty in products.items():
        old, new = getattr(was, product), getattr(now, product)
        for currency in sorted({*old, *new}):
            a, b = old.get(currency, empty), new.get(currency, empty)
            if a == b:
                continue
            for measure in empty.__struct_fields__:
                before, after = _number(getattr(a, measure)), _number(getattr(b, measure))
                if before != after:
                    found.append((product, currency, measure, before, after))
            if isinstance(a, SportsCell) and isinstance(b, SportsCell):
                before, after = total(sports_ggr(a, brand)), total(sports_ggr(b, brand))
                if before != after:
                    found.append((product, currency, "ggr", before, after))
    return found


def _number(value: object) -> Decimal:
    if isinstance(value, tuple):
        return total(value)
    return value if isinstance(value, Decimal) else Decimal(str(value))
