"""The doorbell between a writer and its readers: a datagram that says *look*, and nothing else.

It may get lost: when nobody listens, when the reader's queue is full, when the reader is just
being restarted. So whoever waits looks every `POLL_S` all the same, and nothing but the delay
depends on the bell.

Bells are sockets in the data directory, so its permissions are theirs. The path of a socket
must fit into some hundred bytes, and that of a data directory need not: a long one is entered
through a descriptor of the folder, under `/proc`, which no other thread notices (changing the
working directory would be). Where there is no `/proc`, such a bell is dumb.
"""

import os
import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from countroom.core.errors import Unavailable
from countroom.stores.embedded.folders import create_folder

POLL_S: Final = 0.05

_LONGEST_PATH: Final = 100
"""Bytes: 108 on Linux and 104 elsewhere, less what ends it."""
_DESCRIPTORS: Final = Path("/proc/self/fd")


class Doorbell:
    """The reader's side: hears rings from its making on. One per reader and name."""

    def __init__(self, folder: Path, name: str) -> None:
        """Hang the bell `name` up in `folder`, made when it is not there.

        Raises:
            Unavailable: it cannot be made there.
        """
        create_folder(folder)
        self._path = folder / f"{name}.bell"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        # A killed reader leaves its socket behind; the lock on the data directory says that it is gone.
        self._path.unlink(missing_ok=True)
        try:
            with short_address(self._path) as address:
                if address:
                    self._socket.bind(address)
        except OSError as error:
            self._socket.close()
            raise Unavailable(f"{self._path}: a socket cannot be made here: {error.strerror}") from error
        self._waiting = select.poll()
        self._waiting.register(self._socket, select.POLLIN)

    def fileno(self) -> int:
        """For an event loop's `add_reader`; call `hear` when it is ready."""
        return self._socket.fileno()

    def wait(self, timeout_s: float = POLL_S) -> bool:
        """Return True as soon as the bell rings, or at once if it did since the last call; False after `timeout_s`.

        Look after it returns, whatever it returns. For threads: others run meanwhile.
        """
        self._waiting.poll(max(0.0, timeout_s) * 1000)
        return self.hear()

    def hear(self) -> bool:
        """True when the bell rang since the last call. Never waits."""
        rang = False
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(16)
                rang = True
        return rang

    def close(self) -> None:
        """Take the bell down."""
        self._socket.close()
        self._path.unlink(missing_ok=True)


class Ringer:
    """The writer's side. Never waits, never fails: a bell that cannot be rung is one nobody hears."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._paths = [folder / f"{name}.bell" for name in names]
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(0)

    def ring(self) -> None:
        """Ring every bell."""
        for path in self._paths:
            with suppress(OSError), short_address(path) as address:
                if address:
                    self._socket.sendto(b"!", address)

    def close(self) -> None:
        """Release the socket."""
        self._socket.close()


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """An address for `path` that fits, while the block runs; empty when there is none."""
    whole = str(path)
    if len(os.fsencode(whole)) <= _LONGEST_PATH:
        yield whole
        return
    if not _DESCRIPTORS.exists():
        yield ""
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"{_DESCRIPTORS}/{folder}/{path.name}"
    finally:
        os.close(folder)
