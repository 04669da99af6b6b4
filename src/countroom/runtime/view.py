"""Everything that can be asked of a hub's data, whether it runs (through its processes) or not (from its files)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

from countroom.config.settings import Settings
from countroom.core.errors import Unavailable
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.sharding import shard_of, virtual_shard
from countroom.flow.redrive import REDRIVE
from countroom.runtime.place import Place
from countroom.runtime.tally_file import read_tally
from countroom.stores.embedded.log_census import Census, LogCensus
from countroom.stores.embedded.refusals import SqliteShelfReader

Json = dict[str, Any]
_COUNTS: Final = ("folded", "duplicates", "refused")


class ShardSide(Protocol):
    """A shard as it can be asked: through its process, or its files."""

    def player(self, brand: str, player: str) -> Json | None:
        """The player document."""
        ...

    def read_list(self, request: Json) -> Json | None:
        """A part of one of a player's lists; None when nothing is known of the player."""
        ...

    def status(self) -> Json:
        """Positions and counts."""
        ...

    def refusals(self, after: int, limit: int) -> list[Json]:
        """Refusals of the fold, in order."""
        ...


class HubView:
    """The data of one hub. One thread at a time."""

    def __init__(self, place: Place, settings: Settings, *, shards: Sequence[ShardSide]) -> None:
        self.place = place
        self.settings = settings
        self.shards = shards
        self._last: dict[int, Json] = {}
        self._censuses = {name: LogCensus(place.log(name)) for name in (*settings.sources, REDRIVE)}
        self._shelves = {name: SqliteShelfReader(place.shelf(name)) for name in settings.sources}

    def shard_of(self, brand: str, player: str) -> int:
        """Which shard holds a player."""
        return shard_of(virtual_shard(PlayerKey(BrandId(brand), PlayerId(player))), len(self.shards))

    def player(self, brand: str, player: str) -> Json | None:
        """The player document; None when nothing is known of the player.

        Raises:
            Unavailable: his shard does not answer now.
        """
        return self.shards[self.shard_of(brand, player)].player(brand, player)

    def status(self) -> Json:
        """Where everything stands, and the balance, which is counted from durable rows.

        Raises:
            Unavailable: a log cannot be read now.
        """
        # The shards first: what is logged after they were asked is then waiting, and nothing is counted twice.
        away = self._ask_shards()
        censuses = {name: self._census(name) for name in self._censuses}
        return {
            "shards": [self._shard(number, number in away) for number in range(len(self.shards))],
            "sources": {name: self._source(name, censuses[name]) for name in self.settings.sources},
            "redrive": {"items": censuses[REDRIVE].items, "waiting": sum(censuses[REDRIVE].waiting.values())},
            "balance": self._balance(censuses),
            "oldest_waiting_at": min((c.oldest_at for c in censuses.values() if c.oldest_at is not None), default=None),
        }

    def close(self) -> None:
        """Release the files."""
        for census in self._censuses.values():
            census.close()
        for shelf in self._shelves.values():
            shelf.close()

    def _ask_shards(self) -> set[int]:
        """Ask every shard where it stands; those that did not answer. Their last answer stays good for the balance."""
        away = set(range(len(self.shards)))
        for number, shard in enumerate(self.shards):
            with suppress(Unavailable):
                self._last[number] = shard.status()
                away.discard(number)
        return away

    def _census(self, source: str) -> Census:
        positions = {
            number: int(self._last.get(number, {}).get("positions", {}).get(source, 0))
            for number in range(len(self.shards))
        }
        return self._censuses[source].count(positions)

    def _shard(self, number: int, is_away: bool) -> Json:  # noqa: FBT001 - told apart by its name
        last = self._last.get(number, {})
        shown = {name: last.get(name, 0) for name in (*_COUNTS, "order", "signals", "now", "logged_at")}
        received = sum(last.get("received", {}).values())
        events = last.get("events", {})
        return {
            "shard": number, "answers": not is_away, "received": received, **shown,
            "digest": last.get("digest", ""), "events": events,
        }  # fmt: skip

    def _source(self, name: str, census: Census) -> Json:
        shelf = self._shelves[name].counts()
        receipts = {
            outcome.value: count for source, outcome, count in read_tally(self.place.tally).receipts if source == name
        }
        return {
            "dialect": self.settings.sources[name].dialect,
            "items": census.items,
            "log_refusals": census.refusals,
            "waiting": sum(census.waiting.values()),
            "answered_400": {"bodies": shelf.bodies, "seen": shelf.seen},
            "receipts": receipts,
        }

    def _balance(self, censuses: Mapping[str, Census]) -> Json:
        counted = {name: sum(last.get(name, 0) for last in self._last.values()) for name in _COUNTS}
        in_log = sum(census.refusals for census in censuses.values())
        received = sum(census.items for census in censuses.values()) + in_log
        refused = counted["refused"] + in_log
        in_flight = sum(sum(census.waiting.values()) for census in censuses.values())
        is_known = len(self._last) == len(self.shards)
        left = received - counted["duplicates"] - counted["folded"] - refused - in_flight
        return {
            "received": received,
            "duplicates": counted["duplicates"],
            "folded": counted["folded"],
            "refused": refused,
            "in_flight": in_flight,
            "unaccounted": left if is_known else None,
        }
