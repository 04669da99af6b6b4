"""A shard's outbox, read from the delivery process: over the socket of the shard's process, in its event loop."""

import asyncio
import struct
from pathlib import Path
from typing import Final

import msgspec

from countroom.core.errors import Damaged, Unavailable
from countroom.core.signals import Signal
from countroom.ports import OutboxRow
from countroom.stores.embedded.doorbell import short_address

ANSWER_S: Final = 10.0
_LENGTH: Final = struct.Struct(">I")
_MOST_BYTES: Final = 256 << 20


class _Rows(msgspec.Struct, frozen=True):
    rows: list[tuple[int, bytes]]
    head: int


_decode_rows = msgspec.msgpack.Decoder(_Rows).decode
_decode_signal = msgspec.msgpack.Decoder(Signal).decode
_encode = msgspec.msgpack.Encoder().encode


class LocalOutbox:
    """The outbox of one shard. One question at a time; a lost connection is made anew at the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._lock = asyncio.Lock()

    async def read(self, after: int, limit: int) -> list[OutboxRow]:
        """Rows with `number > after`, in order; empty when level.

        Raises:
            Damaged: the shard is another one than that whose outbox was taken so far.
            Unavailable: the shard does not answer now.
        """
        answer = await self._ask({"op": "outbox", "after": after, "limit": limit})
        found = _decode_rows(answer)
        if found.head < after:
            raise Damaged(
                f"{self._path.name}: expected the outbox that was taken up to {after}, found one that ends at "
                f"{found.head}: the shard was made anew, or restored; put delivery.db back with it, or move it away"
            )
        return [OutboxRow(number, _decode_signal(row)) for number, row in found.rows]

    async def release(self, upto: int) -> None:
        """Rows up to this number are held elsewhere: the shard may drop them with its next batch.

        Raises:
            Unavailable: the shard does not answer now. Say it again later; nothing is lost.
        """
        await self._ask({"op": "release", "upto": upto})

    async def close(self) -> None:
        """Release the connection."""
        if self._line is not None:
            self._line[1].close()
            self._line = None

    async def _ask(self, request: dict[str, object]) -> bytes:
        async with self._lock:
            is_answered = False
            try:
                async with asyncio.timeout(ANSWER_S):
                    reader, writer = self._line = self._line or await self._connected()
                    body = _encode(request)
                    writer.write(_LENGTH.pack(len(body)) + body)
                    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
                    if length > _MOST_BYTES:
                        raise ConnectionError("a frame above the limit")
                    answer = await reader.readexactly(length)
                    is_answered = True
                    return answer
            except (OSError, EOFError) as error:
                raise Unavailable(
                    f"shard at {self._path.name}: does not answer ({error}); it may be restarting"
                ) from error
            finally:
                if not is_answered:
                    # Also when it was cancelled: the answer to come would be taken for that of the next question.
                    await self.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        with short_address(self._path) as address:
            return await asyncio.open_unix_connection(address, limit=1 << 20)
