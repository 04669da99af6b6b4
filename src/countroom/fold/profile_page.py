"""The page of what sources say of a player."""

import msgspec


class Stated(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One value of a profile field, as a source stated it."""

    at: int
    source: str
    identity: str
    value: str | None
    token: bytes | None = None


class ProfilePage(msgspec.Struct, array_like=True):
    """What sources say of the player; per field the winner first, then the best of what lost."""

    fields: dict[str, list[Stated]] = {}
    registered: list[int] = []
    """Earliest stated registration date, earliest registration event; 0 when none."""
    consents: dict[str, Stated] = {}
    blocks: dict[str, dict[str, Stated]] = {}
    """Per kind and source the latest word."""
    fat: dict[str, int] = {}
    """Latest time at which a source said what `profile`, `consents`, `blocks` are."""
    stale: dict[str, list[int]] = {}
    """Times at which a source said that they changed, and not how; those after `fat`."""
    refused: list[str] = []
    events: int = 0
    told: dict[str, tuple[int, str]] = {}
    """Time and identity of the event that brought the value that holds: by field, `consents.` channel, `blocks.` kind.

    Saying the same once more is no change, and leaves them."""
