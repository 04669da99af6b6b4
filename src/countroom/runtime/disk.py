"""Whether there is room left to write."""

import os
import shutil
from pathlib import Path
from typing import Final

LEAST_BYTES: Final = 256 << 20
"""Below it one is told: a log segment is as large, and what cannot be written is answered 503."""


def no_room(folder: Path, *, least_bytes: int = LEAST_BYTES) -> str | None:
    """Why nothing could be written into `folder` soon, or now; None when all is well."""
    if not os.access(folder, os.W_OK):
        return f"{folder} cannot be written"
    free = shutil.disk_usage(folder).free
    if free < least_bytes:
        return f"{free >> 20} MB are left on the disk, at least {least_bytes >> 20} are wanted"
    return None
