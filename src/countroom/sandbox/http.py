"""A small HTTP/1.1 server on asyncio: quick, and able to answer late or never, which is what it is for."""

import asyncio
import contextlib
import ssl
import time
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final, cast

import httptools
import msgspec

MOST_BODY_BYTES: Final = 65_536


class Request(msgspec.Struct, gc=False):
    """One request, read whole."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What to answer, and when."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    after_s: float = 0.0
    """So much later."""
    hangs: bool = False
    """Never: the connection ends after `after_s` without a word."""


Handler = Callable[[Request], Answer]
TOO_LARGE: Final = Answer(413, b'{"error":{"code":"BodyTooLarge","message":"at most 65536 bytes"}}')


class Connection(asyncio.Protocol):
    """One connection; requests are answered one after the other."""

    def __init__(self, handler: Handler, held: "set[Connection]") -> None:
        self._handler = handler
        self._held = held
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._later: asyncio.TimerHandle | None = None
        self._waiting: deque[tuple[Request | None, bool]] = deque()
        """Requests read and not answered, with whether the connection goes on; None was too large."""
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it, so that it can be ended."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by class
        self._held.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the library's signature
        """Forget it."""
        self._held.discard(self)
        if self._later is not None:
            self._later.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on, and answer what is whole."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._write(Answer(400, b'{"error":{"code":"BadRequest","message":"not HTTP"}}'))
            self.end()

    def on_url(self, url: bytes) -> None:
        """Called by the parser."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._length += len(body)
        if self._length <= MOST_BODY_BYTES:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser: it is this one's turn when those before are answered."""
        request = None
        if self._length <= MOST_BODY_BYTES:
            path, _, query = self._url.decode("latin-1").partition("?")
            method = self._parser.get_method().decode()
            request = Request(method, path, query, self._headers, b"".join(self._body))
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._begin()
        self._go_on()

    def _go_on(self) -> None:
        """Answer what waits, up to an answer that is to come later."""
        while self._waiting and self._later is None:
            request, keeps = self._waiting.popleft()
            answer = TOO_LARGE if request is None else self._handler(request)
            if answer.hangs or answer.after_s:
                self._later = asyncio.get_running_loop().call_later(answer.after_s, self._at_last, answer, keeps)
            else:
                self._finish(answer, keeps=keeps)

    def _at_last(self, answer: Answer, keeps: bool) -> None:  # noqa: FBT001 - called by the loop, by place
        self._later = None
        self._finish(answer, keeps=keeps)
        self._go_on()

    def _finish(self, answer: Answer, *, keeps: bool) -> None:
        if not answer.hangs:
            self._write(answer)
        if answer.hangs or not keeps:
            self._waiting.clear()
            self.end()

    def _write(self, answer: Answer) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_head(answer) + answer.body)

    def end(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _head(answer: Answer) -> bytes:
    phrase = HTTPStatus(answer.status).phrase
    lines = [
        f"HTTP/1.1 {answer.status} {phrase}",
        "content-type: application/json",
        f"content-length: {len(answer.body)}",
        f"date: {_date(int(time.time()))}",
        *(f"{name}: {value}" for name, value in answer.headers),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Server:
    """Listens until it is closed."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._held: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Take connections; 0 is a free port, and `port` says which.

        Raises:
            OSError: the address cannot be had.
        """
        loop = asyncio.get_running_loop()
        make = lambda: Connection(self._handler, self._held)  # noqa: E731
        self._server = await loop.create_server(make, host, port, ssl=tls, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End all connections, answered or not, and listen no more."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for connection in list(self._held):
            connection.end()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 2)
