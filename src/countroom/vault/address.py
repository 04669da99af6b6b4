"""Addresses of unix sockets that fit: a data directory's path may be longer than they may be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LONGEST_PATH: Final = 100
"""Bytes: 108 on Linux and 104 elsewhere, less what ends it."""
_DESCRIPTORS: Final = Path("/proc/self/fd")


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """An address for `path` that fits, while the block runs; a long one is entered through its folder's descriptor.

    Where there is no `/proc` for that, the address is the path as it is, and the system says that it is too long.
    """
    whole = str(path)
    if len(os.fsencode(whole)) <= _LONGEST_PATH or not _DESCRIPTORS.exists():
        yield whole
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"{_DESCRIPTORS}/{folder}/{path.name}"
    finally:
        os.close(folder)
