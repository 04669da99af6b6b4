"""Group commit: what comes while one group is being written goes out together with the next.

There is no timer. A lone entry is written at once, when a turn of the event loop has brought no
other; under load the groups grow by themselves to what arrives during one write, which is what
makes a synced disk fast enough.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, Generic, TypeVar

from countroom.core.errors import Unavailable

E = TypeVar("E")

_MOST_TURNS: Final = 4
"""How often a group that is ready waits for one more turn of the loop while each brings more to it. Far less than a
millisecond in all; under load it halves the number of groups, and with it what each costs besides its entries."""
MOST_WAITING: Final = 50_000
"""Entries that may wait for their turn: a writer that is stuck must not eat the memory."""


class CommitGroups(Generic[E]):
    """Writes entries in groups, all or none of each, in one thread of its own.

    `write` is called in that thread with the entries of a group in the order they came; when it
    returns, all of them are recorded, and when it raises, none is. Used from one event loop.
    """

    def __init__(self, write: Callable[[Sequence[E]], None], *, name: str, most_waiting: int = MOST_WAITING) -> None:
        self._write = write
        self._name = name
        self._most_waiting = most_waiting
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._loop = asyncio.get_running_loop()
        self._entries: list[E] = []
        self._waiters: list[asyncio.Future[None]] = []
        self._is_scheduled = False
        self._is_writing = False
        self._idle: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> int:
        """Entries that wait for the group which is being written."""
        return len(self._entries)

    def put(self, entry: E) -> asyncio.Future[None]:
        """Done when `entry` is recorded; fails with what `write` raised for its group.

        Raises:
            Unavailable: too many entries wait already. Nothing was recorded.
        """
        self._check_room()
        self._entries.append(entry)
        return self._joined()

    def put_all(self, entries: Iterable[E]) -> asyncio.Future[None]:
        """Done when all `entries` are recorded, in one group; fails with what `write` raised for it.

        Raises:
            Unavailable: too many entries wait already. Nothing was recorded.
        """
        self._check_room()
        self._entries.extend(entries)
        return self._joined()

    async def flush(self) -> None:
        """Return when nothing waits and nothing is being written."""
        while self._is_scheduled or self._is_writing:
            if self._idle is None:
                self._idle = self._loop.create_future()
            await asyncio.shield(self._idle)

    async def close(self) -> None:
        """Write what waits, then end the thread. Entries put later are refused."""
        self._most_waiting = 0
        await self.flush()
        self._thread.shutdown(wait=True)

    def _check_room(self) -> None:
        waiting = len(self._entries)
        if waiting >= self._most_waiting:
            raise Unavailable(f"{self._name}: {waiting} entries wait to be written already; send again later")

    def _joined(self) -> asyncio.Future[None]:
        waiter = self._loop.create_future()
        self._waiters.append(waiter)
        if not (self._is_scheduled or self._is_writing):
            self._gather(seen=0, turns=0)
        return waiter

    def _gather(self, *, seen: int, turns: int) -> None:
        """Start the group when a turn of the loop has brought nothing more to it, or after a few turns."""
        self._is_scheduled = True
        if turns < _MOST_TURNS and len(self._entries) > seen:
            self._loop.call_soon(partial(self._gather, seen=len(self._entries), turns=turns + 1))
        else:
            self._start()

    def _start(self) -> None:
        self._is_scheduled = False
        self._is_writing = True
        entries, waiters = self._entries, self._waiters
        self._entries, self._waiters = [], []
        written = self._loop.run_in_executor(self._thread, self._write, entries)
        written.add_done_callback(lambda done: self._finish(done, waiters))

    def _finish(self, done: asyncio.Future[None], waiters: list[asyncio.Future[None]]) -> None:
        self._is_writing = False
        error = done.exception()
        for waiter in waiters:
            if waiter.done():
                continue  # Whoever waited has gone; what he sent is recorded all the same.
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)
        if self._waiters:
            self._gather(seen=0, turns=0)
        elif self._idle is not None:
            self._idle.set_result(None)
            self._idle = None
