"""Readings as the case files write them: plain JSON that a vendor's engineer can read.

Fields that have their default are left out; amounts are text; pockets are objects of those that are not 0;
the separator inside an identity is written `|`.
"""

from decimal import Decimal
from typing import Any

import msgspec

from countroom.core.events import Event
from countroom.core.identity import SEPARATOR
from countroom.core.instants import Instant, iso
from countroom.core.item import Reading
from countroom.core.money import POCKETS, plain
from countroom.core.rejection import Rejection

INSTANTS = {"occurred_at", "registered_at", "starts_at", "draws_at"}
IDENTITIES = {"source_id", "business_id", "target"}
OF_POCKETS = {"pockets", "stake", "payout", "base_stake", "base_payout"}
OWN_KIND = "its_kind"
"""How a field `kind` of an event's own is written: `kind` is the event's tag."""
OF_THE_ENVELOPE = {"source", "received_at"}


def rendered(result: Reading | list[Rejection]) -> dict[str, Any]:
    """The result of a decoder: `events` and `personal`, or `rejections`."""
    if isinstance(result, list):
        return {"rejections": [{"reason": str(each.reason), "path": each.path} for each in result]}
    found: dict[str, Any] = {"events": [event(each) for each in result.events]}
    if result.personal:
        found["personal"] = result.personal
        found["original"] = msgspec.json.decode(result.original)
    return found


def event(one: Event) -> dict[str, Any]:
    """One event, with what all have in common beside its own fields."""
    about = {name: value for name, value in _stated(one.about).items() if name not in OF_THE_ENVELOPE}
    own = {OWN_KIND if name == "kind" else name: value for name, value in _stated(one).items() if name != "about"}
    return {"kind": one.__struct_config__.tag, **about, **own}


def _stated(struct: msgspec.Struct) -> dict[str, Any]:
    found = {}
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if field.required or value != field.default:
            found[field.name] = _plain(field.name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in INSTANTS:
        return iso(Instant(value))
    if name in IDENTITIES:
        return str(value).replace(SEPARATOR, "|")
    if name in OF_POCKETS:
        return {pocket: plain(amount) for pocket, amount in zip(POCKETS, value, strict=False) if amount}
    if isinstance(value, tuple):
        return [_stated(each) if isinstance(each, msgspec.Struct) else each for each in value]
    return plain(value) if isinstance(value, Decimal) else value
