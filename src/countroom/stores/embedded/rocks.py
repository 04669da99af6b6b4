"""The rows of one shard in RocksDB. Nobody else imports rocksdict.

One process has the database; its threads may read while one of them writes. A commit is in
the synced write-ahead log when it returns.

All tables (the first byte of a key) lie in one column family. Apart, with a family for
identities and one for the outbox, they were no faster, and the write-ahead log grew from
80 MB to 2.4 GB, for it is kept until the slowest family has flushed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec
import rocksdict

from countroom.core.errors import Damaged, Unavailable
from countroom.ports import ShardWrite
from countroom.stores.embedded.folders import create_folder
from countroom.stores.gathered import GatheredWrite

T = TypeVar("T")

_BLOOM_BITS: Final = 10
_BLOCK_BYTES: Final = 8 << 10
_FILE_BYTES: Final = 64 << 20
_LEVEL_BYTES: Final = 256 << 20
_MEMTABLE_BLOOM_SHARE: Final = 0.1
"""A tenth of the write buffer. Most look-ups answer "not there", and a miss in a full buffer is a microsecond."""
_OPEN_FILES: Final = 512
_LOG_BYTES: Final = 4 << 20
_SORTING_PAYS_FROM: Final = 32
"""Keys in order touch each block once; below this many there is nothing to gain."""


class Tuning(msgspec.Struct, frozen=True):
    """How much memory one shard may take, and whether it counts what it does."""

    block_cache_bytes: int = 256 << 20
    write_buffer_bytes: int = 64 << 20
    statistics: bool = False
    """Keeps RocksDB's own counters, read by `statistic`; costs a few percent."""


USUAL_TUNING: Final = Tuning()


