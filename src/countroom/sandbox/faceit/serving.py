"""The sandbox on a port: in the process of a test or a demo, or in one of its own."""

import asyncio
import ssl
import time
from types import TracebackType
from typing import Final, Self

from countroom.sandbox.faceit.control import NOT_FOUND, PREFIX, control
from countroom.sandbox.faceit.desk import PATHS, Clock, Desk
from countroom.sandbox.faceit.memory import Memory
from countroom.sandbox.faceit.settings import SandboxSettings
from countroom.sandbox.http import Answer, Request, Server

WRONG_METHOD: Final = Answer(
    405, b'{"error":{"code":"MethodNotAllowed","message":"POST only"}}', (("allow", "POST"),)
)  # fmt: skip


class Sandbox:
    """FACEIT's endpoint, made up. `async with Sandbox() as sandbox:` takes requests at `sandbox.url`."""

    def __init__(
        self,
        settings: SandboxSettings | None = None,
        *,
        monotonic: Clock = time.monotonic,
        wall: Clock = time.time,
    ) -> None:
        self.desk = Desk(settings or SandboxSettings(), monotonic=monotonic, wall=wall)
        self._server = Server(self.answer)
        self._host = ""

    @property
    def memory(self) -> Memory:
        """What came."""
        return self.desk.memory

    @property
    def url(self) -> str:
        """Where it takes requests; the vendor's path goes behind it."""
        scheme = "https" if self.desk.settings.certificate else "http"
        return f"{scheme}://{self._host}:{self._server.port}"

    def answer(self, request: Request) -> Answer:
        """Answer one request, whatever it asks."""
        if request.path in PATHS:
            return self.desk.answer(request) if request.method == "POST" else WRONG_METHOD
        return control(request, self.desk) if request.path.startswith(PREFIX) else NOT_FOUND

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Take requests; port 0 takes a free one.

        Raises:
            OSError: the address cannot be had, or the certificate cannot be read.
        """
        self._host = host
        await self._server.open(host, port, _tls(self.desk.settings))

    async def stop(self) -> None:
        """Take none any more, and close the file."""
        await self._server.close()
        self.memory.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def serve(sandbox: Sandbox, host: str, port: int, *, until: asyncio.Event) -> None:
    """Take requests until told to stop."""
    await sandbox.start(host, port)
    try:
        await until.wait()
    finally:
        await sandbox.stop()


def _tls(settings: SandboxSettings) -> ssl.SSLContext | None:
    if settings.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.certificate, settings.certificate_key)
    return context
