"""The vault process: a unix socket that only the hub's own user can open, and the guard behind it.

Keys leave by it, and only by it. Requests are answered one after another: each is a short
transaction, and clients ask in batches.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from countroom.core.errors import Damaged, SettingsError, Unavailable
from countroom.vault.address import short_address
from countroom.vault.guard import Guard
from countroom.vault.messages import LENGTH_BYTES, MOST_BYTES, AnySay, SayTrouble, ask_decoder, framed

_DRAIN_S: Final = 3.0
_log = logging.getLogger(__name__)


def listen(path: Path) -> socket.socket:
    """A socket at `path` with mode 600. A dead predecessor's is replaced: the data directory's lock says it is dead.

    Raises:
        SettingsError: none can be made there.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        with short_address(path) as address:
            listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(f"vault socket {path}: expected to make one there: {error.strerror}") from error
    finally:
        os.umask(before)
    listener.setblocking(False)  # noqa: FBT003 - the library's signature
    return listener


def run(guard: Guard, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Answer in this process until SIGTERM or SIGINT; requests that have come are answered before it returns."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(guard, listener, stop=stop, on_ready=on_ready)

    asyncio.run(main())


async def serve(guard: Guard, listener: socket.socket, *, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Answer until `stop` is set."""
    talks: dict[asyncio.Future[None], asyncio.StreamWriter] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = asyncio.get_running_loop().create_future()
        talks[ended] = writer
        try:
            await _talk(guard, reader, writer=writer)
        finally:
            writer.close()
            del talks[ended]
            ended.set_result(None)

    server = await asyncio.start_unix_server(talk, sock=listener)
    on_ready()
    await stop.wait()
    server.close()
    # A question is answered without waiting in between: whoever is still connected waits for his next one.
    for writer in talks.values():
        writer.close()
    if talks:
        await asyncio.wait(set(talks), timeout=_DRAIN_S)


async def _talk(guard: Guard, reader: asyncio.StreamReader, *, writer: asyncio.StreamWriter) -> None:
    # The client may go at any time, in the middle of a message too.
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
            if length > MOST_BYTES:
                _log.warning("the vault was sent a message of %d bytes, which is none of ours", length)
                return
            writer.write(framed(_answered(guard, await reader.readexactly(length))))
            await writer.drain()


def _answered(guard: Guard, body: bytes) -> AnySay:
    try:
        return guard.answer(ask_decoder.decode(body))
    except Unavailable as away:
        return SayTrouble(str(away), away.retry_after_s)
    except Damaged as damaged:
        _log.error("the vault cannot answer: %s", damaged)
        return SayTrouble(str(damaged), 10.0)
    except msgspec.MsgspecError:
        return SayTrouble(
            "the vault was asked something that it does not know; are all processes of one version?", 10.0
        )
