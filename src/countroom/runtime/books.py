"""What the control process writes: keys, links, plans, the quarantine, jobs, who changed them, the log of links."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import RLock
from typing import Final

from countroom.config.settings import Settings
from countroom.core.audit import AuditEntry, Mandate
from countroom.core.errors import Contradicted
from countroom.core.instants import DAY, Instant
from countroom.flow.project import ADMIN
from countroom.linkage.links import Known, Links
from countroom.runtime.key_book import KeyBook
from countroom.runtime.mapping_book import MappingBook
from countroom.runtime.place import Place
from countroom.stores.embedded.control_db import ControlDatabase
from countroom.stores.embedded.log import SegmentLimits, SqliteLog

_PRUNED_AT_ONCE: Final = 500
ONCE_REMEMBERED: Final = 7 * DAY
"""A request that was asked under a name is known by it this long."""


def wall_clock() -> Instant:
    """Now."""
    return Instant(time.time_ns() // 1000)


class Books:
    """One writer: the control process, or a command while no hub runs. For threads; one at a time writes."""

    def __init__(
        self,
        place: Place,
        settings: Settings,
        *,
        chance: Callable[[int], bytes],
        clock: Callable[[], Instant] = wall_clock,
    ) -> None:
        """Open everything, and tell the log what a kill left untold.

        Raises:
            Damaged: a file is something else, or is broken.
            Unavailable: a file cannot be opened or written now.
        """
        self.clock = clock
        self.chance = chance
        self._writing = RLock()
        self._database = ControlDatabase(place.control_db)
        self._retention = settings.quarantine.retention.microseconds
        self.audit = self._database.audit
        self.plans = self._database.plans
        self.quarantine = self._database.quarantine
        self.jobs = self._database.jobs
        self.transaction = self._database.transaction
        limits = SegmentLimits(settings.log.segment_bytes, timedelta(seconds=settings.log.segment_age.seconds))
        self._log = SqliteLog(place.log(ADMIN), limits=limits)
        self.keys = KeyBook(
            place,
            self._database,
            brands=tuple(settings.brands),
            sources=tuple(settings.sources),
            chance=chance,
        )
        self.mappings = MappingBook(place, self._database, sources=tuple(settings.sources))
        known = Known(brands=tuple(settings.brands), partners=partner_names(settings), shards=settings.hub.shards)
        self.links = Links(self._database.links, self._log, known=known, clock=clock, chance=chance)
        self.links.finish()
        self.audit.forget_once(Instant(clock() - ONCE_REMEMBERED))

    @contextmanager
    def writing(self) -> Iterator["Books"]:
        """The books, for this thread alone."""
        with self._writing:
            yield self

    def done_before(self, mandate: Mandate) -> str | None:
        """The id of what came of the same request when it was asked before under the same name; None when it was not.

        Raises:
            Contradicted: something else was asked under this name.
        """
        found = self.audit.done_once(mandate.who, mandate.once) if mandate.once else None
        if found is None:
            return None
        fingerprint, target = found
        if fingerprint != mandate.fingerprint:
            raise Contradicted(
                "header Idempotency-Key: expected a name of its own for each request, found one under which something "
                "else was asked",
                remedy="take a fresh one",
            )
        return target

    def note(self, entry: AuditEntry) -> None:
        """Put an audit row down alone, durably: of a change that another process made.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        self._database.links.note(entry)

    def look_after(self) -> None:
        """What is to be done now and then: tell the log what an outage left untold, note the use of keys, forget.

        Raises:
            Unavailable: it cannot be done now. Nothing is lost: call it again.
        """
        with self._writing:
            self.links.finish()
            self.keys.note_use()
            self.quarantine.sums.prune(Instant(self.clock() - self._retention), limit=_PRUNED_AT_ONCE)

    def close(self) -> None:
        """Release the files."""
        with self._writing:
            self.keys.note_use()
            self._log.close()
            self._database.close()


def partner_names(settings: Settings) -> tuple[str, ...] | None:
    """The configured partners; None while the configuration knows no such section."""
    partners = getattr(settings, "partners", None)
    return None if partners is None else tuple(partners)
