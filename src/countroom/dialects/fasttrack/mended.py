"""A message read by a mapping, and kept as it came.

The events are those of the mended message. What is kept beside them is the message that was sent: a mapping that
proves wrong one day can be mended itself, and everything decoded again. What a rule touched is sealed there, whatever
its name: nobody knows what stood in a field that had to be mended.
"""

from dataclasses import replace
from typing import Any

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.item import FREE, Reading
from countroom.dialects.fasttrack import sealing
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.readers import Body

_encode = msgspec.json.Encoder().encode


def written(envelope: Envelope, mended: dict[str, Any], *, path: str) -> tuple[Envelope, Body]:
    """The mended message as if it had come so. `path` is where the object stood in the one that came."""
    payload = _encode(mended if path == "$" else [mended])
    return msgspec.structs.replace(envelope, payload=payload), Body(mended, path)


def as_it_came(found: Reading, message: Message, *, came: Body, mended: dict[str, Any], page: Page) -> Reading:
    """The events of `found`, beside the message as it came: `message` over the body `came`."""
    touched = frozenset(name for name, value in came.values.items() if name not in mended or mended[name] != value)
    hiding = replace(
        page, fields=page.fields - touched, entries=page.entries - touched, personal=page.personal - touched
    )
    kept = sealing.reading(message, found.events, page=hiding, body=came)
    personal = {name: value for name, value in found.personal.items() if not name.startswith(FREE)}
    return msgspec.structs.replace(kept, personal={**kept.personal, **personal})
