"""Links over real files, with a log that is read back, and a fall at any step."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from countroom.core.audit import AuditEntry, Mandate
from countroom.core.errors import Unavailable
from countroom.core.events import Event
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.links import LinkRow, LinkStep
from countroom.linkage.links import Known, Links
from countroom.ports import Refusal
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.control_db import ControlDatabase
from countroom.stores.embedded.links_db import SqliteLinks
from countroom.stores.embedded.sqlite import Database

NOON = Instant(1_772_618_400_000_000)


class Fallen(BaseException):
    """The process is gone."""


class Log:
    """What the log of links holds. It outlives a fall."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.shards: set[int] = set()
        self.is_away = False

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        if self.is_away:
            raise Unavailable("the disk is full")
        self.shards |= set(items)
        self.items += [item for its in items.values() for item in its]
        return len(self.items)

    def close(self) -> None:
        pass

    @property
    def events(self) -> list[Event]:
        return [event for item in self.items for event in item.events]


class FallingRows(SqliteLinks):
    """The rows, in a process that falls at a named step."""

    def __init__(self, database: Database, audit: AuditRows, *, falls: str) -> None:
        super().__init__(database, audit)
        self.falls = falls

    def record(self, changes: Sequence[tuple[LinkRow, LinkStep, AuditEntry]], mandate: Mandate) -> None:
        if self.falls == "before_intent":
            raise Fallen
        super().record(changes, mandate)
        if self.falls == "after_intent":
            raise Fallen

    def told(self, steps: Sequence[LinkStep]) -> None:
        if self.falls == "after_log":
            raise Fallen
        super().told(steps)
        if self.falls == "at_the_end":
            raise Fallen


class World:
    """One data directory and its log, over several processes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "control.db"
        self.log = Log()
        self._made = 0
        self.database: ControlDatabase
        self.links: Links
        self.start()

    def start(self, falls: str = "") -> Links:
        """A process begins; the one before is gone, as after a kill."""
        self.database = ControlDatabase(self._path)
        rows = self.database.links
        if falls:
            rows = FallingRows(rows._database, self.database.audit, falls=falls)  # noqa: SLF001 - a fall is from within
        known = Known(brands=("lucky", "happy"), partners=("faceit", "other"), shards=2)
        self.links = Links(rows, self.log, known=known, clock=lambda: NOON, chance=self._chance)
        return self.links

    def _chance(self, count: int) -> bytes:
        self._made += 1
        return self._made.to_bytes(count, "big")


def mandate(at: int = NOON, *, who: str = "ann", reason: str = "") -> Mandate:
    """Ann changes something."""
    return Mandate(who=who, at=Instant(at), reason=reason)
