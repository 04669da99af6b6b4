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
from countroom.dialects.fasttrack.page import FREE, WITH_THE_EVENT, Page
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
    taken = _Taken(_raws.decode(payload if body.path == "$" else _elements.decode(payload)[0]))
    for name, value in values.items():
        if value is not None and value not in ("", {}, []):
            _take(name, value, page=page, taken=taken, plain=message.settings.plain_keys)
    taken.close()
    if page.is_told_by_content:
        taken.compact()
    return Reading(events, _encode(taken.original), taken.personal) if taken.personal else Reading(events, payload)


class _Taken:
    """A payload in pieces, and what was taken out of it."""

    __slots__ = ("extra", "original", "personal")

    def __init__(self, original: Raws) -> None:
        self.original = original
        self.personal: dict[str, str] = {}
        self.extra: Raws = {}

    def take(self, name: str, own_name: str, *, text: str | None = None) -> None:
        """Take the field `name` out under `own_name`: as `text`, or as the JSON that was written."""
        self.personal[own_name] = bytes(self.original[name]).decode() if text is None else text
        self.original[name] = _mark(own_name)

    def close(self) -> None:
        """Put all unknown fields together."""
        if self.extra:
            self.personal[f"free.{EXTRA}"] = _encode(self.extra).decode()
            self.original[EXTRA] = _mark(f"free.{EXTRA}")

    def compact(self) -> None:
        """Write free objects without blanks between their parts: one content has one text, whoever wrote it."""
        for name, text in self.personal.items():
            if name.startswith("free."):
                self.personal[name] = msgspec.json.format(text, indent=-1)


def _take(name: str, value: Any, *, page: Page, taken: _Taken, plain: frozenset[str]) -> None:
    """Take the field out if it is personal, free or unknown."""
    text = value if isinstance(value, str) else None
    if name in page.personal:
        taken.take(name, name, text=text)
    elif name in WITH_THE_EVENT:
        taken.take(name, f"event.{name}", text=text)
    elif name in FREE:
        _take_free(name, value, taken=taken, plain=plain)
    elif name in page.entries:
        if not _is_plain_list(value, page.entry_keys):
            taken.take(name, f"free.{name}")
    elif isinstance(value, dict | list) if name in page.fields else is_hidden(name, plain):
        taken.extra[name] = taken.original.pop(name)


def _take_free(name: str, value: Any, *, taken: _Taken, plain: frozenset[str]) -> None:
    """Take the free object `name` out, but for those of its keys that may be read."""
    open_keys = [key for key in value if not is_hidden(key, plain)] if isinstance(value, dict) else []
    if not open_keys:
        taken.take(name, f"free.{name}")
        return
    hidden = _raws.decode(taken.original[name])
    kept = {key: hidden.pop(key) for key in open_keys}
    if hidden:
        taken.personal[f"free.{name}"] = _encode(hidden).decode()
        taken.original[name] = msgspec.Raw(_encode({**kept, SEALED: f"free.{name}"}))


def is_hidden(key: str, plain: frozenset[str]) -> bool:
    """True when a key of the sender's own must be sealed. Two names are needed for our own marks."""
    return key not in plain or key in {SEALED, EXTRA}


def _is_plain_list(value: Any, keys: frozenset[str]) -> bool:
    """True for an array, or the one element in its place, of words and of entries that hold documented keys only."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, list):
            return False
        if isinstance(each, dict):
            for key, inner in each.items():
                if key not in keys and inner:
                    return False
                if isinstance(inner, dict | list) and not _is_plain_list(inner, keys):
                    return False
    return True


def _mark(name: str) -> msgspec.Raw:
    return msgspec.Raw(_encode({SEALED: name}))
