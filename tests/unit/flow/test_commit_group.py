import asyncio
import threading
from collections.abc import Sequence

import pytest

from countroom.core.errors import Unavailable
from countroom.flow.commit_group import CommitGroups
from tests.unit.flow.parts import on_a_loop


class Disk:
    """Writes groups when it is let."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.is_free = threading.Event()
        self.is_free.set()
        self.is_at_work = threading.Event()
        self.is_full = False
        self.threads: set[int] = set()

    def write(self, entries: Sequence[int]) -> None:
        self.is_at_work.set()
        assert self.is_free.wait(10)
        if self.is_full:
            raise Unavailable("the disk is full")
        self.threads.add(threading.get_ident())
        self.groups.append(list(entries))


async def at_work(disk: Disk) -> None:
    await asyncio.get_running_loop().run_in_executor(None, disk.is_at_work.wait, 10)


def test_a_lone_entry_is_written_at_once() -> None:
    async def story() -> None:
        disk = Disk()
        groups = CommitGroups[int](disk.write, name="test")

        await groups.put(1)

        assert disk.groups == [[1]]
        await groups.close()

    on_a_loop(story)


def test_what_comes_in_one_turn_of_the_loop_is_one_group() -> None:
    async def story() -> None:
        disk = Disk()
        groups = CommitGroups[int](disk.write, name="test")

        await asyncio.gather(*[groups.put(n) for n in range(5)])

        assert disk.groups == [[0, 1, 2, 3, 4]]
        await groups.close()

    on_a_loop(story)


def test_what_comes_while_one_group_is_written_is_the_next_group() -> None:
    async def story() -> None:
        disk = Disk()
        disk.is_free.clear()
        groups = CommitGroups[int](disk.write, name="test")
        first = groups.put(1)
        await at_work(disk)
        others = [groups.put(2), groups.put_all([3, 4]), groups.put(5)]
        assert groups.waiting == 4

        disk.is_free.set()
        await asyncio.gather(first, *others)

        assert disk.groups == [[1], [2, 3, 4, 5]]
        assert len(disk.threads) == 1
        await groups.close()

    on_a_loop(story)


def test_nobody_is_told_before_his_group_is_written() -> None:
    async def story() -> None:
        disk = Disk()
        disk.is_free.clear()
        groups = CommitGroups[int](disk.write, name="test")
        first = groups.put(1)
        await at_work(disk)
        second = groups.put(2)

        assert not first.done()
        assert not second.done()
        disk.is_free.set()
        await second
        assert first.done()
        await groups.close()

    on_a_loop(story)


def test_a_group_that_fails_fails_for_all_of_it_and_for_no_other() -> None:
    async def story() -> None:
        disk = Disk()
        disk.is_free.clear()
        disk.is_full = True
        groups = CommitGroups[int](disk.write, name="test")
        lost = [groups.put(1), groups.put(2)]
        disk.is_free.set()
        for waiter in lost:
            with pytest.raises(Unavailable, match="disk is full"):
                await waiter

        disk.is_full = False
        await groups.put(3)

        assert disk.groups == [[3]]
        await groups.close()

    on_a_loop(story)


def test_a_caller_who_leaves_disturbs_nobody() -> None:
    async def story() -> None:
        disk = Disk()
        groups = CommitGroups[int](disk.write, name="test")
        leaving, staying = groups.put(1), groups.put(2)

        leaving.cancel()
        await staying

        assert disk.groups == [[1, 2]]
        await groups.close()

    on_a_loop(story)


def test_entries_beyond_the_bound_are_refused_before_they_are_taken() -> None:
    async def story() -> None:
        disk = Disk()
        disk.is_free.clear()
        groups = CommitGroups[int](disk.write, name="test", most_waiting=2)
        first = groups.put(1)
        await at_work(disk)
        waiting = [groups.put(2), groups.put(3)]

        with pytest.raises(Unavailable, match="2 entries wait"):
            groups.put(4)

        disk.is_free.set()
        await asyncio.gather(first, *waiting)
        assert disk.groups == [[1], [2, 3]]
        await groups.close()

    on_a_loop(story)


def test_closing_writes_what_waits_and_takes_nothing_more() -> None:
    async def story() -> None:
        disk = Disk()
        disk.is_free.clear()
        groups = CommitGroups[int](disk.write, name="test")
        first = groups.put(1)
        await at_work(disk)
        second = groups.put(2)
        closing = asyncio.ensure_future(groups.close())
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            groups.put(3)

        disk.is_free.set()
        await closing

        assert first.done()
        assert second.done()
        assert disk.groups == [[1], [2]]

    on_a_loop(story)
