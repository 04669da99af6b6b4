"""The peers of the event log, each against the whole suite, and what only SQLite's has to show."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from countroom.core.errors import Damaged, Unavailable
from countroom.ports import EventLog, LogCounts, LogReader
from countroom.stores.embedded.log import SegmentLimits, SqliteLog, SqliteLogReader
from countroom.stores.embedded.segments import numbers, path_of
from countroom.stores.embedded.sqlite import Opening
from countroom.stores.memory import LogMemory, MemoryLog, MemoryLogReader
from tests.contracts.ports import forgetful
from tests.contracts.ports.event_log import ALL, EventLogContract
from tests.contracts.ports.forgetful import ForgetfulDisk
from tests.contracts.ports.items import NOON, activities, at, items, refusal

TINY = SegmentLimits(max_bytes=1)
"""Every group starts a segment."""


class TestMemoryLog(EventLogContract):
    @pytest.fixture(autouse=True)
    def _memory(self) -> None:
        self.memory = LogMemory()

    def open_log(self) -> EventLog:
        return MemoryLog(self.memory)

    def open_reader(self, shard: int) -> LogReader:
        return MemoryLogReader(self.memory, shard)

    def crash(self) -> None:
        pass


class SqliteContract(EventLogContract):
    limits = SegmentLimits()
    opening = Opening()

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "log" / "games"
        self.opened: list[SqliteLog | SqliteLogReader] = []
        self.killed: list[SqliteLog | SqliteLogReader] = []

    def open_log(self) -> SqliteLog:
        log = SqliteLog(self.folder, limits=self.limits, opening=self.opening)
        self.opened.append(log)
        return log

    def open_reader(self, shard: int) -> SqliteLogReader:
        reader = SqliteLogReader(self.folder, shard, opening=self.opening)
        self.opened.append(reader)
        return reader

    def crash(self) -> None:
        # Kept, for an object that goes away closes its file in good order.
        self.killed += self.opened
        self.opened.clear()


class TestSqliteLog(SqliteContract):
    pass


class TestSqliteLogOfManySegments(SqliteContract):
    limits = TINY

    def test_a_segment_per_group_lies_there(self) -> None:
        log = self.open_log()
        for name in "abc":
            log.append({0: items(name)}, (), logged_at=NOON)

        assert numbers(self.folder) == [1, 2, 3]

    def test_refusals_are_read_over_segments(self) -> None:
        log = self.open_log()
        for name in "abcd":
            log.append({}, [refusal(name)], logged_at=NOON)
            log.append({0: items(name)}, (), logged_at=NOON)

        assert [found.receipt for _, found in self.open_reader(0).refusals(1, 2)] == [b"b", b"c"]


class TestSqliteLogOnAForgetfulDisk(SqliteContract):
    @pytest.fixture(autouse=True)
    def _disk(self, _folder: None) -> None:
        self.disk = ForgetfulDisk()
        self.opening = Opening(vfs=self.disk.name)

    def crash(self) -> None:
        self.disk.power_loss()
        for opened in self.opened:
            with suppress(Unavailable):
                opened.close()
        super().crash()


class TestSqliteLogOfManySegmentsOnAForgetfulDisk(TestSqliteLogOnAForgetfulDisk):
    limits = TINY


KEPT = [
    forgetful.nothing,
    *(forgetful.prefix(seed) for seed in range(6)),
    *(forgetful.some(seed) for seed in range(6)),
]


@pytest.mark.parametrize("limits", [SegmentLimits(), TINY], ids=["one segment", "many segments"])
@pytest.mark.parametrize("changes", range(0, 66, 3))
def test_power_lost_at_any_change_leaves_all_that_was_acknowledged_and_the_rest_all_or_none(
    tmp_path: Path, changes: int, limits: SegmentLimits
) -> None:
    for kept in KEPT:
        disk = ForgetfulDisk()
        folder = tmp_path / disk.name
        opening = Opening(vfs=disk.name)
        disk.fail_after(changes)
        acknowledged = _append_until_the_power_goes(folder, limits, opening=opening)
        disk.power_loss(kept)

        log = SqliteLog(folder, limits=limits, opening=opening)
        log.append({0: items("after", "after")}, [refusal("after")], logged_at=NOON)

        readers = [SqliteLogReader(folder, shard, opening=opening) for shard in (0, 1)]
        found = [activities(reader.read(0, ALL)) for reader in readers]
        refused = [received.receipt.decode() for _, received in readers[0].refusals(0, ALL)]
        groups = len(found[1])
        assert groups in {acknowledged, acknowledged + 1}
        names = [f"a{number}" for number in range(groups)]
        assert found == [[name for name in [*names, "after"] for _ in range(2)], names]
        assert refused == [*names, "after"]
        assert readers[0].counts() == LogCounts(items=3 * groups + 2, refusals=groups + 1)


def _append_until_the_power_goes(folder: Path, limits: SegmentLimits, *, opening: Opening) -> int:
    try:
        log = SqliteLog(folder, limits=limits, opening=opening)
    except Unavailable:
        return 0
    for number in range(1000):
        name = f"a{number}"
        try:
            log.append({0: items(name, name), 1: items(name)}, [refusal(name)], logged_at=NOON)
        except Unavailable:
            with suppress(Unavailable):
                log.close()
            return number
    raise AssertionError("the power should have gone")


def test_a_log_that_does_not_sync_would_be_caught(tmp_path: Path) -> None:
    disk = ForgetfulDisk()
    careless = Opening(vfs=disk.name, synchronous="OFF")
    SqliteLog(tmp_path, opening=careless).append({0: items("a")}, (), logged_at=NOON)

    disk.power_loss()

    assert SqliteLogReader(tmp_path, 0, opening=careless).read(0, ALL) == []


def test_every_append_syncs_once(tmp_path: Path) -> None:
    disk = ForgetfulDisk()
    log = SqliteLog(tmp_path, opening=Opening(vfs=disk.name))
    log.append({0: items("a")}, (), logged_at=NOON)
    before = disk.syncs

    for _ in range(10):
        log.append({0: items("a"), 1: items("b")}, [refusal("c")], logged_at=NOON)

    assert disk.syncs == before + 10


def test_an_append_that_the_disk_refuses_can_be_tried_again(tmp_path: Path) -> None:
    disk = ForgetfulDisk()
    log = SqliteLog(tmp_path, opening=Opening(vfs=disk.name))
    first = log.append({0: items("a")}, (), logged_at=NOON)
    disk.refuse_next(1)
    with pytest.raises(Unavailable):
        log.append({0: items("b")}, [refusal("b")], logged_at=NOON)

    assert log.append({0: items("b")}, [refusal("b")], logged_at=NOON) == first + 1

    reader = SqliteLogReader(tmp_path, 0, opening=Opening(vfs=disk.name))
    assert activities(reader.read(0, ALL)) == ["a", "b"]
    assert reader.counts() == LogCounts(items=2, refusals=1)


def test_a_segment_ends_when_it_is_old(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path, limits=SegmentLimits(max_age=timedelta(minutes=10)))
    for minutes in (0, 9, 10, 11, 20):
        log.append({0: items(f"a{minutes}")}, (), logged_at=at(minutes))

    assert numbers(tmp_path) == [1, 2, 3]
    reader = SqliteLogReader(tmp_path, 0)
    assert activities(reader.read(0, ALL)) == ["a0", "a9", "a10", "a11", "a20"]


def test_a_reader_follows_a_writer_over_segments_and_restarts(tmp_path: Path) -> None:
    reader = SqliteLogReader(tmp_path, 0)
    found: list[str] = []
    position = 0
    for restart in range(4):
        log = SqliteLog(tmp_path, limits=SegmentLimits(max_bytes=3000))
        for number in range(25):
            log.append({number % 2: items(f"{restart}-{number}")}, (), logged_at=NOON)
            if number % 3 == 0:
                chunks = reader.read(position, 2)
                found += activities(chunks)
                position = chunks[-1].seq if chunks else position
                assert reader.head() == log.tail.seq
        log.close()
    while chunks := reader.read(position, 2):
        found += activities(chunks)
        position = chunks[-1].seq

    assert found == [f"{restart}-{number}" for restart in range(4) for number in range(0, 25, 2)]
    assert len(numbers(tmp_path)) > 5


def test_a_segment_whose_making_was_cut_off_is_finished_at_the_next_start(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path)
    log.append({0: items("a")}, [refusal("r")], logged_at=NOON)
    log.close()
    path_of(tmp_path, 2).touch()
    reader = SqliteLogReader(tmp_path, 0)
    assert (reader.head(), activities(reader.read(0, ALL))) == (1, ["a"])

    log = SqliteLog(tmp_path)
    log.append({0: items("b")}, [refusal("s")], logged_at=NOON)

    assert activities(reader.read(0, ALL)) == ["a", "b"]
    assert [number for number, _ in reader.refusals(0, ALL)] == [1, 2]


def test_a_position_whose_segment_is_missing_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path, limits=TINY)
    for name in "abc":
        log.append({0: items(name)}, (), logged_at=NOON)
    log.close()
    path_of(tmp_path, 1).unlink()

    with pytest.raises(Damaged, match="begins after 1"):
        SqliteLogReader(tmp_path, 0).read(0, ALL)
    assert activities(SqliteLogReader(tmp_path, 0).read(1, ALL)) == ["b", "c"]


def test_a_closed_log_leaves_nothing_in_its_write_ahead_log(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path)
    log.append({0: items("a")}, (), logged_at=NOON)

    log.close()

    assert [path.name for path in tmp_path.iterdir()] == ["00000001.db"]
