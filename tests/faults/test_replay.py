"""A shard folded again from its logs, in the order it recorded, has equal bytes; and the comparison can fail."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from countroom.core.errors import Damaged
from countroom.engines.local.replay import recorded
from countroom.engines.local.shard import shard_folder
from countroom.flow import ledger as book
from countroom.flow.released import released
from countroom.flow.working import TIMER
from countroom.fold import keys
from countroom.ports import ShardStore
from countroom.stores.embedded.rocks import RocksShardStore
from tests.faults.replay_story import checked, tell

TABLES = (keys.PAGE, keys.IDENTITY, book.REFUSAL, book.META, book.OUTBOX)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("told")
    tell(root)
    return root


@pytest.fixture
def data(told: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(told, tmp_path / "data"))


@pytest.fixture
def store(data: Path) -> Iterator[ShardStore]:
    store = RocksShardStore(shard_folder(data, 0))
    yield store
    store.close()


def change(data: Path, key: bytes, value: bytes | None) -> None:
    store = RocksShardStore(shard_folder(data, 0))
    write = store.write()
    if value is None:
        write.delete(key)
    else:
        write.put(key, value)
    store.commit(write)
    store.close()


def rows(data: Path, table: bytes) -> list[tuple[bytes, bytes]]:
    store = RocksShardStore(shard_folder(data, 0))
    found = list(store.scan(table))
    store.close()
    return found


def entry(data: Path, kind: type[book.Entry]) -> tuple[bytes, bytes]:
    """A row of the recorded order, of that kind, from the middle."""
    found = [(key, row) for key, row in rows(data, book.ORDER) if isinstance(book.decode_entry(row), kind)]
    return found[len(found) // 2]


def test_the_story_holds_everything_that_a_replay_must_get_right(store: ShardStore) -> None:
    ledger = book.load(store)
    entries = Counter(type(entry).__name__ for entry in recorded(store))
    logs = {entry.log for entry in recorded(store) if isinstance(entry, book.Taken)}

    assert logs == {"games", "cashier", "admin"}
    assert min(entries.values()) >= 10
    assert ledger.refused >= 5
    assert min(ledger.duplicates, ledger.outbox, ledger.events["rolled_back"], ledger.events["linked"]) >= 20
    assert all(any(True for _ in store.scan(table)) for table in (*TABLES, TIMER))


def test_what_delivery_holds_is_gone_from_the_outbox_and_the_rest_is_there(store: ShardStore) -> None:
    upto, last = released(store), book.load(store).outbox

    assert 0 < upto < last
    numbers = [int.from_bytes(key[1:], "big") for key, _ in store.scan(book.OUTBOX)]
    assert numbers == list(range(upto + 1, last + 1))


def test_a_replay_gives_equal_bytes(data: Path, tmp_path: Path) -> None:
    result = checked(data, tmp_path / "again")

    assert result.differences == ()
    assert result.items > 1_000
    assert result.rows > 2_000


@pytest.mark.parametrize("table", TABLES, ids=bytes.decode)
@pytest.mark.parametrize("bit", [1, 128])
def test_a_row_with_one_bit_turned_is_found_by_its_key(data: Path, tmp_path: Path, table: bytes, bit: int) -> None:
    found = rows(data, table)
    key, value = found[len(found) // 2]
    change(data, key, value[:-1] + bytes([value[-1] ^ bit]))

    result = checked(data, tmp_path / "again")

    assert result.differences == (f"{key!r}: differs",)


@pytest.mark.parametrize("table", [*TABLES, TIMER], ids=bytes.decode)
def test_a_row_that_is_gone_is_missed(data: Path, tmp_path: Path, table: bytes) -> None:
    key, _ = rows(data, table)[-1]
    change(data, key, None)

    result = checked(data, tmp_path / "again")

    assert any(repr(key) in difference for difference in result.differences)


def test_a_row_too_many_is_found(data: Path, tmp_path: Path) -> None:
    change(data, keys.IDENTITY + b"\xff" * 16, b"")

    assert "is missing in the replay" in checked(data, tmp_path / "again").differences[0]


def test_a_chunk_that_the_order_leaves_out_is_missed(data: Path, tmp_path: Path) -> None:
    change(data, entry(data, book.Taken)[0], None)

    with pytest.raises(Damaged, match="as the shard took it"):
        checked(data, tmp_path / "again")


def test_a_tick_that_the_order_leaves_out_is_missed(data: Path, tmp_path: Path) -> None:
    change(data, entry(data, book.Woken)[0], None)

    assert not checked(data, tmp_path / "again").is_equal


def test_a_log_that_lost_a_chunk_is_not_taken_for_the_same(data: Path, tmp_path: Path) -> None:
    segments = sorted((data / "log" / "games").glob("*.db"))
    for path in segments[1].parent.glob(f"{segments[1].name}*"):
        path.unlink()

    with pytest.raises(Damaged):
        checked(data, tmp_path / "again")
