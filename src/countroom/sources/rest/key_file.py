"""The key table as a file: written whole by the process that makes keys, followed by those that check them."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from countroom.core.errors import SettingsError
from countroom.sources.rest.keys import KeyEntry, KeyRing, KeyTable

_decoder = msgspec.json.Decoder(tuple[KeyEntry, ...])


def key_table(path: Path, *, now_s: Callable[[], float]) -> KeyTable:
    """The keys in the file at `path`, followed as it changes; none while there is no file."""
    return KeyTable(lambda: read_keys(path), version=lambda: version_of(path), now_s=now_s)


def read_keys(path: Path) -> KeyRing:
    """All keys in the file at `path`; none when there is no file.

    Raises:
        SettingsError: the file holds something else.
    """
    version = version_of(path)  # Before reading: a change in between is seen at the next look.
    try:
        return KeyRing(version, _decoder.decode(path.read_bytes()))
    except FileNotFoundError:
        return KeyRing(None, ())
    except msgspec.MsgspecError as error:
        raise SettingsError(
            f"{path}: expected the hub's list of keys: {error}; restore it, or make the keys anew"
        ) from error


def write_keys(path: Path, entries: Sequence[KeyEntry]) -> None:
    """Put `entries` in the place of the file at `path`, durably; who reads meanwhile sees the old ones or the new."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(tuple(entries)), indent=1))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def version_of(path: Path) -> object:
    """Something that is equal as long as the file was not written again; None when there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
