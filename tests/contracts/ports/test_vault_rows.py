"""The peers of the vault's rows, each against the whole suite, and what only SQLite's has to show."""

from contextlib import suppress
from pathlib import Path

import pytest

from countroom.core.errors import Unavailable
from countroom.ports import KeptValue, VaultChange
from countroom.stores.embedded.sqlite import Opening
from countroom.stores.embedded.vault_db import VaultDatabase
from tests.contracts.ports import forgetful
from tests.contracts.ports.forgetful import ForgetfulDisk
from tests.contracts.ports.vault_rows import ALL_OF_ANN, ANN, NOON, VaultRowsContract


class SqliteContract(VaultRowsContract):
    opening = Opening()

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "vault.db"
        self.opened: list[VaultDatabase] = []

    def open_rows(self) -> VaultDatabase:
        self.opened.append(VaultDatabase(self.path, opening=self.opening))
        return self.opened[-1]

    def crash(self) -> None:
        for rows in self.opened:
            rows.close()
        self.opened = []


class TestVaultDatabase(SqliteContract):
    def test_what_was_erased_lies_in_no_file_any_more(self, tmp_path: Path) -> None:
        rows = self.open_rows()
        rows.record(ALL_OF_ANN)
        many = [KeptValue(ANN, f"field {n}", b"t", b"value of ann") for n in range(500)]
        rows.record(VaultChange(at=NOON, values=many))

        rows.erase(ANN, NOON)

        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"key of november" in left
        assert b"key of ann" not in left
        assert b"value of ann" not in left


class TestVaultDatabaseAfterPowerLoss(SqliteContract):
    @pytest.fixture(autouse=True)
    def _disk(self) -> None:
        self.disk = ForgetfulDisk()
        self.opening = Opening(vfs=self.disk.name)
        self.forgotten: list[VaultDatabase] = []

    def crash(self) -> None:
        self.disk.power_loss()
        # Kept, for an object that goes away closes its file in good order.
        self.forgotten += self.opened
        self.opened = []

    @pytest.mark.parametrize("seed", range(10))
    def test_a_change_that_was_cut_off_is_there_wholly_or_not_at_all(self, seed: int) -> None:
        rows = self.open_rows()
        rows.record(VaultChange(at=NOON))
        self.disk.fail_after(seed)
        with suppress(Unavailable):
            rows.record(ALL_OF_ANN)

        self.disk.power_loss(forgetful.some(seed))
        self.forgotten += self.opened
        rows = self.open_rows()

        parts = (rows.player_keys([ANN])[0], rows.values(ANN), rows.quarantine_key("lucky", "2026-11"))
        assert all(parts) or not any(parts)
