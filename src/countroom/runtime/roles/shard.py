"""A shard's process."""

from importlib.metadata import version

from countroom.config.switches import fold_settings
from countroom.core.ids import SourceName
from countroom.engines.local.shard import ShardOptions, run_shard
from countroom.runtime.place import Place


def run(place: Place, *, number: int, descriptor: int) -> None:
    """Fold shard `number` until SIGTERM.

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
        )
    )
