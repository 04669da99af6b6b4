"""Every shard folded again into a directory that is thrown away, and compared."""

import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from countroom.config.switches import fold_settings
from countroom.core.errors import SettingsError
from countroom.engines.local.replay import ReplayResult, check
from countroom.runtime.place import Place
from countroom.stores.embedded.lock import DataLock


def replay_all(root: Path, only: int | None, *, progress: Callable[[int], None]) -> list[ReplayResult]:
    """What the replay of each shard found, or of one. `progress` is told the items folded so far.

    Raises:
        Damaged: a log does not have what the shard took.
        Locked: the hub runs.
        SettingsError: there is no such shard.
    """
    place = Place(root)
    settings = place.kept_settings()
    shards = range(settings.hub.shards)
    if only is not None and only not in shards:
        raise SettingsError(f"shard: expected 0 to {shards[-1]}, got {only}")
    results: list[ReplayResult] = []
    with DataLock(place.root):
        for shard in shards if only is None else [only]:
            before = sum(result.items for result in results)
            # Beside the data: as large as a shard, and as private.
            with tempfile.TemporaryDirectory(prefix="replay-", dir=place.root) as into:
                results.append(
                    check(
                        place.root,
                        shard,
                        fold_settings(settings, version("tzdata")),
                        into=Path(into),
                        sources=tuple(settings.sources),
                        progress=lambda items, before=before: progress(before + items),  # type: ignore[misc]
                    )
                )
    return results
