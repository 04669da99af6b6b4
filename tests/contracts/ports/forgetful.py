"""A disk that forgets what was not synced, as an SQLite VFS.

SIGKILL never tests fsync: what a killed process wrote is still in the memory of the kernel.
Here the contents of every file are kept twice, as the process sees them and as the platter
has them, and `power_loss` brings back the second. What lies between, the writes since the
file's last sync, may have reached the platter all the same, in any order and torn: the test
says which did.

Names of files are kept in the real directory, and so are locks and shared memory, which no
power cut concerns. Making, deleting and renaming files are taken as durable at once; the
stores sync their directories themselves.
"""

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Final

import apsw

SECTOR: Final = 512

_numbers = itertools.count()


class Written:
    """One write, or a cut of the file's length when `data` is None."""

    __slots__ = ("data", "offset", "order", "path")

    def __init__(self, path: str, offset: int, data: bytes | None, order: int) -> None:
        self.path = path
        self.offset = offset
        self.data = data
        self.order = order


Kept = Callable[[Sequence[Written]], Sequence[Written]]
"""Which of the writes that were never synced reached the platter all the same, and in what form."""


def nothing(writes: Sequence[Written]) -> Sequence[Written]:
    """The platter has what was synced, and no more."""
    del writes
    return ()


def prefix(seed: int) -> Kept:
    """The platter has some of the first writes, the last of them torn within a sector's bounds."""

    def kept(writes: Sequence[Written]) -> Sequence[Written]:
        chance = random.Random(seed)
        whole = list(writes[: chance.randint(0, len(writes))])
        if whole and (data := whole[-1].data) is not None:
            last = whole.pop()
            whole.append(Written(last.path, last.offset, data[: SECTOR * chance.randint(0, len(data) // SECTOR)], 0))
        return whole

    return kept


def some(seed: int) -> Kept:
    """The platter has any of the writes and not the others: a disk orders them as it likes."""

    def kept(writes: Sequence[Written]) -> Sequence[Written]:
        chance = random.Random(seed)
        return [write for write in writes if chance.random() < 0.5]

    return kept


class _Contents:
    def __init__(self) -> None:
        self.seen = bytearray()
        self.platter = bytearray()
        self.unsynced: list[Written] = []


class ForgetfulDisk(apsw.VFS):
    """Open databases on it by its `name`, until `power_loss`; then again."""

    def __init__(self) -> None:
        self.name = f"forgetful-{next(_numbers)}"
        self.syncs = 0
        self._files: dict[str, _Contents] = {}
        self._order = itertools.count()
        self._left: int | None = None
        self._refusals = 0
        self._generation = 0
        self._is_on = True
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        self._check_power()
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _ForgetfulFile(self, name, flags=flags, path=path)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.touch()
        super().xDelete(filename, syncdir)
        self._files.pop(filename, None)

    def excepthook(self, *ignored: object) -> bool:
        """SQLite asks some things where it cannot hear of an error; that it failed is what the test wants."""
        return bool(ignored)

    def contents(self, path: str) -> _Contents:
        return self._files.setdefault(path, _Contents())

    def write(self, path: str, offset: int, data: bytes) -> None:
        self.touch()
        self._apply(self.contents(path).seen, offset, data)
        self.contents(path).unsynced.append(Written(path, offset, data, next(self._order)))

    def truncate(self, path: str, size: int) -> None:
        self.touch()
        self._apply(self.contents(path).seen, size, None)
        self.contents(path).unsynced.append(Written(path, size, None, next(self._order)))

    def sync(self, path: str) -> None:
        self.touch()
        self.syncs += 1
        file = self.contents(path)
        for write in file.unsynced:
            self._apply(file.platter, write.offset, write.data)
        file.unsynced.clear()

    def fail_after(self, changes: int) -> None:
        """Let the power go at the change (write, cut, sync, delete) after so many more."""
        self._left = changes

    def refuse_next(self, changes: int) -> None:
        """Answer so many changes with an error, as a full or sick disk does, and go on after that."""
        self._refusals = changes

    def power_loss(self, kept: Kept = nothing) -> None:
        """The power goes, and comes again: every open file is gone, and the platter has what was synced, and `kept`."""
        writes = sorted((w for file in self._files.values() for w in file.unsynced), key=lambda write: write.order)
        for write in kept(writes):
            self._apply(self._files[write.path].platter, write.offset, write.data)
        for file in self._files.values():
            file.seen = bytearray(file.platter)
            file.unsynced.clear()
        self._generation += 1
        self._left = None
        self._is_on = True

    @property
    def generation(self) -> int:
        return self._generation

    def touch(self) -> None:
        if self._refusals:
            self._refusals -= 1
            raise apsw.IOError("the disk refuses")
        if self._left is not None:
            if self._left <= 0:
                self._is_on = False
            self._left -= 1
        self._check_power()

    def _check_power(self) -> None:
        if not self._is_on:
            raise apsw.IOError("the power is off")

    @staticmethod
    def _apply(contents: bytearray, offset: int, data: bytes | None) -> None:
        if data is None:
            del contents[offset:]
        else:
            contents.extend(bytes(max(0, offset - len(contents))))
            contents[offset : offset + len(data)] = data


class _ForgetfulFile(apsw.VFSFile):
    """Reads and writes go to the disk above; the real, empty file below is for its name, locks and shared memory."""

    def __init__(
        self, disk: ForgetfulDisk, name: str | apsw.URIFilename | None, *, flags: list[int], path: str
    ) -> None:
        self._disk = disk
        self._path = path
        self._generation = disk.generation
        self._is_read_only = bool(flags[0] & apsw.SQLITE_OPEN_READONLY)
        super().__init__("", name, flags)

    def excepthook(self, *ignored: object) -> bool:
        """As for the disk."""
        return bool(ignored)

    def xLock(self, level: int) -> None:  # noqa: N802
        # The system refuses a writer's lock on a file opened for reading, and SQLite, which tries it
        # when it closes one, is content. An error from Python would stay behind; being busy does not.
        if self._is_read_only and level > apsw.SQLITE_LOCK_SHARED:
            raise apsw.BusyError
        super().xLock(level)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._check()
        return bytes(self._disk.contents(self._path).seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._check()
        self._disk.write(self._path, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._check()
        self._disk.truncate(self._path, newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        del flags
        self._check()
        self._disk.sync(self._path)

    def xFileSize(self) -> int:  # noqa: N802
        self._check()
        return len(self._disk.contents(self._path).seen)

    def _check(self) -> None:
        if self._generation != self._disk.generation:
            raise apsw.IOError("the power was off since this file was opened")
