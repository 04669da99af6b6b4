"""Final days still change, never silently: what was restated, told measure by measure; semantics.md 9."""

from decimal import Decimal

from countroom.core.money import plain, total
from countroom.fold.calendar import day_text
from countroom.fold.pages import BonusesCell, Bucket, CasinoCell, PaymentsCell
from countroom.fold.sums import together
from countroom.fold.turn import Turn

_EMPTY = {"casino": CasinoCell(), "payments": PaymentsCell(), "bonuses": BonusesCell()}


def tell_restated(turn: Turn) -> None:
    """Tell what the event changed in days that were final before it came."""
    cause = turn.about.source_id or turn.about.business_id or ""
    for day, was in sorted(turn.final_days.items()):
        now = together(turn.hours(day, free=False))
        for product, currency, measure, before, after in changes(was, now):
            subject = f"day/{day_text(day)}/{product}/{currency}/{measure}/{cause}"
            content: dict[str, object] = {"before": plain(before), "after": plain(after)}
            turn.tell("total_corrected", subject, turn.about.occurred_at, content)


def changes(was: Bucket, now: Bucket) -> list[tuple[str, str, str, Decimal, Decimal]]:
    """What differs between two buckets: (product, currency, measure, before, after)."""
    found = []
    for product, empty in _EMPTY.items():
        old, new = getattr(was, product), getattr(now, product)
        for currency in sorted({*old, *new}):
            a, b = old.get(currency, empty), new.get(currency, empty)
            if a == b:
                continue
            for measure in empty.__struct_fields__:
                before, after = _number(getattr(a, measure)), _number(getattr(b, measure))
                if before != after:
                    found.append((product, currency, measure, before, after))
    return found


def _number(value: object) -> Decimal:
    if isinstance(value, tuple):
        return total(value)
    return value if isinstance(value, Decimal) else Decimal(str(value))
