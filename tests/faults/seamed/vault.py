"""The vault's rows that may end the process before or after keys and values go down."""

from functools import partial
from pathlib import Path

from countroom.ports import VaultChange
from countroom.stores.embedded.vault_db import VaultDatabase
from tests.faults.seamed.seams import OPENED, OPENING, Seams


class SeamedVault(VaultDatabase):
    """The product's rows, with seams around each commit."""

    def __init__(self, path: Path, *, seams: Seams) -> None:
        seams.pass_by(OPENING)
        super().__init__(path)
        self._seams = seams
        seams.pass_by(OPENED)

    def set_key_mark(self, mark: bytes) -> None:
        self._seams.pass_by("vault.before_key_mark")
        super().set_key_mark(mark)

    def record(self, change: VaultChange) -> None:
        self._seams.pass_by("vault.before_commit")
        super().record(change)
        self._seams.pass_by("vault.after_commit")


def stores(seams: Seams) -> dict[str, object]:
    """What the role is handed."""
    return {"open_rows": partial(SeamedVault, seams=seams)}
