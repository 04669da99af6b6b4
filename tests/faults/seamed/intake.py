"""The intake's log and shelf of refusals, which may end the process around, and in the middle of, their commits."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import apsw

from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.ports import Refusal, Shelved
from countroom.runtime.roles.intake import Files
from countroom.stores.embedded.log import SegmentLimits, SqliteLog
from countroom.stores.embedded.refusals import SqliteShelf
from countroom.stores.embedded.sqlite import Opening
from tests.faults.seamed.seams import OPENED, OPENING, Seams

SEGMENT_BYTES = 60_000
"""So that a round sees many segments end."""
_VFS = "with seams"
_FIRST = "00000001.db"


class SeamedDisk(apsw.VFS):
    """The system's files, but the process may fall between writes and their sync, and between two segments."""

    def __init__(self, seams: Seams) -> None:
        self.seams = seams
        super().__init__(_VFS, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name))
        if path.name.endswith("-wal"):
            return _SeamedFile(self, name, flags=flags, seam="log.before_sync")
        is_next_segment = path.suffix == ".db" and path.name != _FIRST and not path.exists()
        if is_next_segment:
            self.seams.pass_by("log.before_next_segment")
        return _SeamedFile(self, name, flags=flags, seam="log.in_next_segment" if is_next_segment else "")


class _SeamedFile(apsw.VFSFile):
    def __init__(self, disk: SeamedDisk, name: str | apsw.URIFilename | None, *, flags: list[int], seam: str) -> None:
        self._seams = disk.seams
        self._seam = seam
        self._is_read_only = bool(flags[0] & apsw.SQLITE_OPEN_READONLY)
        super().__init__("", name, flags)

    def xLock(self, level: int) -> None:  # noqa: N802
        # SQLite tries a writer's lock when it closes a file opened for reading, and is content to be told of failure;
        # an error from Python would stay behind, being busy does not.
        if self._is_read_only and level > apsw.SQLITE_LOCK_SHARED:
            raise apsw.BusyError
        super().xLock(level)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._seam:
            self._seams.pass_by(self._seam)
        super().xSync(flags)


def stores(seams: Seams) -> dict[str, object]:
    """What the role is handed."""
    disk = SeamedDisk(seams)

    class SeamedLog(SqliteLog):
        _disk = disk  # SQLite keeps no hold of it.

        def __init__(self, folder: Path, *, limits: SegmentLimits) -> None:
            del limits
            seams.pass_by(OPENING)
            super().__init__(folder, limits=SegmentLimits(max_bytes=SEGMENT_BYTES), opening=Opening(vfs=_VFS))
            seams.pass_by(OPENED)

        def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
            seams.pass_by("log.before_commit")
            position = super().append(items, refusals, logged_at)
            seams.pass_by("log.after_commit")
            return position

    class SeamedShelf(SqliteShelf):
        def set_aside(self, refused: Sequence[Shelved], at: Instant) -> None:
            seams.pass_by("refusals.before_commit")
            super().set_aside(refused, at)
            seams.pass_by("refusals.after_commit")

    return {"files": Files(log=SeamedLog, shelf=SeamedShelf)}
