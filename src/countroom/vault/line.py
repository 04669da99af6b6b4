"""The line to the vault process: one connection, made anew when it breaks, with a bound on every wait."""

import socket
import threading
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from countroom.core.errors import Unavailable
from countroom.vault.address import short_address
from countroom.vault.messages import LENGTH_BYTES, MOST_BYTES, AnyAsk, Say, SayTrouble, framed, say_decoder

ANSWER_S: Final = 2.0

S = TypeVar("S", bound=Say)


class Line:
    """Asks and waits. For threads: one question at a time is under way."""

    def __init__(self, path: Path, *, answer_s: float = ANSWER_S) -> None:
        self._path = path
        self._answer_s = answer_s
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def ask(self, question: AnyAsk, expected: type[S]) -> S:
        """What the vault says. All questions may be asked twice, so a line found broken is made anew and asked again.

        Raises:
            Unavailable: the vault is away, does not answer in time, or cannot do it now.
        """
        frame = framed(question)
        with self._lock:
            body = self._asked(frame)
        try:
            answer = say_decoder.decode(body)
        except msgspec.MsgspecError as error:
            raise Unavailable("the vault said something unknown; are all processes of one version?") from error
        if isinstance(answer, SayTrouble):
            raise Unavailable(f"the vault cannot do it now: {answer.text}", retry_after_s=answer.retry_after_s)
        if not isinstance(answer, expected):
            raise Unavailable("the vault answered another question; are all processes of one version?")
        return answer

    def close(self) -> None:
        """End the connection; the next question makes another."""
        with self._lock:
            self._hang_up()

    def _asked(self, frame: bytes) -> bytes:
        is_old = self._socket is not None
        try:
            return self._exchange(frame)
        except OSError as error:
            self._hang_up()
            # The vault may have been restarted since the last question: that shows only now.
            if not is_old or isinstance(error, TimeoutError):
                raise self._away(error) from error
        try:
            return self._exchange(frame)
        except OSError as error:
            self._hang_up()
            raise self._away(error) from error

    def _exchange(self, frame: bytes) -> bytes:
        if self._socket is None:
            self._socket = self._connected()
        self._socket.sendall(frame)
        length = int.from_bytes(self._read(LENGTH_BYTES), "big")
        if length > MOST_BYTES:
            raise ConnectionError("the answer is no message of the vault")
        return self._read(length)

    def _connected(self) -> socket.socket:
        fresh = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        fresh.settimeout(self._answer_s)
        try:
            with short_address(self._path) as address:
                fresh.connect(address)
        except OSError:
            fresh.close()
            raise
        return fresh

    def _read(self, size: int) -> bytes:
        assert self._socket is not None  # noqa: S101 - connected above
        parts = []
        while size:
            part = self._socket.recv(min(size, 1 << 20))
            if not part:
                raise ConnectionError("the vault hung up")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _away(self, error: OSError) -> Unavailable:
        if isinstance(error, TimeoutError):
            return Unavailable(f"the vault did not answer within {self._answer_s:g} s")
        return Unavailable(f"the vault is away: {error.strerror or error}")
