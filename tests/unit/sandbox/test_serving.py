"""The made-up vendor on a real port."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
import uvloop

from countroom.sandbox.faceit import Sandbox, SandboxSettings

BODY = (
    b'{"platform_user_id":"u-1","platform":"p","event":{"id":"e-1","name":"n","created_at":1772618400,"attributes":[]}}'
)
HEAD = b"POST /cdp/v1/users/events/send HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer sandbox-key\r\n"
REQUEST = HEAD + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
STATS = b"GET /_sandbox/stats HTTP/1.1\r\nHost: here\r\n\r\n"

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def played(
    story: Callable[[Sandbox, Line], Coroutine[None, None, None]], settings: SandboxSettings | None = None
) -> None:
    """Run a story with a sandbox and one connection to it, on the loop that it runs on in earnest."""

    async def told() -> None:
        async with Sandbox(settings) as sandbox:
            host, _, port = sandbox.url.removeprefix("http://").partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                await asyncio.wait_for(story(sandbox, (reader, writer)), 10)
            finally:
                writer.close()
                await writer.wait_closed()

    uvloop.run(told())


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Status line and body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.partition(b":")[2]) for line in head.splitlines() if line.startswith(b"content-length"))
    return head.splitlines()[0], await reader.readexactly(length)


def test_requests_that_come_together_are_answered_one_after_the_other() -> None:
    async def story(_sandbox: Sandbox, line: Line) -> None:
        line[1].write(REQUEST + REQUEST + STATS)

        assert [await answer(line[0]) for _ in range(2)] == [(b"HTTP/1.1 200 OK", b"{}")] * 2
        stats = (await answer(line[0]))[1]
        assert b'"taken":1,"repeated":1' in stats

    played(story)


def test_a_request_that_comes_in_pieces_is_put_together() -> None:
    async def story(sandbox: Sandbox, line: Line) -> None:
        for n in range(len(REQUEST)):
            line[1].write(REQUEST[n : n + 1])
            await line[1].drain()

        assert await answer(line[0]) == (b"HTTP/1.1 200 OK", b"{}")
        assert sandbox.memory.outcomes["taken"] == 1

    played(story)


def test_what_comes_behind_a_slow_answer_waits_its_turn() -> None:
    async def story(_: Sandbox, line: Line) -> None:
        line[1].write(REQUEST)
        await line[1].drain()
        line[1].write(STATS)

        assert (await answer(line[0]))[1] == b"{}"
        assert b'"taken":1' in (await answer(line[0]))[1]

    played(story, SandboxSettings(slow=1.0, slow_s=0.05))


def test_a_request_that_is_never_answered_ends_with_its_connection() -> None:
    async def story(_: Sandbox, line: Line) -> None:
        line[1].write(REQUEST)

        assert await line[0].read() == b""

    played(story, SandboxSettings(times_out=1.0, hangs_s=0.05))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"what is this\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (HEAD + b"Content-Length: 70000\r\n\r\n" + b"x" * 70_000, b"HTTP/1.1 413 Request Entity Too Large"),
        (HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 415 Unsupported Media Type"),
    ],
)
def test_what_cannot_be_taken_is_answered(request_: bytes, status: bytes) -> None:
    async def story(_: Sandbox, line: Line) -> None:
        line[1].write(request_)

        assert (await answer(line[0]))[0] == status

    played(story)


def test_a_sandbox_that_is_stopped_leaves_no_connection_open() -> None:
    async def story(sandbox: Sandbox, line: Line) -> None:
        line[1].write(REQUEST)
        await answer(line[0])
        await sandbox.stop()

        assert await line[0].read() == b""

    played(story)
