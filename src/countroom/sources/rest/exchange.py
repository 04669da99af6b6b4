"""One request and its answer, on the wire side of ASGI.

Stands where uvicorn has its request-response cycle, and does what it does for answers that are
made in one piece, which ours all are: one write for head and body, no event object and no
second copy of the body for each request. That is a third of what a request costs in uvicorn.
"""

import asyncio
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final, Protocol

from uvicorn.protocols.http.flow_control import FlowControl

STATUS_LINES: Final = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}


class Line(Protocol):
    """The connection, as an exchange sees it."""

    flow: FlowControl
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport

    def on_response_complete(self) -> None:
        """The answer is written."""
        ...

    def is_over(self) -> bool:
        """True when nothing can be written any more."""
        ...

    def end(self) -> None:
        """Close the connection when the answer is on its way."""
        ...


class Exchange:
    """What uvicorn's protocol expects of its cycle, and the `receive` and `send` of ASGI."""

    __slots__ = (
        "_expects_100",
        "_line",
        "_start",
        "_waiter",
        "body",
        "disconnected",
        "keep_alive",
        "more_body",
        "response_complete",
        "scope",
    )

    def __init__(self, scope: MutableMapping[str, Any], line: Line, *, keep_alive: bool, expects_100: bool) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.response_complete = False
        self._line = line
        self._start: MutableMapping[str, Any] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._expects_100 = expects_100

    @property
    def message_event(self) -> "Exchange":
        """Something with a `set`, which the protocol calls when there is news."""
        return self

    def set(self) -> None:
        """Wake whoever waits for the body or for the end."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def receive(self) -> dict[str, Any]:
        """What has come of the body, as soon as there is something; or that the client has gone."""
        line = self._line
        if self._expects_100:
            self._expects_100 = False
            line.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not self.body and self.more_body and not (self.disconnected or self.response_complete):
            line.flow.resume_reading()
            self._waiter = line.loop.create_future()
            await self._waiter
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        body, self.body = self.body, b""
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Keep the head; write both when the body comes, which must be whole."""
        if self._start is None:
            self._start = message
            return
        line = self._line
        if line.flow.write_paused and not self.disconnected:
            await line.flow.drain()
        if self.disconnected or line.is_over():
            return
        self.response_complete = True
        parts = [STATUS_LINES[self._start["status"]]]
        for name, value in self._start["headers"]:
            if name == b"connection":
                self.keep_alive = False  # The only thing that an answer of ours says about it.
            else:
                parts += (name, b": ", value, b"\r\n")
        if self._expects_100:
            self.keep_alive = False  # The body was never asked for; whether it comes all the same, nobody can tell.
        if not self.keep_alive:
            parts.append(b"connection: close\r\n")
        parts.append(b"\r\n")
        if self.scope["method"] != "HEAD":
            parts.append(message["body"])
        line.transport.write(b"".join(parts))
        if not self.keep_alive:
            line.end()
        line.on_response_complete()
