"""The intake on a real port, in the test's own loop, which is the one it runs on in earnest."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvloop

from countroom.sources.rest.server import Server, listen
from countroom.sources.rest.settings import Limits, RestSettings
from tests.unit.sources.rest.parts import IntakeBench

BET = b'{"id":"a"}'
HEAD = b"POST /v1/integration/casino HTTP/1.1\r\nHost: here\r\nX-Api-Key: cr_open\r\n"


def request(body: bytes = BET, *more: bytes) -> bytes:
    lines = b"".join(line + b"\r\n" for line in more)
    return HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, dict[bytes, bytes], bytes]:
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        body = await self.reader.readexactly(int(headers.get(b"content-length", b"0")))
        return int(first.split()[1]), headers, body

    async def status(self) -> int:
        return (await self.answer())[0]

    async def end(self) -> bytes:
        """What comes until the server ends the connection."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""


class Served(IntakeBench):
    """The bench, served."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits=limits)
        self.stop = asyncio.Event()
        self.port = 0
        self.clients: list[Client] = []
        self._limits = limits
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        ready = asyncio.Event()

        def on_ready(port: int) -> None:
            self.port = port
            ready.set()

        server = Server(self.intake, self._limits)
        self._serving = asyncio.ensure_future(server.serve(listen(RestSettings(port=0)), self.stop, on_ready=on_ready))
        await ready.wait()

    async def client(self) -> Client:
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.append(client)
        return client

    async def stopped(self) -> None:
        """Ask it to stop, and return when it has."""
        self.stop.set()
        assert self._serving is not None
        await self._serving

    async def close(self) -> None:
        self.held.is_free.set()
        for client in self.clients:
            client.writer.close()
        await self.stopped()
        await self.ingest.close()


@asynccontextmanager
async def served(limits: Limits | None = None) -> AsyncIterator[Served]:
    bench = Served(limits or Limits(drain_s=0.2))
    await bench.start()
    try:
        yield bench
    finally:
        await bench.close()


def on_its_loop(story: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine function to its end on the loop of the intake, within ten seconds."""

    async def told() -> None:
        await asyncio.wait_for(story(), 10)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(told())
