"""What of a message must not reach the log in clear, taken out of it.

Names of what is taken out: a profile field's own name; `event.<name>` for what belongs to the event alone;
`free.<name>` for a free object, as JSON text; `free.extra` for all unknown fields together, as one JSON object.
In the payload their places are taken by `{"sealed": "<name>"}`.
"""

from typing import Any, Final

import msgspec

from countroom.core.item import Reading
from countroom.core.events import Event
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import ENTRY_KEYS, FREE, WITH_THE_EVENT, Page
from countroom.dialects.readers import Body

_raw: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_raw_list: Final = msgspec.json.Decoder(list[msgspec.Raw])
_encode: Final = msgspec.json.Encoder().encode


def reading(message: Message, events: tuple[Event, ...], *, page: Page, body: Body) -> Reading:
    """The reading of a message: as it came when nothing in it is personal."""
    values = body.values
    if body.is_flat and not (values.keys() - page.fields):
        return Reading(events, message.envelope.payload)
    personal = _personal(message, page)
    if not personal:
        return Reading(events, message.envelope.payload)
    return Reading(events, _without(message, personal), personal)
