"""The player's tags, all of them: message type USER_TAGS (the vendor's schema also says USER_TAG).

The vendor publishes neither a path nor what parts the tags in the one text that holds them. Ours:
`/v2/integration/user/tags`, and the first of pipe, semicolon and comma that the text contains: what is least likely
inside a tag goes first. An array is taken as well (tolerance 9).
"""

from typing import Final

from countroom.core.events import Event, TagsStated
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.content import said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.fields import kind_of

PARTED_BY: Final = "|;,"
FIELDS: Final = frozenset({"user_id", "timestamp", "origin", "skip_publishing"})
ENTRIES: Final = frozenset({"tags"})


def decode(message: Message) -> tuple[Event, ...]:
    """The tags in the order sent, each once. Empty text means that there are none any more."""
    player, at = message.own_id("user_id"), message.occurred_at()
    tags = _tags(message)
    about = message.about(at, player, source_id=None, business_id=said("tags", at, content=sorted(tags)))
    return (TagsStated(about=about, tags=tags),)


def parted(text: str) -> list[str]:
    """The tags in one text.

    >>> parted("vip, high roller"), parted("a,b|c"), parted("vip")
    (['vip', 'high roller'], ['a,b', 'c'], ['vip'])
    """
    mark = next((mark for mark in PARTED_BY if mark in text), None)
    return [tag.strip() for tag in (text.split(mark) if mark else [text])]


def _tags(message: Message) -> tuple[str, ...]:
    value = message.values.get("tags")
    if value is None:
        message.reject("tags", Reason.MALFORMED, detail="expected the required field `tags`, found none")
        return ()
    if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        tags = [tag.strip() for tag in value]
    elif isinstance(value, list | dict):
        message.reject("tags", Reason.MALFORMED, detail=f"expected text, got {kind_of(value)}")
        return ()
    else:
        tags = parted(message.text("tags"))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


PAGE: Final = Page(kind="USER_TAGS", says="tags", fields=FIELDS, decode=decode, entries=ENTRIES)
