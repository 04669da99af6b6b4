"""What of a message must not reach the log in clear, taken out of it.

Names of what is taken out: a profile field's own name; `event.<name>` for what belongs to the event alone;
`free.<name>` for a free object, as JSON text; `free.extra` for all unknown fields together, as one JSON object.
In the payload, the place of each is taken by `{"sealed": "<name>"}`; unknown fields leave no name behind there.
"""

from typing import Any, Final

import msgspec

from countroom.core.events import Event
from countroom.core.item import Reading
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import ENTRY_KEYS, FREE, WITH_THE_EVENT, Page
from countroom.dialects.readers import Body

EXTRA: Final = "extra"
SEALED: Final = "sealed"

Raws = dict[str, msgspec.Raw]

_raws: Final = msgspec.json.Decoder(Raws)
_elements: Final = msgspec.json.Decoder(list[msgspec.Raw])
_encode: Final = msgspec.json.Encoder().encode


def reading(message: Message, events: tuple[Event, ...], *, page: Page, body: Body) -> Reading:
    """The reading of a message: as it came when nothing in it is personal."""
    values, payload = body.values, message.envelope.payload
    if body.is_flat:
        for name in values.keys() - page.fields:
            if values[name]:
                break
        else:
            return Reading(events, payload)
    personal: dict[str, str] = {}
    extra: Raws = {}
    original = _raws.decode(payload if body.path == "$" else _elements.decode(payload)[0])
    for name, value in values.items():
        if value is None or value in ("", {}, []):
            continue
        if name in page.personal:
            personal[name] = _text(value, original[name])
            original[name] = _mark(name)
        elif name in WITH_THE_EVENT:
            personal[f"event.{name}"] = _text(value, original[name])
            original[name] = _mark(f"event.{name}")
        elif name in FREE:
            _seal_free(name, value, original=original, personal=personal, plain=message.settings.plain_keys)
        elif name in page.entries:
            if not _is_plain_list(value):
                personal[f"free.{name}"] = bytes(original[name]).decode()
                original[name] = _mark(f"free.{name}")
        elif isinstance(value, dict | list) if name in page.fields else _is_hidden(name, message.settings.plain_keys):
            extra[name] = original.pop(name)
    if extra:
        personal[f"free.{EXTRA}"] = _encode(extra).decode()
        original[EXTRA] = _mark(f"free.{EXTRA}")
    return Reading(events, _encode(original), personal) if personal else Reading(events, payload)


def _seal_free(name: str, value: Any, *, original: Raws, personal: dict[str, str], plain: frozenset[str]) -> None:
    """Seal the free object `name`, but for those of its keys that may be read."""
    open_keys = [key for key in value if not _is_hidden(key, plain)] if isinstance(value, dict) else []
    if not open_keys:
        personal[f"free.{name}"] = bytes(original[name]).decode()
        original[name] = _mark(f"free.{name}")
        return
    hidden = _raws.decode(original[name])
    kept = {key: hidden.pop(key) for key in open_keys}
    if hidden:
        personal[f"free.{name}"] = _encode(hidden).decode()
        original[name] = msgspec.Raw(_encode({**kept, SEALED: f"free.{name}"}))


def _is_hidden(key: str, plain: frozenset[str]) -> bool:
    """True when a key of the sender's own must be sealed. Two names are needed for our own marks."""
    return key not in plain or key in {SEALED, EXTRA}


def _is_plain_list(value: Any) -> bool:
    """True for an array, or the one element in its place, of words and of entries that hold documented keys only."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, list):
            return False
        if isinstance(each, dict):
            for key, inner in each.items():
                if key not in ENTRY_KEYS and inner:
                    return False
                if isinstance(inner, dict) or (isinstance(inner, list) and any(not _is_word(x) for x in inner)):
                    return False
    return True


def _is_word(value: object) -> bool:
    return not isinstance(value, dict | list)


def _text(value: object, written: msgspec.Raw) -> str:
    return value if isinstance(value, str) else bytes(written).decode()


def _mark(name: str) -> msgspec.Raw:
    return msgspec.Raw(_encode({SEALED: name}))
