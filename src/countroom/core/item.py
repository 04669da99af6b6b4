"""What the log keeps of one received thing."""

from typing import Final

import msgspec

from countroom.core.events import Event
from countroom.core.ids import PlayerKey

EVENT_ONLY: Final = "event."
"""Personal fields that begin so belong to one event (an address, a browser) and are no part of the profile."""
FREE: Final = "free."
"""So begin free objects and unknown fields, sealed whole."""


def is_profile_field(name: str) -> bool:
    """True when the personal field `name` is kept as one of the player, and not with its event alone."""
    return not name.startswith((EVENT_ONLY, FREE))


class Reading(msgspec.Struct, frozen=True):
    """What a decoder made of one item: its events, and the personal values that must be sealed before the log.

    `personal` maps a field's name to its value in clear; names that start with `free.` are free
    objects or unknown fields, sealed whole as JSON text. `original` is the payload as it came
    with those values taken out, as JSON.
    """

    events: tuple[Event, ...]
    original: bytes
    personal: dict[str, str] = {}
    mapping: int = 0
    """The version of the source's mapping by which it was read; 0: as it came."""

    @property
    def player(self) -> PlayerKey:
        """Whose item it is: all its events are of one player."""
        return self.events[0].about.key


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One received thing in the log: its events, folded together, and the payload as it came, sealed where personal."""

    kind: str
    events: tuple[Event, ...]
    original: bytes
    mapping: int = 0
    """The version of the source's mapping by which it was read; 0: as it came. Older logs have no such field."""
