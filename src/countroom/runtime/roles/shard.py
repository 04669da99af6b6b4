"""A shard's process."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from countroom.config.switches import fold_settings
from countroom.core.ids import SourceName
from countroom.engines.local.shard import ShardOptions, run_shard
from countroom.ports import ShardStore
from countroom.runtime.place import Place
from countroom.stores.embedded.rocks import RocksShardStore


def run(
    place: Place, *, number: int, descriptor: int, open_store: Callable[[Path], ShardStore] = RocksShardStore
) -> None:
    """Fold shard `number` until SIGTERM.

    `open_store` opens the shard's rows in a folder; tests bring one that dies at a given commit.

    Raises:
        SettingsError: the state was begun with other settings.
    """
    del descriptor
    settings = place.kept_settings()
    run_shard(
        ShardOptions(
            data_dir=str(place.root),
            shard=number,
            settings=fold_settings(settings, version("tzdata")),
            sources=tuple(SourceName(name) for name in settings.sources),
        ),
        open_store=open_store,
    )
