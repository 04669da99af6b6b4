"""uvicorn's HTTP protocol with bounds: on time, on the size of the head, on connections.

uvicorn keeps a half-sent request for ever and takes headers of any size. Here every phase of a
connection has a time. No timer is set for it: each step counts itself, and a sweep over all
connections sees which of them has not taken a step for too long; so a deadline is kept to
within one sweep, a quarter of the shortest of them.
"""

import asyncio
from collections.abc import Callable
from enum import IntEnum
from http import HTTPStatus
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from countroom.sources.rest import answers
from countroom.sources.rest.settings import Limits

_CLOSING_S: Final = 2.0
"""What a client is given to take the last answer before its connection is cut."""


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
        self._phase = Phase.OPENED
        self._steps = 0
        self._head_bytes = 0
        self._chunk_bytes = 0
        self._seen_steps = -1
        self._seen_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or answer 503 when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            text = f"more than {self._limits.connections} connections are open"
            self._refuse(answers.away(text, self._limits.retry_after_s))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._on_gone()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that grows too large is answered 431."""
        self._chunk_bytes = len(data)
        super().data_received(data)
        if self._phase is Phase.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes and not self.transport.is_closing():
                self._refuse(self._head_too_large())

    def on_message_begin(self) -> None:
        """A request begins."""
        self._phase = Phase.HEAD
        self._steps += 1
        self._head_bytes = 0
        super().on_message_begin()
