"""When senders' keys were used last, as a file: told by the intake once a minute, read by who keeps the keys."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from countroom.core.instants import MINUTE, Instant
from countroom.runtime.place import write_private

EVERY: Final = MINUTE
"""A key's use is told no more often: for a list of keys it matters by the day."""


class KeyUse:
    """The telling side. One thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told = read_use(path)

    def tell(self, used: Mapping[str, Instant]) -> bool:
        """Lay out what is new, if there is any; `used` says of each key when it was used last."""
        fresh = {key_id: at for key_id, at in used.items() if at >= self._told.get(key_id, -EVERY) + EVERY}
        if not fresh:
            return False
        told = self._told | fresh
        write_private(self._path, msgspec.json.encode(told), synced=False)
        self._told = told
        return True


def read_use(path: Path) -> dict[str, Instant]:
    """By key when it was used last, as last told; nothing while there is no file."""
    with suppress(OSError, msgspec.MsgspecError):
        return {
            key_id: Instant(at) for key_id, at in msgspec.json.decode(path.read_bytes(), type=dict[str, int]).items()
        }
    return {}
