"""The two ways to a hub's data: through the processes of a running one, or into the files of one that is stopped."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

from countroom.config.settings import Settings
from countroom.config.switches import fold_settings
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.engines.local.answers import ShardView
from countroom.engines.local.reads import ShardReads
from countroom.engines.local.shard import shard_folder
from countroom.runtime.place import Place
from countroom.runtime.view import HubView, Json
from countroom.stores.embedded.lock import DataLock
from countroom.stores.embedded.rocks import RocksShardStore


class StoppedShard:
    """A shard asked through its files."""

    def __init__(self, view: ShardView) -> None:
        self._view = view
        self.status = view.status
        self.refusals = view.refusals
        self.read_list = view.read_list

    def player(self, brand: str, player: str) -> Json | None:
        """The player document; None when nothing is known of the player."""
        return self._view.player(PlayerKey(BrandId(brand), PlayerId(player)))


def running_view(place: Place, settings: Settings) -> HubView:
    """The data of a hub that runs."""
    shards = [ShardReads(place.shard_socket(number)) for number in range(settings.hub.shards)]
    return HubView(place, settings, shards=shards)


@contextmanager
def stopped_view(place: Place) -> Iterator[HubView]:
    """The data of a hub that is stopped; it cannot be started while the block runs.

    Raises:
        Locked: it runs after all.
        SettingsError: there is none here.
    """
    settings = place.kept_settings()
    with ExitStack() as held:
        held.enter_context(DataLock(place.root))
        shards = []
        for number in range(settings.hub.shards):
            store = RocksShardStore(shard_folder(place.root, number))
            held.callback(store.close)
            shards.append(StoppedShard(ShardView(store, fold_settings(settings, version("tzdata")))))
        view = HubView(place, settings, shards=shards)
        held.callback(view.close)
        yield view
