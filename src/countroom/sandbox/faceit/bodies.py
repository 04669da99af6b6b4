"""A request's body held against the vendor's manual, field by field."""

from typing import Final

import msgspec

_SECONDS_BELOW: Final = 100_000_000_000
_DAY: Final = 86_400


class Attribute(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """As the manual has it."""

    name: str
    value: str


class Event(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """As the manual has it."""

    id: str
    name: str
    created_at: int
    attributes: list[Attribute]


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """As the manual has it."""

    platform_user_id: str
    platform: str
    event: Event


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, as the vendor would put it."""

    code: str
    message: str
    status: int = 400


_decode: Final = msgspec.json.Decoder(Body).decode


def read(data: bytes, now_s: float) -> Body | Fault:
    """The body, or what is wrong with it."""
    try:
        body = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Fault("InvalidRequest", str(error)[:300])
    event = body.event
    for name, text in (
        ("platform_user_id", body.platform_user_id),
        ("platform", body.platform),
        ("event.id", event.id),
        ("event.name", event.name),
    ):
        if not text:
            return Fault("InvalidRequest", f"{name} is empty")
    if any(not attribute.name for attribute in event.attributes):
        return Fault("InvalidRequest", "an attribute has no name")
    if not 0 < event.created_at < _SECONDS_BELOW:
        return Fault("InvalidRequest", "created_at is a unix timestamp in seconds")
    if event.created_at > now_s + _DAY:
        return Fault("InvalidRequest", "created_at lies in the future")
    return body
