"""The admin API's server: on a socket that the supervisor holds, until SIGTERM."""

import asyncio
import signal
import socket
from collections.abc import Callable

import uvicorn
import uvloop
from starlette.types import ASGIApp

_DRAIN_S = 1


def serve(app: ASGIApp, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Serve in this process until SIGTERM or SIGINT. `on_ready` is called once requests are taken."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN_S,
    )

    async def main() -> None:
        server = _Server(config, on_ready)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.ask_to_stop)
        await server.serve(sockets=[listener])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: they would raise the signal again after a clean end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    def ask_to_stop(self) -> None:
        """Leave `serve` at the next tick."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take requests, and say so."""
        await super().startup(sockets)
        self._on_ready()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until asked to stop."""
        await self._serve(sockets)
