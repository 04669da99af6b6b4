"""Players, as the admin API asks for them."""

from typing import Any

from countroom.api.parts import Slice
from countroom.core.errors import Unavailable
from countroom.runtime.view import HubView
from countroom.vault.client import VaultClient

Json = dict[str, Any]


class PlayersDesk:
    """Players out of the shards' rows, and by e-mail or phone through the vault's blind index."""

    def __init__(self, view: HubView, vault: VaultClient | None) -> None:
        """Without a vault, as while the hub is stopped, nobody is found by a personal value."""
        self._view = view
        self._vault = vault

    def document(self, brand: str, player: str) -> Json | None:
        """The player document; None when nothing is known of the player."""
        return self._view.player(brand, player)

    def read(self, what: str, brand: str, player: str, wanted: Json) -> Slice | None:
        """A part of one of the player's lists; None when nothing is known of the player."""
        shard = self._view.shards[self._view.shard_of(brand, player)]
        found = shard.read_list({"list": what, "brand": brand, "player": player, **wanted})
        if found is None:
            return None
        following = found["next"]
        return Slice(found["items"], (following[0], following[1]) if following else None)

    def find(self, field: str, value: str, *, brand: str) -> list[Json]:
        """Players with this `email` or `phone`, at one brand or at all.

        Raises:
            Unavailable: the vault is away; so it is while the hub is stopped.
        """
        if self._vault is None:
            what = "a player is found by e-mail or phone through the vault, which runs with the hub alone"
            raise Unavailable(what, remedy="start the hub: 'countroom run'")
        brands = [brand] if brand else list(self._view.settings.brands)
        return [
            {"brand": key.brand, "player": key.player}
            for name in brands
            for key in self._vault.find(name, field, value=value)
        ]
