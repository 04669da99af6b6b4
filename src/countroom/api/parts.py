"""What the admin API needs of the hub. Every call may take a moment and is made in a thread."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec

Json = dict[str, Any]


class Check(msgspec.Struct, frozen=True):
    """One named condition of readiness."""

    name: str
    fault: str | None = None
    """None when all is well."""


class Hub(Protocol):
    """The running hub. `Unavailable` says that a part of it does not answer now."""

    def player(self, brand: str, player: str) -> Json | None:
        """The player document; None when nothing is known of the player."""
        ...

    def status(self) -> Json:
        """Processes, sources, shards, balance."""
        ...

    def checks(self) -> list[Check]:
        """What readiness depends on."""
        ...

    def metrics(self) -> bytes:
        """In Prometheus' text form."""
        ...

    def keys(self) -> list[Json]:
        """All keys, without secrets."""
        ...

    def create_key(self, source: str, brands: tuple[str, ...], *, label: str) -> Json:
        """A new key with its secret.

        Raises:
            SettingsError: source or brand are not configured.
        """
        ...

    def revoke_key(self, key_id: str) -> Json | None:
        """The revoked key; None when there is none of this id."""
        ...

    def quarantine(self) -> list[Json]:
        """What was refused, in groups."""
        ...

    def quarantined(self, number: str) -> Json | None:
        """One refused thing, masked; None when there is none of this id."""
        ...

    def find_event(self, wanted: str) -> Iterator[Json]:
        """Progress objects and hits, as the scan goes on."""
        ...


class ApiParts(msgspec.Struct, frozen=True):
    """What the application is made of."""

    hub: Hub
    is_token: Callable[[bytes], bool]
    """True when these bytes are the admin token, compared in constant time."""
