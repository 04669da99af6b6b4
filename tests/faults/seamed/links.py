"""The log of links, which a hub's control process will write one day: a test writes it meanwhile."""

from pathlib import Path

import msgspec

from countroom.core.events import About, Linked, Unlinked
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.item import Item
from countroom.core.sharding import shard_of, virtual_shard
from countroom.engines.local.shard import log_folder, wall_clock
from countroom.flow.project import ADMIN
from countroom.stores.embedded.log import SqliteLog
from tests.faults.seamed.running import SHARDS

BRAND = BrandId("lucky")
PARTNER = PartnerId("crm")


class LinkLog:
    """Links and unlinks players; `positions` says how far each shard has to read."""

    def __init__(self, data: Path) -> None:
        self._log = SqliteLog(log_folder(data, ADMIN))
        self.positions: dict[int, int] = {}

    def link(self, player: str) -> None:
        about = self._about(player)
        self._append(Linked(about=about, link_id=LinkId(f"l-{player}"), partner=PARTNER, account=f"a-{player}"))

    def unlink(self, player: str) -> None:
        self._append(Unlinked(about=self._about(player), link_id=LinkId(f"l-{player}"), partner=PARTNER))

    def close(self) -> None:
        self._log.close()

    def _about(self, player: str) -> About:
        now = wall_clock()
        return About(BRAND, PlayerId(player), SourceName(ADMIN), now, now)

    def _append(self, event: Linked | Unlinked) -> None:
        shard = shard_of(virtual_shard(event.about.key), SHARDS)
        item = Item("link", (event,), msgspec.json.encode({}))
        self.positions[shard] = self._log.append({shard: [item]}, (), wall_clock())
