"""SQLite, as every embedded store but the shards' uses it. Nobody else imports apsw.

One process writes a database and any number read it. A writer's commit is on the disk when
it returns. Only writers move the write-ahead log into the database: a reader cannot, and
holds no transaction longer than one question.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw
import msgspec

from countroom.core.errors import CountroomError, Damaged, SettingsError, Unavailable
from countroom.stores.embedded.folders import create_folder, sync_folder

Value = None | int | float | str | bytes
Row = tuple[Value, ...]

OLDEST_SQLITE: Final = (3, 51, 3)
"""Earlier ones can corrupt a database whose write-ahead log is reset while another process reads it."""

_JOURNAL_LIMIT_BYTES: Final = 64 << 20
_AUTOCHECKPOINT_PAGES: Final = 2000
_BUSY_MS: Final = 250
"""Long enough for another process to finish recovering a log after a crash; nothing else ever waits."""

_AWAY: Final = (
    apsw.FullError,
    apsw.IOError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.PermissionsError,
    apsw.NoMemError,
    apsw.ProtocolError,
    apsw.VFSFileClosedError,
)
_DAMAGED: Final = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError, apsw.ConstraintError)


class Layout(msgspec.Struct, frozen=True):
    """What a kind of database looks like inside, and how it is told from others."""

    name: str
    """For people, e.g. `event log`."""
    application_id: int
    version: int
    schema: str
    upgrades: tuple[str, ...] = ()
    """What takes a database of version 1 to 2, of 2 to 3, and so on; its writer does it when it opens one."""


class Opening(msgspec.Struct, frozen=True):
    """How files are opened. The defaults are for the product; tests bring their own disk and their own sins."""

    vfs: str = ""
    """Name of a registered SQLite VFS; empty for the system's files."""
    synchronous: str = "FULL"
    page_bytes: int = 4096


USUAL: Final = Opening()


