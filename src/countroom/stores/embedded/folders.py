"""Folders that are still there after a power cut: a file's own fsync does not keep its name."""

import os
from pathlib import Path

from countroom.core.errors import Unavailable


def create_folder(folder: Path) -> None:
    """Make `folder` and those above it, so that they are still there after a power cut.

    Raises:
        Unavailable: it cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place in missing:
            sync_folder(place.parent)
    except OSError as error:
        raise Unavailable(f"{folder}: cannot be created: {error.strerror}") from error


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable: a file's own fsync does not."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
