"""One shard's process: folds what the logs bring, and answers what others ask of its rows."""

import gc
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.engines.local.answers import Answers, ShardView
from countroom.engines.local.reads import ReadServer
from countroom.flow.project import ADMIN, Projector
from countroom.flow.redrive import REDRIVE
from countroom.fold.settings import FoldSettings
from countroom.ports import ShardStore
from countroom.stores.embedded.doorbell import Doorbell, Ringer
from countroom.stores.embedded.log import SqliteLogReader
from countroom.stores.embedded.rocks import RocksShardStore

POLL_S = 0.05
"""Longest wait for the doorbell: a lost ring costs this much."""
COLLECT_AFTER = 1_000_000
"""Items after which the garbage collector gets a turn, once the shard is idle."""
DELIVERY = "delivery"
"""The bell that is rung when there is something for partners."""
AWAY_S = 0.5
"""Wait after a store was away."""
MOST_AWAY = 4
"""Times in a row after which the process gives up: a database that could not write once (a full disk) never does again
until it is opened anew."""


class ShardOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a shard's process needs to know."""

    data_dir: str
    shard: int
    settings: FoldSettings
    sources: tuple[str, ...]


def log_folder(data_dir: Path, source: str) -> Path:
    """Where a source's log lies."""
    return data_dir / "log" / source


def shard_folder(data_dir: Path, shard: int) -> Path:
    """Where a shard's rows lie."""
    return data_dir / "shard" / str(shard)


def wall_clock() -> Instant:
    """Now, in microseconds."""
    return Instant(time.time_ns() // 1000)


def open_logs(data_dir: Path, sources: tuple[str, ...], shard: int) -> dict[str, SqliteLogReader]:
    """Readers of all logs of one shard, those of mended receipts and of links among them."""
    return {name: SqliteLogReader(log_folder(data_dir, name), shard) for name in (*sources, REDRIVE, ADMIN)}


def run_shard(options: ShardOptions, *, open_store: Callable[[Path], ShardStore] = RocksShardStore) -> None:
    """Fold until SIGTERM or SIGINT; the batch at hand is finished first.

    `open_store` opens the shard's rows in a folder; tests bring one that dies at a given commit.

    Raises:
        SettingsError: the state was begun with other settings.
        Unavailable: a store stays away. Nothing is lost; start it again.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    data_dir = Path(options.data_dir)
    store = open_store(shard_folder(data_dir, options.shard))
    logs = open_logs(data_dir, options.sources, options.shard)
    projector = Projector(store, logs, settings=options.settings, clock=wall_clock)
    bell = Doorbell(data_dir / "run", f"shard-{options.shard}")
    ringer = Ringer(data_dir / "run", [DELIVERY])
    answers = Answers(ShardView(store, options.settings), projector)
    server = ReadServer(data_dir / "run" / f"shard-{options.shard}.sock", answers)
    # Pages refer to no one but their parts: what the collector looks for hardly arises, and its
    # rounds over the kept pages would cost a tenth of the time. It gets its turn when nothing is to do.
    gc.freeze()
    gc.disable()
    try:
        _fold(projector, bell, ringer=ringer, stop=stop)
    finally:
        ringer.close()
        server.close()
        bell.close()
        with projector.committing:
            store.close()


def _fold(projector: Projector, bell: Doorbell, *, ringer: Ringer, stop: threading.Event) -> None:
    since_collected = away = 0
    told = projector.ledger.outbox
    while not stop.is_set():
        try:
            taken = projector.advance()
        except Unavailable:
            away += 1
            if away >= MOST_AWAY:
                raise
            stop.wait(AWAY_S)
            continue
        away = 0
        if projector.ledger.outbox != told:
            told = projector.ledger.outbox
            ringer.ring()
        since_collected += taken
        if not taken:
            if since_collected > COLLECT_AFTER:
                gc.collect()
                since_collected = 0
            bell.wait(POLL_S)
