"""The third leg: rows of the outboxes to partners, in order per player, until each has accepted.

What was sent is recorded afterwards, so a kill in between repeats it, with the same event id. What
cannot be sent now lies in the store by the time the cursor moves past it: a cursor always keeps up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, Protocol

import msgspec

from countroom.core.deliveries import LinkView, PartnerState
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.flow.delivery_book import DeliveryBook, DeliveryLook
from countroom.flow.desk import CHAIN, Desk, DeskParts
from countroom.flow.known_links import KnownLinks
from countroom.flow.route import Router
from countroom.flow.unrecorded import Unrecorded
from countroom.ports import Outbox

POLL_S: Final = 0.05
"""Longest wait for a ring, and for something to become due."""
ROWS: Final = 100
"""Rows that are taken at once: between two lots what is due is sent."""
MOST_UNRECORDED: Final = 4_000
"""Beyond it no rows are taken until some are recorded."""
GATHER_S: Final = 0.02
"""Between two records: what is sent meanwhile is recorded as done at once."""
AWAY_S: Final = 0.5
CATCH_UP_S: Final = 10.0
"""Longest wait at the start for shards that do not answer, before anything is sent."""
DRAIN_S: Final = 5.0
RELEASE_S: Final = 1.0
PRUNED: Final = 500
"""Old deliveries that are looked at in one step."""
PRUNE_S: Final = 60.0


class Offload(Protocol):
    """Runs blocking work beside the event loop; one piece after the other, in their order."""

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
        """What `work` gives."""
        ...


class DeliverParts(msgspec.Struct, frozen=True):
    """What the third leg stands on."""

    book: DeliveryBook
    look: DeliveryLook
    outboxes: Mapping[int, Outbox]
    desks: Mapping[str, DeskParts]
    clock: Callable[[], Instant]
    offload: Offload
    poll_s: float = POLL_S
    """How often outboxes and store are looked at without a ring; made time wants it longer."""


class Deliver:
    """Made in the event loop that it runs in. `rung` is called when a shard rings."""

    def __init__(self, parts: DeliverParts) -> None:
        """Take up where the store says that the last life ended.

        Raises:
            Unavailable: the store cannot be read now.
        """
        self._book = parts.book
        self._outboxes = parts.outboxes
        self._clock = parts.clock
        self._offload = parts.offload
        self._poll_s = parts.poll_s
        self._loop = asyncio.get_running_loop()
        self.unrecorded = Unrecorded()
        kept, waiting = parts.book.partners(), parts.book.open_deliveries()
        self.desks = {
            name: Desk(name, desk, state=kept.get(name) or PartnerState(), unrecorded=self.unrecorded)
            for name, desk in parts.desks.items()
        }
        last_delivery, last_link = parts.book.last_numbers()
        self.links = KnownLinks(parts.look, last=last_link, is_needed=self._is_needed)
        self.router = Router(self.desks, self.links, look=parts.look, unrecorded=self.unrecorded, last=last_delivery)
        self._taken = parts.book.cursors()
        self._recorded = dict(self._taken)
        self._released: dict[int, int] = {}
        self._release_at = 0.0
        self._prune_at = 0.0
        self._prune_after = 0
        self._bells = {shard: asyncio.Event() for shard in parts.outboxes}
        self._level: set[int] = set()
        self._all_level = asyncio.Event()
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._done: list[asyncio.Future[None]] = []
        self._is_stopping = False
        for name, desk in self.desks.items():
            self.unrecorded.count(name, desk.state)
            desk.waiting = waiting.get(name, 0)
            for link in parts.book.shut_links(name):
                # Gates are the configuration's, which may have changed.
                self.router.look_at_gates(desk, self.links.adopted(link))

    def rung(self) -> None:
        """A shard may have rows."""
        for bell in self._bells.values():
            bell.set()

    async def run(self, stop: asyncio.Event, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Deliver until `stop` is set; then what is on its way ends, within 5 s, and all is recorded."""
        tasks = [asyncio.create_task(self._feed(shard, outbox)) for shard, outbox in self._outboxes.items()]
        tasks.append(asyncio.create_task(self._start()))
        books = asyncio.create_task(self._keep_books())
        ended = asyncio.create_task(stop.wait())
        on_ready()
        left: set[asyncio.Future[Any]] = {*tasks, books, ended, *(desk.broken for desk in self.desks.values())}
        try:
            while not ended.done():
                done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # A fault ends the process: it is started again from what is recorded.
        finally:
            ended.cancel()
            for desk in self.desks.values():
                desk.broken.cancel()
            await self._end(tasks, books)

    async def _end(self, tasks: list[asyncio.Task[None]], books: asyncio.Task[None]) -> None:
        for desk in self.desks.values():
            desk.may_send = False
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        sending = [task for desk in self.desks.values() for task in desk.sending]
        if sending:
            _, late = await asyncio.wait(sending, timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # The books are not cancelled: what is being recorded must not be recorded twice.
        self._is_stopping = True
        self._work.set()
        await asyncio.gather(books, return_exceptions=True)
        if not books.cancelled() and books.exception() is None:
            with suppress(Unavailable):
                await self._record()

    async def _start(self) -> None:
        """Let messages go once every outbox was taken to its end: what ended meanwhile is withdrawn by then."""
        await _either(self._all_level, CATCH_UP_S)
        for desk in self.desks.values():
            desk.may_send = True
            desk.pump()

    async def _feed(self, shard: int, outbox: Outbox) -> None:
        bell = self._bells[shard]
        while True:
            bell.clear()
            try:
                rows = await outbox.read(self._taken.get(shard, 0), ROWS)
            except Unavailable:
                await asyncio.sleep(AWAY_S)
                continue
            if not rows:
                self._level.add(shard)
                if len(self._level) == len(self._outboxes):
                    self._all_level.set()
                await _either(bell, self._poll_s)
                continue
            now = self._clock()
            for row in rows:
                self.router.take(row, now)
            self._taken[shard] = rows[-1].number
            self.unrecorded.took(shard, rows[-1].number)
            for desk in self.desks.values():
                desk.pump()
            self._work.set()
            while self.unrecorded.size > MOST_UNRECORDED:
                self._room.clear()
                await self._room.wait()

    async def _keep_books(self) -> None:
        while not self._is_stopping:
            await _either(self._work, self._poll_s)
            self._work.clear()
            try:
                await self._record()
                await self._look_for_due()
                await self._prune()
            except Unavailable:
                await asyncio.sleep(AWAY_S)
                continue
            await self._release()
            await asyncio.sleep(GATHER_S)

    async def _record(self) -> None:
        """Put down what is not recorded.

        Raises:
            Unavailable: the store cannot be written now. It is tried again with the next.
        """
        unrecorded = self.unrecorded
        while True:
            done, self._done = self._done, []
            try:
                if unrecorded.recording is not None or not unrecorded.is_empty:
                    change = unrecorded.recording or unrecorded.begin(self._clock(), self.links.at_hand)
                    await self._offload(self._book.record, change)
                    unrecorded.recorded()
                    self._recorded.update(change.cursors)
            except BaseException:
                self._done += done
                raise
            self._room.set()
            for future in done:
                if not future.done():
                    future.set_result(None)
            if not self._is_stopping or unrecorded.is_empty:
                return

    async def recorded(self) -> None:
        """Returns when all that has been said and done so far is recorded."""
        future = self._loop.create_future()
        self._done.append(future)
        self._work.set()
        await future

    async def _look_for_due(self) -> None:
        for desk in self.desks.values():
            count = desk.wants()
            if not count:
                continue
            due = partial(self._book.due, desk.name, self._clock(), after=desk.after, limit=count)
            heads = await self._offload(due)
            desk.after = heads[-1][:2] if len(heads) == count else (0, 0)
            wanted = [link for _, _, link in heads if link not in desk.chains and not self.unrecorded.is_busy(link)]
            if not wanted:
                continue
            found = await self._offload(self._book.waiting, list(dict.fromkeys(wanted)), CHAIN)
            self.links.trim()
            for view, deliveries in found:
                if not self.unrecorded.is_busy(view.link):
                    desk.load(self.links.adopted(view), deliveries)
            desk.pump()

    async def _prune(self) -> None:
        now_s = self._loop.time()
        if now_s < self._prune_at:
            return
        now = self._clock()
        before = {name: Instant(now - desk.terms.retention) for name, desk in self.desks.items()}
        prune = partial(self._book.prune, before, after=self._prune_after, limit=PRUNED)
        _, self._prune_after = await self._offload(prune)
        self._prune_at = now_s + (GATHER_S if self._prune_after else PRUNE_S)

    async def _release(self) -> None:
        """Tell the shards what lies here now: they may forget it."""
        now_s = self._loop.time()
        if now_s < self._release_at:
            return
        self._release_at = now_s + RELEASE_S
        for shard, upto in self._recorded.items():
            if upto > self._released.get(shard, 0) and shard in self._outboxes:
                with suppress(Unavailable):
                    await self._outboxes[shard].release(upto)
                    self._released[shard] = upto

    def _is_needed(self, link: LinkView) -> bool:
        if self.unrecorded.holds(link):
            return True
        desk = self.desks.get(link.partner)
        return desk is not None and link.link in desk.chains


async def _either(event: asyncio.Event, timeout_s: float) -> None:
    """Returns when the event is set, or when the time is over."""
    # Not `wait_for`: in Python 3.11 it swallows a cancellation that comes with its end.
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