class Database:
    """One connection to one file, for one thread at a time."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._execute = connection.execute
        self.path = path

    def rows(self, sql: str, bindings: Sequence[Value] = ()) -> list[Row]:
        """All rows of the answer. The read transaction, if this opened one, is over when it returns.

        Raises:
            Unavailable: the file cannot be read or written now.
        """
        try:
            return self._execute(sql, bindings).fetchall()
        except apsw.Error as error:
            raise self._ours(error) from error

    def row(self, sql: str, bindings: Sequence[Value] = ()) -> Row | None:
        """The first row of the answer, if there is one.

        Raises:
            Unavailable: the file cannot be read or written now.
        """
        rows = self.rows(sql, bindings)
        return rows[0] if rows else None

    def stream(self, sql: str, bindings: Sequence[Value] = ()) -> Generator[Row, None, None]:
        """The rows one by one. Exhaust or close it: until then the read transaction stands.

        Raises:
            Unavailable: the file cannot be read now.
        """
        cursor = self._connection.cursor()
        try:
            yield from cursor.execute(sql, bindings)
        except apsw.Error as error:
            raise self._ours(error) from error
        finally:
            cursor.close()

    def number(self, sql: str, bindings: Sequence[Value] = ()) -> int:
        """The first value of the answer as a number; 0 when there is none or it is null."""
        row = self.row(sql, bindings)
        return row[0] if row and isinstance(row[0], int) else 0

    def run_many(self, sql: str, bindings: Iterable[Sequence[Value]]) -> None:
        """Run `sql` once for each of `bindings`.

        Raises:
            Unavailable: the file cannot be written now.
        """
        try:
            self._connection.executemany(sql, bindings)
        except apsw.Error as error:
            raise self._ours(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is recorded when the block ends, or nothing of it.

        Raises:
            Unavailable: it cannot be recorded now. Nothing was.
        """
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything inside is read as it stands at one moment.

        Raises:
            Unavailable: the file cannot be read now.
        """
        self.rows("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    @property
    def size_bytes(self) -> int:
        """Size of the database, with what still lies in its write-ahead log."""
        return self.number("PRAGMA page_count") * self.number("PRAGMA page_size")

    def checkpoint(self, *, truncate: bool) -> None:
        """Move the write-ahead log into the database, as far as readers allow; `truncate` makes it empty besides."""
        mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if truncate else apsw.SQLITE_CHECKPOINT_PASSIVE
        try:
            self._connection.wal_checkpoint(mode=mode)
        except apsw.BusyError:
            pass  # A reader is in the middle of something: the next one will get there.
        except apsw.Error as error:
            raise self._ours(error) from error

    def close(self) -> None:
        """Release the file."""
        try:
            self._connection.close()
        except apsw.Error as error:
            raise self._ours(error) from error

    def finish(self) -> None:
        """Release the file, with nothing left in its write-ahead log if readers allow. For writers."""
        try:
            self.checkpoint(truncate=True)
        finally:
            self.close()

    def close_quietly(self) -> None:
        """Release the file; for when something worse is being raised already, or when nothing depends on it."""
        with suppress(CountroomError):
            self.close()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            # If it fails SQLite has rolled back by itself, or will when the file is opened again;
            # what is already being raised says more.
            with suppress(apsw.Error):
                self._execute("ROLLBACK")

    def _ours(self, error: apsw.Error) -> Exception:
        return translated(error, self.path)


def translated(error: apsw.Error, path: Path) -> Exception:
    """The house's error for SQLite's; a fault in our own SQL stays what it is."""
    if isinstance(error, _DAMAGED):
        return Damaged(
            f"{path}: expected a sound database, SQLite found: {error}; restore it, or move it away to start anew"
        )
    if isinstance(error, apsw.FullError):
        return Unavailable(f"{path}: the disk is full; nothing was recorded", retry_after_s=10.0)
    if isinstance(error, _AWAY):
        return Unavailable(f"{path}: cannot be read or written now ({error}); nothing was recorded")
    return error


def open_writer(path: Path, layout: Layout, *, opening: Opening = USUAL) -> Database:
    """The database at `path` for its one writer; created where there is none.

    Raises:
        Damaged: the file is something else, or is broken.
        SettingsError: the file was written by a later version of the house.
        Unavailable: the file cannot be opened now.
    """
    create_folder(path.parent)
    is_new = not path.exists()
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    database = _connected(path, flags=flags, opening=opening)
    try:
        database.rows(f"PRAGMA page_size = {opening.page_bytes}")
        database.rows("PRAGMA journal_mode = WAL")
        database.rows(f"PRAGMA synchronous = {opening.synchronous}")
        database.rows(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT_BYTES}")
        database.rows(f"PRAGMA wal_autocheckpoint = {_AUTOCHECKPOINT_PAGES}")
        if _is_claimed(database, layout) is False:
            with database.transaction():
                for statement in layout.schema.split(";"):
                    database.rows(statement)
                database.rows(f"PRAGMA application_id = {layout.application_id}")
                database.rows(f"PRAGMA user_version = {layout.version}")
        _upgrade(database, layout)
        if is_new:
            sync_folder(path.parent)
    except CountroomError:
        database.close_quietly()
        raise
    return database


def open_reader(path: Path, layout: Layout, *, opening: Opening = USUAL) -> Database | None:
    """The database at `path` for reading; None while its writer has not made it yet.

    Raises:
        Damaged: the file is something else, or is broken.
        SettingsError: the file was written by a later version of the house.
        Unavailable: the file cannot be opened now.
    """
    if not path.exists():
        return None
    database = _connected(path, flags=apsw.SQLITE_OPEN_READONLY, opening=opening)
    try:
        claimed = _is_claimed(database, layout)
    except CountroomError:
        database.close_quietly()
        raise
    if not claimed:
        database.close()
        return None
    return database


def check_version(found: str) -> None:
    """Returns when SQLite `found` is sound.

    Raises:
        SettingsError: it is too old to be trusted with a write-ahead log.
    """
    if tuple(int(part) for part in found.split(".")[:3]) < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise SettingsError(
            f"expected SQLite {oldest} or later, found {found} in apsw: earlier ones can corrupt a write-ahead log; "
            f"install apsw {oldest} or later"
        )


def _connected(path: Path, *, flags: int, opening: Opening) -> Database:
    check_version(apsw.sqlite_lib_version())
    try:
        connection = apsw.Connection(str(path), flags=flags, vfs=opening.vfs or None)
    except apsw.Error as error:
        raise translated(error, path) from error
    connection.set_busy_timeout(_BUSY_MS)
    return Database(connection, path)


def _upgrade(database: Database, layout: Layout) -> None:
    version = database.number("PRAGMA user_version")
    for number, script in enumerate(layout.upgrades[version - 1 :], start=version + 1):
        with database.transaction():
            for statement in script.split(";"):
                database.rows(statement)
            database.rows(f"PRAGMA user_version = {number}")


def _is_claimed(database: Database, layout: Layout) -> bool:
    # At one moment: between two questions the writer may finish making it.
    with database.snapshot():
        application_id = database.number("PRAGMA application_id")
        version = database.number("PRAGMA user_version")
        has_tables = database.number("SELECT count(*) FROM sqlite_schema") > 0
    if application_id == layout.application_id:
        if version > layout.version:
            raise SettingsError(
                f"{database.path}: expected {layout.name} layout {layout.version} or earlier, found {version}: "
                "a later Countroom wrote it; run that one"
            )
        return True
    if application_id or version or has_tables:
        raise Damaged(
            f"{database.path}: expected a Countroom {layout.name}, found another program's database "
            f"(application id {application_id:#x}); move it away"
        )
    return False
