"""Whether the vault can still read all that was sealed: a key that fell with its process would be lost for good."""

import json
import os
from pathlib import Path

import msgspec

from countroom.core.events import Sealed
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.item import Item, is_profile_field
from countroom.engines.local.shard import open_logs
from countroom.runtime.demo.plan import BRAND, SOURCE
from countroom.runtime.place import Place
from countroom.simulator.sending import ACCEPTED, Sending
from countroom.vault.client import VaultClient
from countroom.vault.line import Line
from tests.faults.seamed.running import SHARDS

_items = msgspec.msgpack.Decoder(list[Item]).decode
_ALL = 1_000_000


def unreadable(data: Path, sendings: list[Sending]) -> list[str]:
    """What the vault of the running hub cannot open, does not hold, or does not find by its e-mail."""
    vault = VaultClient(Line(Place(data).vault_socket), chance=os.urandom)
    try:
        faults = [fault for player, sealed in _sealed(data) for fault in _closed(vault, player, sealed)]
        return faults + [
            f"{sending.player} is not found by e-mail" for sending in sendings if not _is_found(vault, sending)
        ]
    finally:
        vault.close()


def _sealed(data: Path) -> list[tuple[PlayerKey, tuple[Sealed, ...]]]:
    found = []
    for shard in range(SHARDS):
        log = open_logs(data, (SOURCE,), shard)[SOURCE]
        for chunk in log.read(0, _ALL):
            abouts = [event.about for item in _items(chunk.items) for event in item.events]
            found += [(about.key, about.sealed) for about in abouts if about.sealed]
        log.close()
    assert len(found) > 100
    return found


def _closed(vault: VaultClient, player: PlayerKey, sealed: tuple[Sealed, ...]) -> list[str]:
    opened = vault.open(player, sealed)
    held = {value.token for value in vault.held(player)}
    faults = [f"{player.player}: {value.field} cannot be opened" for value in sealed if value.field not in opened]
    return faults + [
        f"{player.player}: {value.field} is not held"
        for value in sealed
        if is_profile_field(value.field) and value.token not in held
    ]


def _is_found(vault: VaultClient, sending: Sending) -> bool:
    if sending.expect != ACCEPTED or b'"email":"' not in sending.body:
        return True
    email = json.loads(sending.body)["email"]
    return PlayerKey(BrandId(BRAND), PlayerId(sending.player)) in vault.find(BRAND, "email", value=email)
