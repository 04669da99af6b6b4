import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from countroom.core.errors import SettingsError
from countroom.stores.embedded.vault_db import VaultDatabase
from countroom.vault.guard import opened


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[VaultDatabase]:
    database = VaultDatabase(tmp_path / "vault.db")
    yield database
    database.close()


def test_the_first_start_makes_a_key_file_and_the_second_takes_it(rows: VaultDatabase, tmp_path: Path) -> None:
    opened(rows, tmp_path / "vault.key", chance=os.urandom)
    made = (tmp_path / "vault.key").read_bytes()

    opened(rows, tmp_path / "vault.key", chance=os.urandom)

    assert (tmp_path / "vault.key").read_bytes() == made


def test_a_key_file_laid_ready_is_taken(rows: VaultDatabase, tmp_path: Path) -> None:
    other = VaultDatabase(tmp_path / "other.db")
    opened(other, tmp_path / "vault.key", chance=os.urandom)

    opened(rows, tmp_path / "vault.key", chance=os.urandom)

    assert rows.key_mark() == other.key_mark()
    other.close()


def test_another_vaults_key_file_is_refused(rows: VaultDatabase, tmp_path: Path) -> None:
    opened(rows, tmp_path / "vault.key", chance=os.urandom)
    other = VaultDatabase(tmp_path / "other.db")
    opened(other, tmp_path / "other.key", chance=os.urandom)
    other.close()

    with pytest.raises(SettingsError, match=r"other\.key.*made with.*restore the right one"):
        opened(rows, tmp_path / "other.key", chance=os.urandom)


def test_a_lost_key_file_is_not_replaced_by_a_new_one(rows: VaultDatabase, tmp_path: Path) -> None:
    opened(rows, tmp_path / "vault.key", chance=os.urandom)
    (tmp_path / "vault.key").unlink()

    with pytest.raises(SettingsError, match="found no file; restore it from its backup"):
        opened(rows, tmp_path / "vault.key", chance=os.urandom)
    assert not (tmp_path / "vault.key").exists()
