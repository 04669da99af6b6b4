"""A sender tries its integration: message type IT_PING. No path is published; ours is `/v2/integration/ping`."""

from typing import Final

from countroom.core.events import Event, Pinged
from countroom.dialects.fasttrack.content import said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset({"ping_id", "user_id", "timestamp", "origin", "skip_publishing"})


def decode(message: Message) -> tuple[Event, ...]:
    """The ping."""
    player, ping_id, at = message.own_id("user_id"), message.own_id("ping_id"), message.occurred_at()
    about = message.about(at, player, source_id=None, business_id=said("ping", at, content=ping_id))
    return (Pinged(about=about, ping_id=ping_id),)


PAGE: Final = Page(kind="IT_PING", says="ping", fields=FIELDS, decode=decode)
