"""The key file, and the keys that it wraps.

One file of 32 random bytes stands above all: without it the vault's database, the logs and the
refusals hold nothing personal that anybody could read. It is made at the first start, readable by its
owner only, and belongs in a backup of its own, apart from the data.
"""

import base64
import binascii
import os
import stat
from pathlib import Path
from typing import Final

from countroom.core.errors import SettingsError
from countroom.core.ids import PlayerKey
from countroom.vault.cipher import KEY_BYTES, Chance, Cipher, bound_to
from countroom.vault.tokens import derived

_FIRST_LINE: Final = (
    "Countroom vault key, version 1. With it and the data, personal data can be read; without it, by nobody."
)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_key_file(path: Path, chance: Chance) -> bytes:
    """A new key, written to a new file at `path` that only its owner can read.

    Raises:
        SettingsError: there is a file already, or none can be made there.
    """
    key = chance(KEY_BYTES)
    text = f"{_FIRST_LINE}\n{base64.b64encode(key).decode()}\n"
    fresh = path.with_name(f"{path.name}.new")
    try:
        # Under its name only when it is whole: half a key would never be replaced. What a kill leaves is written anew.
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(fresh)  # Unlike a renaming, this fails when there is a file already.
        fresh.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SettingsError(f"vault key file {path}: expected to make a new one: {error.strerror}") from error
    return key


def read_key_file(path: Path) -> bytes:
    """The key in the file at `path`.

    Raises:
        SettingsError: the file cannot be read, others than its owner can read it, or it holds something else.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(4096)
    except OSError as error:
        raise SettingsError(f"vault key file {path}: expected a key, cannot read it: {error.strerror}") from error
    if mode & _OTHERS:
        raise SettingsError(
            f"vault key file {path}: expected that only its owner can read it (mode 600), found mode {mode:o}; "
            f"others may have copied it: run 'chmod 600 {path}', and think of making a new vault"
        )
    try:
        key = base64.b64decode(content.splitlines()[-1], validate=True)
    except (binascii.Error, IndexError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"vault key file {path}: expected a Countroom vault key, found something else; restore it")
    return key


class MasterKey:
    """What the key file is good for: wrapping keys, keys for the blind index, and a mark to be known by."""

    def __init__(self, key: bytes, chance: Chance) -> None:
        self._wrapping = Cipher(derived(key, "countroom/wrap"), chance)
        self._index_root = derived(key, "countroom/index")
        self._chance = chance
        self.mark = derived(key, "countroom/mark")[:8]
        """Tells this key from others without giving it away; kept beside what it wraps."""

    def new_key(self) -> bytes:
        """A fresh key for a player, or for a brand's quarantine."""
        return self._chance(KEY_BYTES)

    def wrap_player_key(self, player: PlayerKey, key: bytes) -> bytes:
        """A player's key as it may lie on the disk."""
        return self._wrapping.seal(key, _for_player(player))

    def unwrap_player_key(self, player: PlayerKey, wrapped: bytes) -> bytes:
        """A player's key again.

        Raises:
            Damaged: it is another's, or was wrapped with another key file.
        """
        return self._wrapping.open(wrapped, _for_player(player))

    def wrap_quarantine_key(self, brand: str, month: str, *, key: bytes) -> bytes:
        """A brand's quarantine key of a month as it may lie on the disk."""
        return self._wrapping.seal(key, bound_to("quarantine", brand, month))

    def unwrap_quarantine_key(self, brand: str, month: str, *, wrapped: bytes) -> bytes:
        """A brand's quarantine key again.

        Raises:
            Damaged: it is another's, or was wrapped with another key file.
        """
        return self._wrapping.open(wrapped, bound_to("quarantine", brand, month))

    def index_key(self, brand: str) -> bytes:
        """The key of a brand's blind index."""
        return derived(self._index_root, brand)


def _for_player(player: PlayerKey) -> bytes:
    return bound_to("player", player.brand, player.player)
