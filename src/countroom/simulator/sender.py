"""Makes the requests: at a pace, over a few connections, again and again until each has its answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import aiohttp
import msgspec

from countroom.simulator.partner.happened import Window
from countroom.simulator.progress import Failure, Progress
from countroom.simulator.sabotage import Sabotage, Work, works
from countroom.simulator.sending import Sending

_OK: Final = 200
_BAD_REQUEST: Final = 400
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 500
"""From here on up it is the hub's own trouble."""

_FIRST_WAIT_S: Final = 0.05
_LONGEST_WAIT_S: Final = 2.0
_LONGEST_RETRY_AFTER_S: Final = 30.0
_ANSWER_CHARS: Final = 300


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """When each sending is due. With neither set, as fast as the connections carry it."""

    factor: float | None = None
    """Business time that passes in one second, in seconds: 3600 makes a second an hour."""
    per_second: float | None = None
    """Sendings per second, whatever their business time."""

    def due_s(self, sending: Sending, place: int, *, first_at: int) -> float:
        """Seconds after the start at which `sending`, the one at `place` from 0, is due."""
        if self.per_second is not None:
            return place / self.per_second
        if self.factor is not None:
            return (sending.at - first_at) / 1_000_000 / self.factor
        return 0.0


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender knows of time; a test brings its own."""

    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    request_timeout_s: float = 10.0


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send, and how."""

    url: str
    """Up to, and without, the path."""
    api_key: str
    connections: int = 32


class Sender:
    """Sends everything once and, where there is no answer, for as long as it takes.

    No answer, 429 and 5xx are tried again for ever, after a pause that doubles from 0.05 s to 2 s, or that the hub
    asked for: it may be killed at any time. Everything else settles the sending: 200, 400, or a failure.
    """

    def __init__(
        self, target: Target, pace: Pace, *, sabotage: Sabotage | None = None, timing: Timing | None = None
    ) -> None:
        self.progress = Progress()
        """Changes while `run` runs; for reading only."""
        self.windows: dict[int, Window] = {}
        """By number of the sending, from the first request to the answer, by `timing.now_s`; settled ones only."""
        self._target = target
        self._pace = pace
        self._sabotage = sabotage
        self._timing = timing or Timing()
        self._settled: dict[int, asyncio.Event] = {}

    async def run(self, sendings: Sequence[Sending]) -> Progress:
        """Send all of `sendings` and wait for every answer.

        Raises:
            ValueError: there is nothing among them that could be sabotaged.
        """
        todo = works(sendings, self._sabotage)
        self.progress.total = len(sendings)
        self._settled = {sending.after: asyncio.Event() for sending in sendings if sending.after is not None}
        # What waits for another sending stands behind it in the queue, so that the worker it waits for has begun.
        queue: asyncio.Queue[Work | None] = asyncio.Queue(maxsize=self._target.connections)
        timeout = aiohttp.ClientTimeout(total=self._timing.request_timeout_s)
        connector = aiohttp.TCPConnector(limit=self._target.connections)
        headers = {"X-Api-Key": self._target.api_key, "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session,
            asyncio.TaskGroup() as tasks,
        ):
            for _ in range(self._target.connections):
                tasks.create_task(self._work(session, queue))
            await self._feed(todo, queue)
        return self.progress

    async def _feed(self, todo: Sequence[Work], queue: asyncio.Queue[Work | None]) -> None:
        started = self._timing.now_s()
        first_at = todo[0].sending.at if todo else 0
        for place, work in enumerate(todo):
            wait_s = started + self._pace.due_s(work.sending, place, first_at=first_at) - self._timing.now_s()
            if wait_s > 0:
                await self._timing.sleep(wait_s)
            await queue.put(work)
        for _ in range(self._target.connections):
            await queue.put(None)

    async def _work(self, session: aiohttp.ClientSession, queue: asyncio.Queue[Work | None]) -> None:
        while (work := await queue.get()) is not None:
            sending = work.sending
            if sending.after is not None:
                await self._settled[sending.after].wait()
            if not work.is_secret:
                self.progress.sent += 1
                self.progress.business_at = max(sending.at, self.progress.business_at or sending.at)
            sent_s = self._timing.now_s()
            status, answer = (_OK, "") if work.is_pretended else await self._until_answered(session, sending)
            if not work.is_secret:
                self.windows[sending.number] = Window(sent_s, self._timing.now_s())
                self._settle(sending, status, answer=answer)

    async def _until_answered(self, session: aiohttp.ClientSession, sending: Sending) -> tuple[int, str]:
        pause_s = _FIRST_WAIT_S
        while True:
            status, answer, asked_s, cause = await self._request(session, sending)
            if status is not None and status < _UNAVAILABLE and status != _TOO_MANY:
                return status, answer
            self.progress.retried += 1
            self.progress.retried_for[cause] += 1
            await self._timing.sleep(pause_s if asked_s is None else min(asked_s, _LONGEST_RETRY_AFTER_S))
            pause_s = min(2 * pause_s, _LONGEST_WAIT_S)

    async def _request(
        self, session: aiohttp.ClientSession, sending: Sending
    ) -> tuple[int | None, str, float | None, str]:
        """Status and text of the answer, the pause the hub asked for in seconds, and what to call it if it is none."""
        began = self._timing.now_s()
        self.progress.in_flight += 1
        try:
            async with session.request(sending.method, self._target.url + sending.path, data=sending.body) as response:
                answer = await response.text(errors="replace")
                retry_after = response.headers.get("Retry-After", "")
                asked_s = float(retry_after) if retry_after.isdecimal() else None
                return response.status, answer, asked_s, str(response.status)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return None, "", None, type(error).__name__
        finally:
            self.progress.in_flight -= 1
            self.progress.latencies.add(self._timing.now_s() - began)

    def _settle(self, sending: Sending, status: int, *, answer: str) -> None:
        progress = self.progress
        progress.answered += 1
        if status == _OK and sending.answered_with_200:
            progress.accepted += 1
        elif status == _BAD_REQUEST and not sending.answered_with_200 and _names(answer, sending.expect):
            progress.refused[sending.expect] += 1
        else:
            said = answer[:_ANSWER_CHARS]
            progress.fail(Failure(sending.number, sending.path, sending.expect, status, said))
        if (settled := self._settled.get(sending.number)) is not None:
            settled.set()


def _names(answer: str, reason: str) -> bool:
    """True when the answer gives `reason`, or gives none of the known ones."""
    return reason in answer or not any(other in answer for other in REASONS)


REASONS: Final = (
    "malformed",
    "bad_amount",
    "bad_time",
    "unknown_type",
    "unknown_status",
    "unknown_brand",
    "bad_currency",
    "bad_id",
    "wrong_path",
)
"""Why a broken message may be refused."""
