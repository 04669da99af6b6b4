"""Opening databases, and what becomes of SQLite's errors."""

import os
import sqlite3
from pathlib import Path

import apsw
import pytest

from countroom.core.errors import Damaged, SettingsError, Unavailable
from countroom.stores.embedded import sqlite
from countroom.stores.embedded.sqlite import Layout, Opening, open_reader, open_writer

LAYOUT = Layout(
    name="list of birds", application_id=0x42495244, version=2, schema="CREATE TABLE birds (name TEXT NOT NULL)"
)


def names(database: sqlite.Database) -> list[object]:
    return [row[0] for row in database.rows("SELECT name FROM birds ORDER BY name")]


def test_a_writers_commits_are_synced_and_logged_ahead(tmp_path: Path) -> None:
    database = open_writer(tmp_path / "birds.db", LAYOUT)

    assert database.row("PRAGMA journal_mode") == ("wal",)
    assert database.number("PRAGMA synchronous") == 2
    assert 0 < database.number("PRAGMA journal_size_limit") <= 1 << 30


def test_what_one_writes_another_reads_and_cannot_change(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "birds.db", LAYOUT)
    writer.rows("INSERT INTO birds VALUES ('wren')")

    reader = open_reader(tmp_path / "birds.db", LAYOUT)

    assert reader is not None
    assert names(reader) == ["wren"]
    with pytest.raises(Unavailable, match="cannot be read or written now"):
        reader.rows("INSERT INTO birds VALUES ('owl')")


def test_there_is_nothing_to_read_before_the_writer_came(tmp_path: Path) -> None:
    path = tmp_path / "birds.db"
    assert open_reader(path, LAYOUT) is None

    path.touch()

    assert open_reader(path, LAYOUT) is None


def test_a_transaction_that_ends_in_an_error_leaves_nothing(tmp_path: Path) -> None:
    database = open_writer(tmp_path / "birds.db", LAYOUT)

    with pytest.raises(Damaged), database.transaction():
        database.run_many("INSERT INTO birds VALUES (?)", [("wren",), (None,)])

    assert names(database) == []
    with database.transaction():
        database.run_many("INSERT INTO birds VALUES (?)", [("owl",), ("kite",)])
    assert names(database) == ["kite", "owl"]


def test_a_second_writer_has_to_wait(tmp_path: Path) -> None:
    first = open_writer(tmp_path / "birds.db", LAYOUT)
    second = open_writer(tmp_path / "birds.db", LAYOUT)

    with first.transaction(), pytest.raises(Unavailable, match="nothing was recorded"), second.transaction():
        pass


def test_a_full_disk_is_something_to_wait_for(tmp_path: Path) -> None:
    database = open_writer(tmp_path / "birds.db", LAYOUT)
    database.rows("PRAGMA max_page_count = 3")

    with pytest.raises(Unavailable, match=r"birds\.db: the disk is full") as full, database.transaction():
        database.run_many("INSERT INTO birds VALUES (?)", [("wren" * 1000,)] * 100)

    assert full.value.retry_after_s > 0
    assert names(database) == []


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "birds.db"
    path.write_bytes(b"a list of birds in no particular order\n" * 100)

    for opened in (open_writer, open_reader):
        with pytest.raises(Damaged, match=f"{path}: expected a sound database"):
            opened(path, LAYOUT)


def test_a_broken_page_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "birds.db"
    database = open_writer(path, LAYOUT)
    database.run_many("INSERT INTO birds VALUES (?)", [(f"wren {n}" * 50,) for n in range(1000)])
    database.checkpoint(truncate=True)
    database.close()
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 20))

    with pytest.raises(Damaged, match="SQLite found"):
        names(open_writer(path, LAYOUT))


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "birds.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE fish (name TEXT)")
    other.close()

    for opened in (open_writer, open_reader):
        with pytest.raises(Damaged, match="expected a Countroom list of birds, found another program's database"):
            opened(path, LAYOUT)


def test_a_later_layout_is_named_and_left_alone(tmp_path: Path) -> None:
    open_writer(tmp_path / "birds.db", Layout(name="birds", application_id=0x42495244, version=3, schema="")).close()

    with pytest.raises(SettingsError, match="expected list of birds layout 2 or earlier, found 3"):
        open_writer(tmp_path / "birds.db", LAYOUT)


@pytest.mark.parametrize("found", ["3.46.0", "3.51.2", "3.9.9"])
def test_an_sqlite_that_can_corrupt_its_log_is_refused(found: str) -> None:
    with pytest.raises(SettingsError, match=f"expected SQLite 3.51.3 or later, found {found}"):
        sqlite.check_version(found)


@pytest.mark.parametrize("found", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_sound_sqlite_is_taken(found: str) -> None:
    sqlite.check_version(found)


def test_the_installed_sqlite_is_sound() -> None:
    sqlite.check_version(apsw.sqlite_lib_version())


def test_a_fault_in_our_own_sql_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(apsw.SQLError):
        open_writer(tmp_path / "birds.db", LAYOUT).rows("SELECT nothing FROM nowhere")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match="cannot be created"):
        open_writer(tmp_path / "file" / "birds.db", LAYOUT)


def test_an_unknown_disk_is_named_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(apsw.Error):
        open_writer(tmp_path / "birds.db", LAYOUT, opening=Opening(vfs="no such disk"))
