"""What the log keeps of one received thing."""

import msgspec

from countroom.core.events import Event
from countroom.core.ids import PlayerKey


class Reading(msgspec.Struct, frozen=True):
    """What a decoder made of one item: its events, and the personal values that must be sealed before the log.

    `personal` maps a field's name to its value in clear; names that start with `free.` are free
    objects or unknown fields, sealed whole as JSON text. `original` is the payload as it came
    with those values taken out, as JSON.
    """

    events: tuple[Event, ...]
    original: bytes
    personal: dict[str, str] = {}

    @property
    def player(self) -> PlayerKey:
        """Whose item it is: all its events are of one player."""
        return self.events[0].about.key


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One received thing in the log: its events, folded together, and the payload as it came, sealed where personal."""

    kind: str
    events: tuple[Event, ...]
    original: bytes
