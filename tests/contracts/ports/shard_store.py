"""What every store of a shard's rows promises."""

import random
from abc import ABC, abstractmethod

from countroom.ports import ShardStore


class ShardStoreContract(ABC):
    """A peer says how to open it, and how to lose it."""

    @abstractmethod
    def open(self) -> ShardStore:
        """The store, with what was committed before."""

    @abstractmethod
    def crash(self) -> None:
        """End what is open as a kill would, as nearly as the test's own process can."""

    def test_a_row_comes_back_and_what_is_not_there_is_none(self) -> None:
        store = self.open()
        put(store, {b"p1": b"one", b"p2": b"", b"p3": bytes(range(256))})

        assert store.get_many([b"p2", b"p9", b"p1", b"p3"]) == [b"", None, b"one", bytes(range(256))]
        assert store.get_many([]) == []

    def test_many_keys_in_any_order_and_twice_are_answered_in_that_order(self) -> None:
        store = self.open()
        put(store, {key(n): b"%d" % n for n in range(0, 3000, 2)})
        wanted = [n % 3000 for n in range(5000)]
        random.Random(1).shuffle(wanted)

        found = store.get_many([key(n) for n in wanted])

        assert found == [None if n % 2 else b"%d" % n for n in wanted]

    def test_nothing_of_a_write_is_there_before_its_commit(self) -> None:
        store = self.open()
        write = store.write()

        write.put(b"a", b"1")

        assert store.get_many([b"a"]) == [None]
        assert list(store.scan(b"")) == []

    def test_a_commit_changes_and_removes_at_once(self) -> None:
        store = self.open()
        put(store, {b"a": b"1", b"b": b"1"})
        write = store.write()
        write.put(b"a", b"2")
        write.delete(b"b")
        write.delete(b"never there")
        write.put(b"c", b"2")

        store.commit(write)

        assert list(store.scan(b"")) == [(b"a", b"2"), (b"c", b"2")]

    def test_the_last_word_on_a_key_counts(self) -> None:
        store = self.open()
        write = store.write()
        write.put(b"a", b"1")
        write.delete(b"a")
        write.delete(b"b")
        write.put(b"b", b"1")
        write.put(b"b", b"2")

        store.commit(write)

        assert store.get_many([b"a", b"b"]) == [None, b"2"]

    def test_an_empty_commit_is_no_error(self) -> None:
        store = self.open()

        store.commit(store.write())

        assert list(store.scan(b"")) == []

    def test_a_scan_gives_the_rows_of_its_prefix_in_order_of_key(self) -> None:
        store = self.open()
        put(store, {name: name for name in (b"b2", b"a", b"b", b"c", b"b\xff\xff", b"b10", b"b\x00")})

        rows = list(store.scan(b"b"))

        assert [row[0] for row in rows] == [b"b", b"b\x00", b"b10", b"b2", b"b\xff\xff"]
        assert all(name == value for name, value in rows)
        assert list(store.scan(b"d")) == []

    def test_a_scan_of_a_prefix_at_the_end_of_all_keys_sees_them(self) -> None:
        store = self.open()
        put(store, {b"\xff": b"1", b"\xff\xff": b"2", b"\xff\x00": b"3", b"\xfe": b"4"})

        assert [name for name, _ in store.scan(b"\xff")] == [b"\xff", b"\xff\x00", b"\xff\xff"]
        assert [name for name, _ in store.scan(b"\xff\xff")] == [b"\xff\xff"]

    def test_a_scan_begins_at_its_start_and_never_before_its_prefix(self) -> None:
        store = self.open()
        put(store, {b"a%d" % n: b"" for n in range(5)} | {b"b0": b""})

        assert [name for name, _ in store.scan(b"a", b"a3")] == [b"a3", b"a4"]
        assert [name for name, _ in store.scan(b"a", b"a25")] == [b"a3", b"a4"]
        assert [name for name, _ in store.scan(b"b", b"a3")] == [b"b0"]
        assert list(store.scan(b"a", b"b")) == []

    def test_a_scan_sees_the_rows_as_of_the_call(self) -> None:
        store = self.open()
        put(store, {b"a1": b"old", b"a2": b"old"})

        rows = store.scan(b"a")
        put(store, {b"a2": b"new", b"a3": b"new"})

        assert list(rows) == [(b"a1", b"old"), (b"a2", b"old")]

    def test_what_was_committed_survives_a_crash(self) -> None:
        store = self.open()
        for n in range(50):
            put(store, {key(n): b"x" * n, b"position": b"%d" % n})

        self.crash()

        store = self.open()
        assert store.get_many([b"position"]) == [b"49"]
        assert store.get_many([key(n) for n in range(50)]) == [b"x" * n for n in range(50)]

    def test_what_was_committed_survives_a_close(self) -> None:
        store = self.open()
        put(store, {b"a": b"1"})

        store.close()

        assert self.open().get_many([b"a"]) == [b"1"]


def key(number: int) -> bytes:
    """Keys whose order is that of their numbers."""
    return b"p%08d" % number


def put(store: ShardStore, rows: dict[bytes, bytes]) -> None:
    """Commit `rows`."""
    write = store.write()
    for name, value in rows.items():
        write.put(name, value)
    store.commit(write)
