"""Reading a shard from another process: requests and answers as frames over a local socket.

A frame is four bytes of length, big-endian, and a msgpack value. The shard answers from a
thread of its own, one request at a time per connection.
"""

import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from countroom.core.errors import Unavailable
from countroom.stores.embedded.doorbell import short_address

Answer = Callable[[dict[str, object]], object]
_LENGTH = struct.Struct(">I")
_MOST_BYTES = 512 << 20
_TIMEOUT_S = 30.0


def _send(peer: socket.socket, value: object) -> None:
    body = msgspec.msgpack.encode(value)
    peer.sendall(_LENGTH.pack(len(body)) + body)


def _receive(peer: socket.socket) -> object:
    """The next frame's value.

    Raises:
        EOFError: the peer is gone.
    """
    (length,) = _LENGTH.unpack(_exactly(peer, _LENGTH.size))
    if length > _MOST_BYTES:
        raise EOFError("a frame above the limit")
    return msgspec.msgpack.decode(_exactly(peer, length))


def _exactly(peer: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = peer.recv(min(1 << 20, count - len(parts)))
        if not part:
            raise EOFError("the peer closed the connection")
        parts += part
    return bytes(parts)


class ReadServer:
    """Answers requests of other processes of this hub, until closed."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(path) as address:
            self._listener.bind(address)
        path.chmod(0o600)
        self._listener.listen(64)
        threading.Thread(target=self._accept, name="reads", daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,), name="read", daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError, EOFError, msgspec.MsgspecError):
            while True:
                request = _receive(peer)
                if isinstance(request, dict):
                    _send(peer, self._answer(request))

    def close(self) -> None:
        """Take no further requests."""
        self._listener.close()
        self._path.unlink(missing_ok=True)


def _is_gone(peer: socket.socket) -> bool:
    """True when the other process ended since the last answer: nothing else comes unasked."""
    watch = select.poll()
    watch.register(peer, select.POLLIN)
    return bool(watch.poll(0))


class Asking:
    """The asking side. One request at a time; a connection to a process that ended is made anew."""

    def __init__(self, path: str | os.PathLike[str], *, whom: str = "shard") -> None:
        self._path = Path(path)
        self._whom = whom
        self._peer: socket.socket | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def ask(self, request: dict[str, object]) -> object:
        """What the other process answers to one request.

        Raises:
            Unavailable: it does not answer now.
        """
        with self._lock:
            if self._peer is not None and _is_gone(self._peer):
                self._drop()
            try:
                if self._peer is None:
                    self._peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                    self._peer.settimeout(_TIMEOUT_S)
                    with short_address(self._path) as address:
                        self._peer.connect(address)
                _send(self._peer, request)
                return _receive(self._peer)
            except (OSError, EOFError) as error:
                self._drop()
                raise Unavailable(
                    f"{self._whom} at {self._path.name}: does not answer ({error}); it may be restarting"
                ) from error


class ShardReads(Asking):
    """A shard, asked from another process."""

    def player(self, brand: str, player: str) -> dict[str, object] | None:
        """The player document, None when nothing is known of the player.

        Raises:
            Unavailable: the shard does not answer now.
        """
        answer = self.ask({"op": "player", "brand": brand, "player": player})
        return answer if isinstance(answer, dict) else None

    def read_list(self, request: dict[str, object]) -> dict[str, Any] | None:
        """A part of one of a player's lists; None when nothing is known of the player.

        Raises:
            Unavailable: the shard does not answer now.
        """
        answer = self.ask({"op": "list", **request})
        return answer if isinstance(answer, dict) else None

    def status(self) -> dict[str, object]:
        """Positions, counts, backlog of the shard.

        Raises:
            Unavailable: the shard does not answer now.
        """
        answer = self.ask({"op": "status"})
        return answer if isinstance(answer, dict) else {}

    def refusals(self, after: int, limit: int) -> list[dict[str, object]]:
        """Refusals of the fold with their numbers, in order.

        Raises:
            Unavailable: the shard does not answer now.
        """
        answer = self.ask({"op": "refusals", "after": after, "limit": limit})
        return answer if isinstance(answer, list) else []
