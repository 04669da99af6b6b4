"""What a signal says of an event: its own fields by name. Cheap, as it runs for every event of a linked player.

Left out are `about` (sealed values and tokens with it), None and what is empty. Amounts stay decimals, instants are
whole microseconds in fields that end in `_at`. Where an event has pockets, their sum stands beside them as `amount`.
"""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, cast, get_args

import msgspec

from countroom.core.events import Balance, BalancesStated, CartCheckedOut, CartPayment, Event
from countroom.core.money import Pockets, total

_SAID: Final = frozenset({bool, int, Decimal})
"""Of these what is false or 0 says something."""
_SUMMED: Final = ("pockets", "stake")
"""Fields whose sum is the amount of an event; the first that it has."""

Getter = Callable[[Any], tuple[Any, ...]]


def told(event: Event) -> dict[str, object]:
    """The event's own fields by name, those that say something."""
    names, values, summed = _FIELDS[event.__class__]
    content = {
        name: value
        for name, value in zip(names, values(event), strict=True)
        if value or (value is not None and value.__class__ in _SAID)
    }
    if summed is not None:
        content["amount"] = total(summed(event))
    elif isinstance(event, CartCheckedOut) and event.payments:
        content["payments"] = _by_name(event.payments)
    elif isinstance(event, BalancesStated) and event.balances:
        content["balances"] = _by_name(event.balances)
    return content


def subject_of(tag: str, source_id: str | None, business_id: str | None, at: int) -> str:
    """What tells the event from others of its kind in signals: its identity.

    A round's own id comes back with later rounds, so a whole that has no other is told apart by its time; so is
    what has no identity at all.
    """
    if source_id:
        return source_id
    return f"{business_id or 'at'}/{at}" if tag == "round_played" or not business_id else business_id


def _by_name(parts: tuple[CartPayment, ...] | tuple[Balance, ...]) -> list[dict[str, Any]]:
    return [{name: v for name, v in msgspec.structs.asdict(part).items() if v is not None} for part in parts]


def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], Getter, Callable[[Any], Pockets] | None]:
    names = tuple(name for name in kind.__struct_fields__ if name != "about")
    summed = next((name for name in _SUMMED if name in names), None)
    return names, _getter(names), attrgetter(summed) if summed and "amount" not in names else None


def _getter(names: tuple[str, ...]) -> Getter:
    """All of these at once; the library's own gives a lone one bare."""
    if len(names) > 1:
        return cast("Getter", attrgetter(*names))
    return lambda event: tuple(getattr(event, name) for name in names)


_FIELDS: Final = {kind: _fields(kind) for kind in get_args(Event)}
