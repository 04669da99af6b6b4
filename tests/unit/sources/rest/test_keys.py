from pathlib import Path

import pytest

from countroom.core.errors import SettingsError
from countroom.sources.rest.key_file import key_table, read_keys, write_keys
from countroom.sources.rest.keys import new_key
from tests.unit.sources.rest.parts import Keys, entry

OPEN = [(b"x-api-key", b"cr_open")]
TWO = [(b"x-api-key", b"cr_two")]


def test_a_new_key_is_known_within_a_second() -> None:
    keys = Keys(entry())
    table = keys.table()
    keys.entries, keys.version = (entry(), entry("cr_two", key_id="k2")), 2

    keys.now_s = 0.99
    assert table.find(TWO) is None
    keys.now_s = 1.0
    found = table.find(TWO)
    assert found is not None
    assert found.key_id == "k2"


def test_a_key_taken_back_is_refused_within_a_second_though_it_was_just_used() -> None:
    keys = Keys(entry())
    table = keys.table()
    assert table.find(OPEN) is not None
    keys.entries, keys.version, keys.now_s = (), 2, 1.0

    assert table.find(OPEN) is None


def test_a_change_is_looked_for_once_a_second_however_many_ask() -> None:
    keys = Keys(entry())
    table = keys.table()
    for tenth in range(30):
        keys.now_s = tenth / 10
        table.find(OPEN)
        table.find(TWO)

    assert keys.looks == 2


def test_keys_that_cannot_be_read_now_stay_as_they_were_and_the_fault_is_told() -> None:
    keys = Keys(entry())
    table = keys.table()
    keys.fails, keys.version, keys.now_s = True, 2, 1.0

    assert table.find(OPEN) is not None
    assert table.fault is not None
    assert "cannot be read" in table.fault
    keys.fails, keys.now_s = False, 2.0
    assert table.find(OPEN) is not None
    assert table.fault is None


def test_a_key_is_256_bits_of_the_chance_given_and_only_its_hash_is_kept() -> None:
    asked: list[int] = []

    def chance(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    key, digest = new_key(chance)

    assert asked == [32]
    assert key.startswith("cr_")
    assert entry(key).digest == digest
    assert key not in digest


def test_a_file_of_keys_is_followed_from_before_it_is_there(tmp_path: Path) -> None:
    now_s = 0.0
    table = key_table(tmp_path / "keys.json", now_s=lambda: now_s)
    assert table.find(OPEN) is None

    write_keys(tmp_path / "keys.json", [entry()])
    now_s = 1.0
    assert table.find(OPEN) == entry()
    write_keys(tmp_path / "keys.json", [entry(is_revoked=True)])
    now_s = 2.0
    assert table.find(OPEN) == entry(is_revoked=True)


def test_a_file_of_keys_is_its_owners_alone_and_holds_no_key(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys.json", [entry()])

    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert b"cr_open" not in (tmp_path / "keys.json").read_bytes()
    assert list(tmp_path.iterdir()) == [tmp_path / "keys.json"]


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")

    with pytest.raises(SettingsError, match=r"keys\.json: expected the hub's list of keys"):
        read_keys(tmp_path / "keys.json")
