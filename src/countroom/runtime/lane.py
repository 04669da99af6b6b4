"""The lane of mended receipts, put together: its log, the vault, and the runner of jobs above them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from countroom.config.settings import Settings
from countroom.flow.redrive import REDRIVE, RedriveLog
from countroom.runtime.books import Books
from countroom.runtime.jobs import JobRunner
from countroom.runtime.place import Place
from countroom.runtime.redriving import KIND, LaneLog, Redriving
from countroom.stores.embedded.log import SegmentLimits, SqliteLog
from countroom.vault.client import VaultClient
from countroom.vault.line import Line


@contextmanager
def lane(
    place: Place,
    settings: Settings,
    books: Books,
    *,
    vault: VaultClient | None = None,
    writing: Callable[[SqliteLog], RedriveLog] = LaneLog,
) -> Iterator[JobRunner]:
    """The runner of this hub's jobs. It alone writes the lane's log.

    Tests bring a `vault` of their own, and a way of `writing` that fails at a given moment.

    Raises:
        Damaged: the log is something else, or is broken.
        Unavailable: it cannot be opened now.
    """
    limits = SegmentLimits(settings.log.segment_bytes, timedelta(seconds=settings.log.segment_age.seconds))
    log = SqliteLog(place.log(REDRIVE), limits=limits)
    client = vault or VaultClient(Line(place.vault_socket), chance=os.urandom)
    try:
        yield JobRunner(books, {KIND: Redriving(books, settings, vault=client, log=writing(log))})
    finally:
        if vault is None:
            client.close()
        log.close()
