"""What the operator has a name for: `POST /v1/integration/custom`, message type CUSTOM; GLOBAL_EVENT is of no player.

Some kinds of the vendor's registry, which say something of a player and have no page here, are read in the same way.
`data` may hold anything, so it is sealed whole, but for the keys that the source's configuration lists as plain.
Two of them are one when time and content agree, or when the fields agree that are the key of their kind.
"""

from functools import partial
from typing import Any, Final

from countroom.core.events import CustomHappened, Event
from countroom.core.identity import custom_key
from countroom.core.instants import Instant
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.content import digest, said
from countroom.dialects.fasttrack.game import NOBODY
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.fasttrack.sealing import is_hidden

FIELDS: Final = frozenset({"notification_type", "user_id", "origin", "timestamp", "skip_publishing"})
OF_THE_BRAND: Final = FIELDS - {"user_id"}
OF_REGISTRY: Final = FIELDS - {"notification_type"}

REGISTRY: Final = {
    "CUSTOM_SEGMENTATION": "segmentation of the operator's own",
    "MARKETING_VERIFIED": "marketing verification",
    "USER_DEVICE_LINK": "device linked",
    "USER_DEVICE_UNLINK": "device unlinked",
    "USER_AGENT": "user agent",
    "SHOP_PURCHASE": "shop purchase",
}
"""Kinds of the vendor's registry that are read as custom events, whole, and what they are."""


def decode(message: Message) -> tuple[Event, ...]:
    """What happened, by the operator's own name for it."""
    kind = message.own_id("notification_type")
    player, at = message.own_id("user_id"), message.occurred_at()
    return _happened(message, at, player=player, kind=kind, inside="data")


def decode_global(message: Message) -> tuple[Event, ...]:
    """What happened at the brand, to no player."""
    kind, at = message.own_id("notification_type"), message.occurred_at()
    return _happened(message, at, player=NOBODY, kind=kind, inside="metadata")


def decode_registry(message: Message, *, kind: str) -> tuple[Event, ...]:
    """That a message of this kind came. All that it carries is sealed, but for plain keys."""
    player, at = message.own_id("user_id"), message.occurred_at()
    return _happened(message, at, player=player, kind=kind)


def _happened(message: Message, at: Instant, *, player: str, kind: str, inside: str = "") -> tuple[Event, ...]:
    """The event; what it carries lies in the field `inside`, or in the whole message."""
    free = message.values.get(inside) if inside else message.values
    fields = _readable(free, message.settings.plain_keys)
    key = message.settings.custom_keys.get(kind, ())
    if key:
        business_id = custom_key(kind, digest([_part_of_key(message, fields, name, inside=inside) for name in key]))
    else:
        business_id = said("custom", at, content={"kind": kind, "fields": fields})
    about = message.about(at, player, source_id=None, business_id=business_id)
    return (CustomHappened(about=about, kind=kind, fields=fields),)


def _part_of_key(message: Message, fields: dict[str, str], name: str, *, inside: str) -> str:
    """One field of the key, required: without it a repeat could not be told from another event."""
    value = fields.get(name, "")
    if not value:
        detail = f"expected text or a number in `{name}`, which belongs to the key of this kind of event, found none"
        message.reject(f"{inside}.{name}" if inside else name, Reason.MALFORMED, detail=detail)
    return value


def _readable(free: Any, plain: frozenset[str]) -> dict[str, str]:
    """The values of plain keys as text; what is neither text nor a number nor a flag stays in the original alone."""
    if not isinstance(free, dict):
        return {}
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in sorted(free.items())
        if not is_hidden(key, plain) and isinstance(value, str | int) and value != ""
    }


PAGE: Final = Page(kind="CUSTOM", says="custom event", fields=FIELDS, decode=decode, is_told_by_content=True)
GLOBAL: Final = Page(
    kind="GLOBAL_EVENT",
    says="event of the brand",
    fields=OF_THE_BRAND,
    decode=decode_global,
    is_told_by_content=True,
)
FROM_REGISTRY: Final = {
    kind: Page(
        kind=kind,
        says=says,
        fields=OF_REGISTRY,
        decode=partial(decode_registry, kind=kind.lower()),
        is_told_by_content=True,
    )
    for kind, says in REGISTRY.items()
}
