"""What every event log promises, writer and reader together."""

from abc import ABC, abstractmethod

from countroom.core.instants import Instant
from countroom.ports import EventLog, LogCounts, LogReader
from tests.contracts.ports.items import NOON, activities, at, decoded, item, items, refusal

ALL = 1_000_000


class EventLogContract(ABC):
    """A peer says how to open the two sides, and how to lose the writer."""

    @abstractmethod
    def open_log(self) -> EventLog:
        """The writing side, going on where the one before stopped."""

    @abstractmethod
    def open_reader(self, shard: int) -> LogReader:
        """The reading side for `shard`."""

    @abstractmethod
    def crash(self) -> None:
        """End all that is open as a power cut or a kill would."""

    def test_what_was_appended_is_read_as_it_was(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)

        log.append({0: items("a", "b")}, (), logged_at=NOON)

        [chunk] = reader.read(0, ALL)
        assert decoded([chunk]) == items("a", "b")
        assert (chunk.count, chunk.logged_at) == (2, NOON)

    def test_what_was_appended_survives_a_crash(self) -> None:
        log = self.open_log()
        for number in range(20):
            log.append({0: items(f"a{number}")}, [refusal(f"r{number}")], logged_at=NOON)

        self.crash()

        reader = self.open_reader(0)
        assert activities(reader.read(0, ALL)) == [f"a{number}" for number in range(20)]
        assert [found.receipt for _, found in reader.refusals(0, ALL)] == [b"r%d" % number for number in range(20)]

    def test_two_shards_never_see_each_others_items(self) -> None:
        log = self.open_log()

        log.append({0: items("a"), 1: items("b")}, (), logged_at=NOON)
        log.append({1: items("c")}, (), logged_at=NOON)

        assert activities(self.open_reader(0).read(0, ALL)) == ["a"]
        assert activities(self.open_reader(1).read(0, ALL)) == ["b", "c"]
        assert self.open_reader(2).read(0, ALL) == []

    def test_positions_grow_from_one_and_the_last_is_the_head(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        assert reader.head() == 0

        heads = [log.append({0: items("a"), 1: items("b")}, (), logged_at=NOON) for _ in range(3)]

        seqs = [chunk.seq for shard in (0, 1) for chunk in self.open_reader(shard).read(0, ALL)]
        assert min(seqs) >= 1
        assert len(set(seqs)) == 6
        assert heads == sorted(set(heads))
        assert max(seqs) == heads[-1] == reader.head()
        assert [chunk.seq for chunk in reader.read(0, ALL)] == sorted(chunk.seq for chunk in reader.read(0, ALL))

    def test_positions_go_on_after_a_crash(self) -> None:
        first = self.open_log().append({0: items("a")}, [refusal("r")], logged_at=NOON)
        self.crash()

        second = self.open_log().append({0: items("b")}, [refusal("s")], logged_at=NOON)

        reader = self.open_reader(0)
        assert second > first
        assert activities(reader.read(first, ALL)) == ["b"]
        assert activities(reader.read(0, ALL)) == ["a", "b"]
        [(r, _), (s, _)] = reader.refusals(0, ALL)
        assert s > r

    def test_a_reader_resumes_at_its_position(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        for number in range(10):
            log.append({0: items(f"a{number}")}, (), logged_at=NOON)

        position = reader.read(0, 4)[-1].seq

        assert activities(self.open_reader(0).read(position, ALL)) == [f"a{number}" for number in range(4, 10)]

    def test_a_reader_may_go_back(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        head = log.append({0: items("a")}, (), logged_at=NOON)
        assert reader.read(head, ALL) == []

        assert activities(reader.read(0, ALL)) == ["a"]

    def test_a_level_reader_gets_nothing_and_then_what_comes(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        head = log.append({0: items("a")}, (), logged_at=NOON)

        assert reader.read(head, ALL) == []
        log.append({0: items("b")}, (), logged_at=NOON)
        assert activities(reader.read(head, ALL)) == ["b"]

    def test_a_read_stops_at_about_its_limit_and_never_before_one_chunk(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        for number in range(4):
            log.append({0: items(f"a{number}", f"b{number}")}, (), logged_at=NOON)

        assert [chunk.count for chunk in reader.read(0, 1)] == [2]
        assert [chunk.count for chunk in reader.read(0, 3)] == [2, 2]
        assert [chunk.count for chunk in reader.read(0, 8)] == [2, 2, 2, 2]

    def test_a_reader_that_comes_before_its_log_waits_by_getting_nothing(self) -> None:
        reader = self.open_reader(0)
        assert (reader.read(0, ALL), reader.head(), reader.refusals(0, ALL)) == ([], 0, [])
        assert reader.counts() == LogCounts(items=0, refusals=0)

        self.open_log().append({0: items("a")}, (), logged_at=NOON)

        assert activities(reader.read(0, ALL)) == ["a"]

    def test_refusals_are_numbered_and_paged_in_order(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        log.append({}, [refusal("a"), refusal("b")], logged_at=NOON)
        log.append({0: items("x")}, [refusal("c")], logged_at=NOON)

        first = reader.refusals(0, 2)
        second = reader.refusals(first[-1][0], 2)

        assert [found for _, found in first + second] == [refusal("a"), refusal("b"), refusal("c")]
        assert [number for number, _ in first + second] == sorted({number for number, _ in first + second})

    def test_a_group_of_nothing_leaves_no_trace(self) -> None:
        log, reader = self.open_log(), self.open_reader(0)
        head = log.append({0: items("a")}, (), logged_at=NOON)

        assert log.append({0: [], 1: []}, (), logged_at=at(1)) == head
        assert (reader.head(), reader.counts()) == (head, LogCounts(items=1, refusals=0))

    def test_counts_are_of_all_shards_and_survive_a_crash(self) -> None:
        log = self.open_log()
        log.append({0: items("a", "b"), 1: items("c")}, [refusal("x")], logged_at=NOON)
        self.crash()
        self.open_log().append({1: items("d")}, [refusal("y"), refusal("z")], logged_at=NOON)

        assert self.open_reader(0).counts() == LogCounts(items=4, refusals=3)

    def test_stamps_never_go_back_not_even_over_a_crash(self) -> None:
        log = self.open_log()
        log.append({0: items("a")}, (), logged_at=at(5))
        log.append({0: items("b")}, (), logged_at=at(3))
        self.crash()
        self.open_log().append({0: items("c")}, (), logged_at=at(4))

        stamps: list[Instant] = [chunk.logged_at for chunk in self.open_reader(0).read(0, ALL)]
        assert stamps == [at(5), at(5), at(5)]

    def test_a_large_group_comes_back_whole(self) -> None:
        log, reader = self.open_log(), self.open_reader(3)
        many = [item(f"a{number}") for number in range(5000)]

        log.append({3: many}, (), logged_at=NOON)

        assert decoded(reader.read(0, 1)) == many
