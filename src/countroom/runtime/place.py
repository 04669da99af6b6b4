"""Where everything lies in a data directory, and the making of a new one."""

import os
from pathlib import Path
from typing import Final

import msgspec

from countroom.config.reading import decode, encode
from countroom.config.settings import Settings
from countroom.core.errors import SettingsError

LAYOUT: Final = 1
"""Version of the data directory as a whole."""


class Founding(msgspec.Struct, frozen=True):
    """What was fixed when the directory was made."""

    layout: int
    shards: int


class Place:
    """The paths of one data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.run = self.root / "run"
        self.founding = self.root / "hub.json"
        self.settings = self.root / "settings.json"
        self.control_db = self.root / "control.db"
        self.keys = self.root / "keys.json"
        self.mappings = self.root / "mappings.json"
        self.vault_db = self.root / "vault.db"
        self.vault_socket = self.run / "vault.sock"
        self.delivery_db = self.root / "delivery.db"
        self.delivery_socket = self.run / "delivery.sock"
        self.endpoints = self.run / "endpoints.json"
        self.token = self.run / "admin.token"
        self.tally = self.run / "intake.json"
        self.key_use = self.run / "key-use.json"

    def vault_key(self, settings: Settings) -> Path:
        """The file whose key wraps all others."""
        named = settings.vault.key_file
        return Path(named) if named else self.root / "vault.key"

    def log(self, source: str) -> Path:
        """The folder of a source's event log."""
        return self.root / "log" / source

    def shelf(self, source: str) -> Path:
        """The refused messages of a source."""
        return self.root / "refusals" / f"{source}.db"

    def shard_socket(self, shard: int) -> Path:
        """Where a shard answers."""
        return self.run / f"shard-{shard}.sock"

    def ready(self, process: str) -> Path:
        """What a process leaves when it is ready to work."""
        return self.run / (f"{process}.sock" if process.startswith("shard-") else f"{process}.ready")

    def founded(self) -> Founding | None:
        """What was fixed when the directory was made; None when it is not one yet.

        Raises:
            SettingsError: a later version made it, or it is damaged.
        """
        try:
            founding = msgspec.json.decode(self.founding.read_bytes(), type=Founding)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise SettingsError(f"{self.founding}: expected what the hub wrote there: {error}; restore it") from error
        if founding.layout > LAYOUT:
            raise SettingsError(
                f"{self.root}: expected a data directory of layout {LAYOUT} or earlier, found {founding.layout}: "
                "a later Countroom wrote it; run that one"
            )
        return founding

    def found(self, settings: Settings) -> None:
        """Make the directory what it must be, or see that it is. The lock on it is held by the caller.

        Raises:
            SettingsError: it was made for another number of shards.
        """
        founding = self.founded()
        if founding is None:
            founding = Founding(LAYOUT, settings.hub.shards)
            self.root.chmod(0o700)
            write_private(self.founding, msgspec.json.encode(founding))
        if founding.shards != settings.hub.shards:
            raise SettingsError(
                f"hub.shards: expected {founding.shards}, as {self.root} was made, got {settings.hub.shards}; "
                "put it back ('countroom reshard' is planned)"
            )
        self.run.mkdir(mode=0o700, exist_ok=True)
        write_private(self.settings, encode(settings))

    def kept_settings(self) -> Settings:
        """The settings that the hub last ran with.

        Raises:
            SettingsError: it never ran here.
        """
        try:
            return decode(self.settings.read_bytes())
        except FileNotFoundError:
            raise SettingsError(
                f"{self.root}: expected a data directory, found none; "
                "name it with --data-dir, or make it with 'countroom run'"
            ) from None


def write_private(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Put `data` at `path`, readable by the owner alone; who reads meanwhile sees the old or the new, whole."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        if synced:
            file.flush()
            os.fsync(file.fileno())
    fresh.replace(path)
