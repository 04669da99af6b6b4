"""The vault's process: the only one that reads the key file."""

import os
from collections.abc import Callable
from pathlib import Path

from countroom.ports import VaultRows
from countroom.runtime.place import Place
from countroom.stores.embedded.vault_db import VaultDatabase
from countroom.vault.guard import opened
from countroom.vault.process import listen
from countroom.vault.process import run as serve


def run(place: Place, *, number: int, descriptor: int, open_rows: Callable[[Path], VaultRows] = VaultDatabase) -> None:
    """Answer on the vault's socket until SIGTERM.

    `open_rows` opens the vault's file; tests bring one that dies at a given commit.

    Raises:
        SettingsError: the key file is missing, open to others, or another vault's.
    """
    del number, descriptor
    rows = open_rows(place.vault_db)
    try:
        guard = opened(rows, place.vault_key(place.kept_settings()), chance=os.urandom)
        serve(guard, listen(place.vault_socket), on_ready=place.ready("vault").touch)
    finally:
        rows.close()
