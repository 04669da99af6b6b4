"""The intake's process: one event loop, one listening socket, and a clean end.

At SIGTERM: readiness goes off, no connection is taken any more, what is in flight is answered,
connections that only half sent something are cut after `drain_s`, and the flow is closed.
"""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Final

import uvicorn
import uvloop
from uvicorn.server import ServerState

from countroom.core.errors import SettingsError
from countroom.sources.rest.deadlines import BoundedProtocol, sweep_every_s
from countroom.sources.rest.intake import Intake
from countroom.sources.rest.settings import Limits, RestSettings

_LISTEN_QUEUE: Final = 2048
_COLLECT_EVERY: Final = 50_000
_LAST_TASKS_S: Final = 2.0


def listen(settings: RestSettings) -> socket.socket:
    """A socket that is bound and listens; its own `getsockname()` says to which port.

    Raises:
        SettingsError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_LISTEN_QUEUE)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"rest: expected an address to listen on, {settings.host}:{settings.port} cannot be had: {error.strerror}"
        ) from error
    listener.setblocking(False)  # noqa: FBT003 - the library's signature
    return listener


def run(
    opened: Callable[[], AbstractAsyncContextManager[Intake]],
    settings: RestSettings,
    *,
    listener: socket.socket | None = None,
    on_ready: Callable[[int], None],
) -> None:
    """Serve in this process until SIGTERM or SIGINT. `on_ready` is told the port once requests are taken.

    `opened` makes the intake inside the loop, and closes behind it what it stands on.
    """
    # What is there now stays: the collector need not look at it again and again, and what a
    # request leaves behind goes by counting references.
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY)

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with opened() as intake:
            server = Server(intake, settings.limits)
            await server.serve(listener or listen(settings), stop, on_ready=on_ready)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


class Server:
    """uvicorn's protocol on a socket of ours."""

    def __init__(self, intake: Intake, limits: Limits) -> None:
        self._intake = intake
        self._limits = limits
        self._state = ServerState()
        self._emptied = asyncio.Event()

    async def serve(self, listener: socket.socket, stop: asyncio.Event, *, on_ready: Callable[[int], None]) -> None:
        """Take requests until `stop` is set, then return when those in flight are answered."""
        loop = asyncio.get_running_loop()
        protocol = partial(BoundedProtocol, limits=self._limits, on_gone=self._gone)
        config = uvicorn.Config(
            self._intake,
            http=protocol,  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
        config.load()

        def connected() -> asyncio.Protocol:
            made: dict[str, Any] = {"config": config, "server_state": self._state, "app_state": {}, "_loop": loop}
            return protocol(**made)

        server = await loop.create_server(connected, sock=listener, backlog=_LISTEN_QUEUE)
        sweeping = loop.create_task(self._sweep())
        on_ready(listener.getsockname()[1])
        await stop.wait()
        self._intake.probes.is_draining = True
        server.close()
        await self._drain()
        sweeping.cancel()

    async def _drain(self) -> None:
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.connections:
            self._emptied.clear()
            try:
                await asyncio.wait_for(self._emptied.wait(), self._limits.drain_s)
            except TimeoutError:
                for connection in list(self._state.connections):
                    connection.transport.abort()
        if self._state.tasks:
            # Their clients have gone; what they have put into the flow is written by its own closing.
            await asyncio.wait(set(self._state.tasks), timeout=_LAST_TASKS_S)

    async def _sweep(self) -> None:
        every_s = sweep_every_s(self._limits)
        while True:
            await asyncio.sleep(every_s)
            now_s = asyncio.get_running_loop().time()
            for connection in list(self._state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.check(now_s)

    def _gone(self) -> None:
        if not self._state.connections:
            self._emptied.set()
