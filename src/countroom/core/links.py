"""Links as they are kept: a player at a brand and an account at a partner, with every step and its cause."""

from typing import Literal

import msgspec

from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, PlayerKey
from countroom.core.instants import Instant

LinkState = Literal["pending", "linked", "unlinked"]


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """A player at a brand and an account at a partner, from the asking to the end. Linked again, it is another row."""

    link_id: LinkId
    partner: PartnerId
    brand: BrandId
    player: PlayerId
    account: str
    """What the partner knows the player by; may be unknown while pending."""
    state: LinkState
    since: Instant
    """When it came into this state."""
    begun_at: Instant
    cause: str
    """Why it is in this state."""
    by: str
    """Who brought it there."""
    steps: int = 1

    @property
    def key(self) -> PlayerKey:
        """Whose link it is."""
        return PlayerKey(self.brand, self.player)


class LinkStep(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a link, and the intent to tell it to the log."""

    link_id: LinkId
    number: int
    """Within its link, from 1."""
    state: LinkState
    """What the link became."""
    at: Instant
    by: str
    cause: str
    account: str = ""
    is_told: bool = False
    """True once its event surely lies in the log."""


class LinkFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which links are wanted; empty: any."""

    partner: str = ""
    state: str = ""
    brand: str = ""
    player: str = ""
    account: str = ""
    cause: str = ""
    since: Instant | None = None
    """In their state since then or later."""
