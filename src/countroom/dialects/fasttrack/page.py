"""A page of the vendor's manual: what its messages hold, and how they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from countroom.core.events import Event
from countroom.dialects.fasttrack.message import Message

FREE: Final = frozenset({"meta", "metadata", "fasttrack_references", "user_details", "segmentation", "data"})
"""Objects with keys of the sender's own: they may hold anything, and are sealed whole unless empty."""

WITH_THE_EVENT: Final = frozenset({"ip_address", "user_agent", "url_referer", "note"})
"""Personal values of an event, on every page: sealed as `event.<name>`, no fields of the profile."""

OF_THE_PLAYER: Final = frozenset(
    {
        "username",
        "email",
        "title",
        "first_name",
        "last_name",
        "sex",
        "birth_date",
        "city",
        "address",
        "postal_code",
        "mobile",
        "mobile_prefix",
        "registration_code",
    }
)
"""Personal fields of the profile, on the pages about the player. Their values are never checked, changed or
quoted: they may be ciphertext already (tolerance 18)."""

ENTRY_KEYS: Final = frozenset({"type", "opted_in", "products", "active"})
"""What may be read of a consent or a block; any other key, `note` above all, seals the array whole."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """One kind of message."""

    kind: str
    """The message type that documentation shows first; `catalogue` has the others."""
    says: str
    """What it is, for error texts."""
    fields: frozenset[str]
    """The documented fields that hold nothing personal."""
    decode: Callable[[Message], tuple[Event, ...]]
    """The message's events, or nothing when `message.rejections` says why."""
    personal: frozenset[str] = frozenset()
    """Fields of the profile that are sealed."""
    entries: frozenset[str] = frozenset()
    """Fields that are arrays: of words, or of small objects whose documented keys are in `entry_keys`."""
    entry_keys: frozenset[str] = ENTRY_KEYS
    """What may be read inside `entries`, at any depth; any other key that is not empty seals the array whole."""
    origins: tuple[str, ...] = ("origin",)
    """The fields that may name the brand: the first that is stated does."""
    is_told_by_content: bool = False
    """True when a keyed hash of what is sealed goes into the identity: free objects are sealed without their blanks."""
