import os
from pathlib import Path

import pytest

from countroom.core.errors import Damaged, SettingsError
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.vault.keys import MasterKey, make_key_file, read_key_file

ANN = PlayerKey(BrandId("lucky"), PlayerId("17"))
BEN = PlayerKey(BrandId("lucky"), PlayerId("18"))


def test_a_key_file_holds_the_key_it_was_made_with(tmp_path: Path) -> None:
    key = make_key_file(tmp_path / "vault.key", os.urandom)

    assert read_key_file(tmp_path / "vault.key") == key


def test_only_its_owner_can_read_a_new_key_file(tmp_path: Path) -> None:
    make_key_file(tmp_path / "vault.key", os.urandom)

    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    key = make_key_file(tmp_path / "vault.key", os.urandom)

    with pytest.raises(SettingsError, match="exists"):
        make_key_file(tmp_path / "vault.key", os.urandom)
    assert read_key_file(tmp_path / "vault.key") == key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    make_key_file(tmp_path / "vault.key", os.urandom)
    (tmp_path / "vault.key").chmod(mode)

    with pytest.raises(SettingsError, match=f"mode 600.*found mode {mode:o}.*chmod 600"):
        read_key_file(tmp_path / "vault.key")


@pytest.mark.parametrize("content", ["", "\n", "not base64!", "c2hvcnQ=\n", "\u00e9"])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vault.key"
    path.touch(mode=0o600)
    path.write_text(content)

    with pytest.raises(SettingsError, match="found something else"):
        read_key_file(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"vault\.key.*No such file"):
        read_key_file(tmp_path / "vault.key")


def test_a_wrapped_key_unwraps_for_its_own_player_only() -> None:
    master = MasterKey(bytes(32), os.urandom)
    key = master.new_key()
    wrapped = master.wrap_player_key(ANN, key)

    assert master.unwrap_player_key(ANN, wrapped) == key
    with pytest.raises(Damaged):
        master.unwrap_player_key(BEN, wrapped)


def test_a_quarantine_key_unwraps_for_its_own_brand_and_month_only() -> None:
    master = MasterKey(bytes(32), os.urandom)
    key = master.new_key()
    wrapped = master.wrap_quarantine_key("lucky", "2026-11", key=key)

    assert master.unwrap_quarantine_key("lucky", "2026-11", wrapped=wrapped) == key
    for brand, month in (("lucky", "2026-12"), ("happy", "2026-11")):
        with pytest.raises(Damaged):
            master.unwrap_quarantine_key(brand, month, wrapped=wrapped)


def test_the_mark_tells_keys_apart_and_is_no_part_of_the_key() -> None:
    one, other = MasterKey(bytes(32), os.urandom), MasterKey(b"1" * 32, os.urandom)

    assert one.mark != other.mark
    assert one.mark == MasterKey(bytes(32), os.urandom).mark
    assert one.mark not in bytes(32)
