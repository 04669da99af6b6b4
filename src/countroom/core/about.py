"""What every event has, and the base that all kinds of event stand on."""

import msgspec

from countroom.core.identity import Identity
from countroom.core.ids import BrandId, PlayerId, PlayerKey, SourceName
from countroom.core.instants import Instant


class Sealed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A personal value as it may leave the vault: never in clear.

    `token` is a keyed hash of field and value: equal values of one player have equal tokens.
    `cipher` is AES-GCM under the player's own key.
    """

    field: str
    token: bytes
    cipher: bytes


class About(msgspec.Struct, frozen=True, array_like=True):
    """What every event has."""

    brand: BrandId
    player: PlayerId
    source: SourceName
    occurred_at: Instant
    received_at: Instant
    source_id: Identity | None = None
    business_id: Identity | None = None
    historical: bool = False
    """An initial load or a backfill: changes state, sends nothing."""
    quiet: bool = False
    """The sender asked to send nothing on (`skip_publishing`, `skip_cjm`): changes state."""
    sealed: tuple[Sealed, ...] = ()

    @property
    def key(self) -> PlayerKey:
        """Whose event it is."""
        return PlayerKey(self.brand, self.player)

    @property
    def is_loud(self) -> bool:
        """True when partners are to be told."""
        return not (self.historical or self.quiet)


class Happening(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What all kinds of event share. Never an event by itself."""

    about: About
