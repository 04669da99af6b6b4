"""Who has the data directory. One supervisor holds it; its children do not."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from countroom.core.errors import Unavailable
from countroom.stores.embedded.folders import create_folder

_NAME: Final = "lock"


class Locked(Unavailable):
    """Another process has the data directory: talk to it, or wait until it has stopped."""

    def __init__(self, message: str, *, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid
        """The process that has it; None when it has not said so yet."""


class DataLock:
    """Holds a data directory from its making to `release`, or to the end of the process, however that comes.

    It is a record lock of fcntl: no child inherits it, so a child that outlives its supervisor
    keeps nobody out. Take it once per process: a second time would release the first.
    """

    def __init__(self, data: Path) -> None:
        """Take the directory, made when it is not there.

        Raises:
            Locked: another process has it.
            Unavailable: it cannot be made or written to.
        """
        create_folder(data)
        self._path = data / _NAME
        try:
            # Opened without truncating: what is in it names the holder until we know that we are.
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise Unavailable(f"{self._path}: cannot be opened: {error.strerror}") from error
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = _pid_in(self._file)
            os.close(self._file)
            who = f"process {pid}" if pid else "another process"
            raise Locked(f"{data}: expected a data directory that nobody uses, found {who} in it", pid=pid) from error
        os.truncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the directory back."""
        if self._file >= 0:
            os.truncate(self._file, 0)
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _pid_in(file: int) -> int | None:
    text = os.pread(file, 32, 0).strip()
    return int(text) if text.isdigit() else None
