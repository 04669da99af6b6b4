"""The peers of the shard store, each against the whole suite, and what only RocksDB's has to show."""

import shutil
import threading
from pathlib import Path

import pytest

from countroom.core.errors import Damaged, Unavailable
from countroom.ports import ShardStore
from countroom.stores.embedded.rocks import RocksShardStore, Tuning
from countroom.stores.memory import MemoryShardStore
from tests.contracts.ports.shard_store import ShardStoreContract, key, put

SMALL = Tuning(block_cache_bytes=1 << 20, write_buffer_bytes=1 << 20)


class TestMemoryShardStore(ShardStoreContract):
    @pytest.fixture(autouse=True)
    def _rows(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    def open(self) -> ShardStore:
        return MemoryShardStore(self.rows)

    def crash(self) -> None:
        pass


class TestRocksShardStore(ShardStoreContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "shard" / "0"
        self.copies = 0

    def open(self) -> ShardStore:
        return RocksShardStore(self.folder, tuning=SMALL)

    def crash(self) -> None:
        # What a killed process leaves is what lies on the disk now: opened as a copy, for a
        # store that goes away in this process would first be closed in good order.
        self.copies += 1
        copy = self.folder.with_name(f"0-{self.copies}")
        shutil.copytree(self.folder, copy)
        self.folder = copy


def test_every_commit_is_synced_before_it_returns(tmp_path: Path) -> None:
    store = RocksShardStore(tmp_path, tuning=Tuning(statistics=True))

    for n in range(1, 20):
        put(store, {key(n): b"x" * n})
        assert store.statistic("rocksdb.wal.synced") == n


def test_the_options_are_ours_also_when_a_database_is_opened_again(tmp_path: Path) -> None:
    RocksShardStore(tmp_path, tuning=SMALL).close()
    store = RocksShardStore(tmp_path, tuning=Tuning(block_cache_bytes=3 << 20, write_buffer_bytes=5 << 20))

    assert store.property("rocksdb.block-cache-capacity") == 3 << 20


def test_a_second_process_or_opening_is_refused_by_name_of_the_folder(tmp_path: Path) -> None:
    store = RocksShardStore(tmp_path, tuning=SMALL)

    with pytest.raises(Unavailable, match=f"{tmp_path}: expected to be the only process"):
        RocksShardStore(tmp_path, tuning=SMALL)
    store.close()


def test_a_broken_block_is_an_error_and_never_an_early_end(tmp_path: Path) -> None:
    store = RocksShardStore(tmp_path, tuning=SMALL)
    put(store, {key(n): bytes([n % 251]) * 500 for n in range(20_000)})
    store.close()
    table = max(tmp_path.glob("*.sst"), key=lambda path: path.stat().st_size)
    content = bytearray(table.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    table.write_bytes(content)
    store = RocksShardStore(tmp_path, tuning=SMALL)

    with pytest.raises(Damaged, match="expected a sound shard"):
        list(store.scan(b"p"))
    with pytest.raises(Damaged, match="expected a sound shard"):
        store.get_many([key(n) for n in range(20_000)])


def test_a_folder_of_something_else_is_no_shard(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("not a manifest\n")

    with pytest.raises((Damaged, Unavailable), match=str(tmp_path)):
        RocksShardStore(tmp_path, tuning=SMALL)


def test_readers_in_other_threads_see_whole_commits_while_one_thread_writes(tmp_path: Path) -> None:
    store = RocksShardStore(tmp_path, tuning=SMALL)
    put(store, {b"a": b"0", b"b": b"0"})
    done = threading.Event()
    torn: list[object] = []

    def read() -> None:
        while not done.is_set():
            [(_, a), (_, b)] = store.scan(b"")
            if a != b:
                torn.append((a, b))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(300):
        put(store, {b"a": b"%d" % n, b"b": b"%d" % n})
    done.set()
    for reader in readers:
        reader.join()

    assert torn == []
    assert store.get_many([b"a", b"b"]) == [b"299", b"299"]