class RocksShardStore:
    """The store of one shard, opened for reading and writing.

    RocksDB holds the interpreter while it writes: a reader thread waits for a commit in
    progress, which for the largest batches is some 70 ms.
    """

    def __init__(self, folder: Path, *, tuning: Tuning = USUAL_TUNING) -> None:
        """Open the database in `folder`, made when it is not there.

        Raises:
            Damaged: what lies there is broken.
            Unavailable: another process has it open, or it cannot be opened now.
        """
        create_folder(folder)
        self._folder = folder
        self._options = _options(tuning)
        self._synced = rocksdict.WriteOptions()
        self._synced.sync = True
        # Said twice: for a family that is not named here, rocksdict takes the options it finds on the disk.
        families = {"default": self._options}
        self._database: rocksdict.Rdict = self._asked(
            lambda: rocksdict.Rdict(str(folder), self._options, column_families=families)
        )

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """The rows for `keys`, in their order; None for what is not there.

        Raises:
            Damaged: a row's block is broken.
            Unavailable: the files cannot be read now.
        """
        if len(keys) < _SORTING_PAYS_FROM:
            return self._get(keys)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        found: list[bytes | None] = [None] * len(keys)
        for place, value in zip(order, self._get([keys[place] for place in order]), strict=True):
            found[place] = value
        return found

    def scan(self, prefix: bytes, start: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key begins with `prefix`, from the key `start` on, in order of key, as of the call.

        Raises:
            Damaged: a row's block is broken; raised by the iterator, never an early end.
            Unavailable: the files cannot be read now.
        """
        bounds = rocksdict.ReadOptions()
        end = _behind(prefix)
        if end:
            bounds.set_iterate_upper_bound(end)
        rows = self._asked(lambda: self._database.iter(bounds))
        rows.seek(max(prefix, start or b""))
        return self._walk(rows, bounds)

    def write(self) -> GatheredWrite:
        """An empty write."""
        return GatheredWrite()

    def commit(self, write: ShardWrite) -> None:
        """Put all of `write` down, durably and at once: after a kill at any instant either all is there or none.

        Raises:
            Unavailable: it could not be recorded. Open the store anew: it takes no further write.
        """
        rows = cast(GatheredWrite, write).rows
        if not rows:
            return
        batch = rocksdict.WriteBatch(raw_mode=True)
        # In order they go into the write buffer twice as fast.
        for key in sorted(rows):
            value = rows[key]
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._asked(lambda: self._database.write(batch, self._synced))

    def statistic(self, name: str) -> int:
        """RocksDB's counter `name` since the store was opened, e.g. `rocksdb.wal.synced`; 0 without `statistics`."""
        lines = (self._options.get_statistics() or "").splitlines()
        values = (line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} COUNT"))
        return int(next(values, "0"))

    def property(self, name: str) -> int:
        """RocksDB's own figure `name`, e.g. `rocksdb.total-sst-files-size`; 0 when it knows none."""
        return self._database.property_int_value(name) or 0

    def close(self) -> None:
        """Release the files; those of a scan not yet exhausted, when it is."""
        self._asked(self._database.close)

    def _get(self, keys: list[bytes]) -> list[bytes | None]:
        return cast(list[bytes | None], self._asked(lambda: self._database.get(cast(Any, keys)))) if keys else []

    def _walk(self, rows: rocksdict.RdictIter, bounds: rocksdict.ReadOptions) -> Iterator[tuple[bytes, bytes]]:
        while rows.valid():
            yield rows.key(), rows.value()
            rows.next()
        # The iterator reads its bound out of these options and does not own them: without this reference they are
        # gone while it walks, and it ends too early, or runs on into other rows.
        del bounds
        # An iterator that meets a broken block just ends; rocksdict's own `items()` would hide that.
        self._asked(rows.status)

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except (rocksdict.DbClosedError, TypeError):
            raise
        except Exception as error:
            raise _ours(error, self._folder) from error


def _ours(error: Exception, folder: Path) -> Exception:
    """The house's error for RocksDB's, which come as bare exceptions with a text."""
    text = str(error)
    if "lock" in text.lower() and text.startswith("IO error"):
        return Unavailable(f"{folder}: expected to be the only process with this shard, found it locked: {text}")
    if text.startswith("IO error"):
        return Unavailable(f"{folder}: cannot be read or written now ({text})")
    return Damaged(f"{folder}: expected a sound shard, RocksDB found: {text}; move it away, and it is folded anew")


def _behind(prefix: bytes) -> bytes:
    """The first key behind all that begin with `prefix`; empty when there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else b""


def _options(tuning: Tuning) -> rocksdict.Options:
    options = rocksdict.Options(raw_mode=True)
    options.create_if_missing(create_if_missing=True)
    options.set_compression_type(rocksdict.DBCompressionType.lz4())
    options.set_write_buffer_size(tuning.write_buffer_bytes)
    options.set_max_write_buffer_number(4)
    options.set_memtable_prefix_bloom_ratio(_MEMTABLE_BLOOM_SHARE)
    options.set_memtable_whole_key_filtering(True)
    options.set_target_file_size_base(_FILE_BYTES)
    options.set_max_bytes_for_level_base(_LEVEL_BYTES)
    options.set_level_compaction_dynamic_level_bytes(True)
    options.set_max_background_jobs(2)
    options.set_bytes_per_sync(1 << 20)
    options.set_max_open_files(_OPEN_FILES)
    # A power cut may tear what was being written, which nobody was told is there; everything before it stands.
    options.set_wal_recovery_mode(rocksdict.DBRecoveryMode.point_in_time())
    options.set_keep_log_file_num(2)
    options.set_max_log_file_size(_LOG_BYTES)
    options.set_stats_dump_period_sec(0)
    options.set_stats_persist_period_sec(0)
    options.set_skip_stats_update_on_db_open(True)
    options.set_block_based_table_factory(_tables(tuning))
    if tuning.statistics:
        options.enable_statistics()
    return options


def _tables(tuning: Tuning) -> Any:
    tables = rocksdict.BlockBasedOptions()
    tables.set_bloom_filter(_BLOOM_BITS, block_based=False)
    tables.set_block_size(_BLOCK_BYTES)
    tables.set_block_cache(rocksdict.Cache(tuning.block_cache_bytes))
    return tables
