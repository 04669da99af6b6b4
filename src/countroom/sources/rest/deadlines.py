"""uvicorn's HTTP protocol with bounds: on time, on the size of the head, on connections.

uvicorn keeps a half-sent request for ever and takes headers of any size. Here every phase of a
connection has a time. No timer is set for it: each step counts itself, and a sweep over all
connections sees which of them has not taken a step for too long; so a deadline is kept to
within one sweep, a quarter of the shortest of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, MutableMapping
from enum import IntEnum
from typing import Any, Final, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from countroom.sources.rest import answers
from countroom.sources.rest.answers import Answer
from countroom.sources.rest.exchange import Exchange
from countroom.sources.rest.settings import Limits

_CLOSING_S: Final = 2.0
"""What a client is given to take the last answer before its connection is cut."""
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_SWEEP_S: Final = (0.005, 1.0)
"""Shortest and longest time between two sweeps."""


class Phase(IntEnum):
    """What a connection waits for."""

    OPENED = 0
    HEAD = 1
    BODY = 2
    ANSWER = 3
    IDLE = 4


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *, limits: Limits, on_gone: Callable[[], None], **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._limits = limits
        self._on_gone = on_gone
        self.exchange: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._phase = Phase.OPENED
        self._is_ending = False
        self._steps = 0
        self._head_bytes = 0
        self._chunk_bytes = 0
        self._seen_steps = -1
        self._seen_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or answer 503 when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > 2 * self._limits.connections:
            self.transport.abort()  # Even to say no to them takes too much.
        elif len(self.connections) > self._limits.connections:
            text = f"more than {self._limits.connections} connections are open"
            self._refuse(answers.away(text, self._limits.retry_after_s))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._on_gone()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that grows too large is answered 431."""
        if self._is_ending:
            return
        self._chunk_bytes = len(data)
        super().data_received(data)
        if self._phase is Phase.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes and not self.is_over():
                self._refuse(answers.head_too_large(self._limits.head_bytes))

    def on_message_begin(self) -> None:
        """A request begins."""
        self._phase = Phase.HEAD
        self._steps += 1
        self._head_bytes = 0
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """The head is complete: the application can begin, or stands in line behind earlier requests."""
        self._phase = Phase.BODY
        self._steps += 1
        parser = self.parser
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope = {
            "type": "http",
            "asgi": _ASGI,
            "method": parser.get_method().decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "query_string": url.query or b"",
            "headers": self.headers,
        }
        keep_alive = parser.get_http_version() != "1.0" and parser.should_keep_alive()
        earlier = self.exchange
        self.exchange = Exchange(scope, self, keep_alive=keep_alive, expects_100=self.expect_100_continue)
        self.cycle = cast(Any, self.exchange)
        if earlier is None or earlier.response_complete:
            self._begin(self.exchange)
        else:
            self.flow.pause_reading()
            self._waiting.append(self.exchange)

    def on_message_complete(self) -> None:
        """The body is complete; after an early answer there is nothing more to do."""
        exchange = self.exchange
        if exchange is None or exchange.response_complete:
            self._phase = Phase.IDLE
        else:
            self._phase = Phase.ANSWER
            exchange.more_body = False
            exchange.set()
        self._steps += 1

    def on_response_complete(self) -> None:
        """Go on with the next request. As uvicorn does it, but without a timer for each."""
        self._steps += 1
        if self.is_over():
            return
        self.flow.resume_reading()
        if self._waiting:
            self._begin(self._waiting.popleft())
        elif self._phase is Phase.ANSWER:
            self._phase = Phase.IDLE

    def is_over(self) -> bool:
        """True when nothing can be written any more."""
        return self._is_ending or self.transport.is_closing()

    def end(self) -> None:
        """Close when the last answer is on its way."""
        if self._phase is Phase.BODY:
            self._linger()
        else:
            self.transport.close()

    def check(self, now_s: float) -> None:
        """End the connection if it has waited too long for what it waits for."""
        if self._steps != self._seen_steps:
            self._seen_steps = self._steps
            self._seen_at = now_s
            return
        waited_s = now_s - self._seen_at
        if self.is_over():
            if waited_s > _CLOSING_S:
                self.transport.abort()
        elif waited_s > self._allowed_s():
            self._expire()

    def _begin(self, exchange: Exchange) -> None:
        limit = self._limits.head_bytes
        app: Any = self.app
        # Nearly every head is shorter than what one read brings, and need not be measured.
        if self._head_bytes + self._chunk_bytes > limit and _head_bytes(exchange.scope) > limit:
            app = self._answer_head_too_large
        task = self.loop.create_task(app(exchange.scope, exchange.receive, exchange.send))
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            # A fault of ours, never something that a client sent.
            self.logger.error("the intake failed on a request", exc_info=fault)
            if not self.is_over():
                self._refuse(answers.our_fault())

    def _allowed_s(self) -> float:
        limits = self._limits
        if self.flow.read_paused:
            return limits.answer_s  # It is we who do not read on, while an earlier request is answered.
        match self._phase:
            case Phase.OPENED | Phase.HEAD:
                return limits.head_s
            case Phase.BODY:
                return limits.body_s
            case Phase.ANSWER:
                return limits.answer_s
            case Phase.IDLE:
                return limits.idle_s

    def _expire(self) -> None:
        if self._phase is Phase.HEAD:
            self._refuse(answers.too_slow("headers", self._limits.head_s))
        elif self._phase is Phase.BODY and self.exchange is not None and not self.exchange.response_complete:
            self._refuse(answers.too_slow("body", self._limits.body_s))
        elif self._phase in {Phase.OPENED, Phase.IDLE}:
            self._steps += 1
            self.transport.close()
        else:
            self.transport.abort()

    def _refuse(self, answer: Answer) -> None:
        self._steps += 1
        self.transport.write(answers.on_the_wire(answer))
        self._linger()

    def _linger(self) -> None:
        """Say that no more will come, and pass over what the client still sends.

        To close at once while it is sending would reset the connection, and the client would
        never read the answer. `check` cuts a connection that lingers for too long.
        """
        self._is_ending = True
        self.flow.resume_reading()
        if not self.transport.is_closing():
            self.transport.write_eof()

    async def _answer_head_too_large(self, scope: object, receive: object, send: object) -> None:
        del scope, receive
        start, body = answers.head_too_large(self._limits.head_bytes)
        say = cast(Callable[[MutableMapping[str, Any]], Any], send)
        await say(start)
        await say(body)


def _head_bytes(scope: MutableMapping[str, Any]) -> int:
    lines = sum(len(name) + len(value) + len(": \r\n") for name, value in scope["headers"])
    return lines + len(scope["path"]) + len(scope["query_string"])


def sweep_every_s(limits: Limits) -> float:
    """Time between two sweeps: a quarter of the shortest deadline, within [0.005, 1] s."""
    shortest = min(limits.head_s, limits.body_s, limits.idle_s, limits.answer_s)
    return min(max(shortest / 4, _SWEEP_S[0]), _SWEEP_S[1])
