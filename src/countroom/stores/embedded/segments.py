"""The files of one source's log: numbered databases, each going on where the one before ended."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from countroom.core.errors import CountroomError, Damaged
from countroom.stores.embedded.sqlite import USUAL, Database, Layout, Opening, open_reader

LAYOUT: Final = Layout(
    name="event log",
    application_id=0x43524C47,
    version=1,
    # The blob stands last: whoever looks for another shard's rows steps over it without reading it.
    schema="""
        CREATE TABLE segment (
            number INTEGER PRIMARY KEY,
            seq_before INTEGER NOT NULL,
            items_before INTEGER NOT NULL,
            refusals_before INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE chunks (
            seq INTEGER PRIMARY KEY,
            shard INTEGER NOT NULL,
            count INTEGER NOT NULL,
            logged_at INTEGER NOT NULL,
            received INTEGER NOT NULL,
            items BLOB NOT NULL
        ) STRICT;
        CREATE TABLE refusals (
            number INTEGER PRIMARY KEY,
            logged_at INTEGER NOT NULL,
            refusal BLOB NOT NULL
        ) STRICT
    """,
)

_NAME: Final = re.compile(r"(\d{8,})\.db")


class Tail(msgspec.Struct, frozen=True):
    """Where a log stands: the last of each of its three counts."""

    seq: int = 0
    items: int = 0
    refusals: int = 0


class Segment:
    """One file of the log, open for reading."""

    def __init__(self, number: int, *, database: Database, before: Tail) -> None:
        self.number = number
        self.database = database
        self.before = before
        """Where the log stood when this segment was started."""

    def tail(self) -> Tail:
        """Where the log stands at the end of this segment, as of now."""
        return tail(self.database, self.before)


def path_of(folder: Path, number: int) -> Path:
    """The file of segment `number`, counted from 1."""
    return folder / f"{number:08d}.db"


def numbers(folder: Path) -> list[int]:
    """The segments that lie in `folder`, in order; none while there is no folder."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))


def tail(database: Database, before: Tail) -> Tail:
    """Where the log stands at the end of the segment in `database`, which started at `before`."""
    last = database.row("SELECT seq, received FROM chunks ORDER BY seq DESC LIMIT 1")
    refusals = database.number("SELECT max(number) FROM refusals")
    seq, items = last or (before.seq, before.items)
    return Tail(seq=_whole(seq), items=_whole(items), refusals=refusals or before.refusals)


def header(database: Database) -> Tail | None:
    """Where the log stood when this segment was started; None while that is not yet written."""
    row = database.row("SELECT seq_before, items_before, refusals_before FROM segment")
    return Tail(*(_whole(value) for value in row)) if row else None


class Segments:
    """A reader's hold on the files of a log.

    A file that its writer has not finished making counts as not there.
    """

    def __init__(self, folder: Path, *, opening: Opening = USUAL) -> None:
        self._folder = folder
        self._opening = opening
        self._open: dict[int, Segment] = {}
        self._newest = 0

    def last(self) -> Segment | None:
        """The newest segment; None while there is none. Cheap: it asks for one name."""
        if not self._newest or not self.get(self._newest):
            self._newest = next((number for number in reversed(numbers(self._folder)) if self.get(number)), 0)
        while self._newest and self.get(self._newest + 1):
            self._newest += 1
        return self.get(self._newest)

    def holding(self, position: int, *, of: Callable[[Tail], int]) -> Segment | None:
        """The segment that has, or will have, what follows `position` in the count that `of` picks.

        Raises:
            Damaged: what follows `position` is no longer there.
        """
        first: Segment | None = None
        for number in reversed(numbers(self._folder)):
            segment = self.get(number)
            if segment and of(segment.before) <= position:
                return segment
            first = segment or first
        if first:
            raise Damaged(
                f"{self._folder}: expected what follows position {position}, found that the log begins after "
                f"{of(first.before)}; earlier segments are missing, bring them back"
            )
        return None

    def get(self, number: int) -> Segment | None:
        """Segment `number`, opened on the first call; None when it is not there."""
        if number in self._open:
            return self._open[number]
        database = open_reader(path_of(self._folder, number), LAYOUT, opening=self._opening)
        if database is None:
            return None
        try:
            before = header(database)
        except CountroomError:
            database.close_quietly()
            raise
        if before is None:
            database.close()
            return None
        self._open[number] = Segment(number, database=database, before=before)
        return self._open[number]

    def let_go(self, *, kept: Iterable[int] = ()) -> None:
        """Close what is open, but the newest segment and those of `kept`; all, when `kept` is not given."""
        numbers_kept = {self._newest, *kept} if kept else set()
        for number in [number for number in self._open if number not in numbers_kept]:
            self._open.pop(number).database.close()


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise Damaged(f"expected a whole number in a log's row, found {type(value).__name__}")
    return value
