"""What a group of the quarantine holds in money, when it came, and bodies that are kept no longer.

Sums are kept as receipts come and go, so that listing groups reads no receipt.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

from countroom.core.instants import DAY, HOUR, Instant
from countroom.core.money import plain
from countroom.core.quarantine import Held
from countroom.stores.embedded.sqlite import Database

SCHEMA: Final = """
    ALTER TABLE refused ADD COLUMN currency TEXT NOT NULL DEFAULT '';
    ALTER TABLE refused ADD COLUMN amount TEXT NOT NULL DEFAULT '';
    ALTER TABLE refused ADD COLUMN is_pruned INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX refused_spent ON refused (state_at) WHERE state = 'redriven' AND is_pruned = 0;
    CREATE TABLE refusal_held (
        group_id TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount TEXT NOT NULL,
        receipts INTEGER NOT NULL,
        PRIMARY KEY (group_id, currency)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE refusal_hours (
        hour INTEGER NOT NULL,
        group_id TEXT NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (hour, group_id)
    ) STRICT, WITHOUT ROWID
"""
"""What the fourth version of the control database added."""

HOURS_KEPT: Final = 2 * DAY
_ADD_HOUR: Final = "INSERT INTO refusal_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen = seen + excluded.seen"
_SET_HELD: Final = (
    "INSERT INTO refusal_held VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET amount = excluded.amount, receipts = excluded.receipts"
)


class QuarantineSums:
    """Over one connection. The one who opens it closes it. All changes are made within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def arrived(self, group: str, at: Instant, count: int) -> None:
        """So many messages of a group came in the hour of `at`."""
        self._database.rows(_ADD_HOUR, (at // HOUR, group, count))

    def note(self, receipt: int, held: Held) -> None:
        """Remember of a receipt what it holds."""
        self._database.rows("UPDATE refused SET currency = ?, amount = ? WHERE id = ?", (*_text(held), receipt))

    def of(self, receipt: int) -> Held | None:
        """What a receipt holds, where that could be read."""
        row = self._database.row("SELECT currency, amount FROM refused WHERE id = ? AND amount <> ''", (receipt,))
        return (cast(str, row[0]), Decimal(cast(str, row[1]))) if row else None

    def hold(self, group: str, held: Held | None, receipts: int) -> None:
        """A group holds that more (`receipts` 1), or that less (-1)."""
        if held is None:
            return
        currency, amount = held
        row = self._database.row(
            "SELECT amount, receipts FROM refusal_held WHERE group_id = ? AND currency = ?", (group, currency)
        )
        was, count = (Decimal(cast(str, row[0])), cast(int, row[1])) if row else (Decimal(0), 0)
        if count + receipts <= 0:
            self._database.rows("DELETE FROM refusal_held WHERE group_id = ? AND currency = ?", (group, currency))
            return
        now = was + amount * receipts
        self._database.rows(_SET_HELD, (group, currency, plain(now), count + receipts))

    def held(self) -> Mapping[str, dict[str, str]]:
        """By group the money it holds, by currency."""
        found: dict[str, dict[str, str]] = {}
        for row in self._database.rows("SELECT group_id, currency, amount FROM refusal_held ORDER BY currency"):
            found.setdefault(cast(str, row[0]), {})[cast(str, row[1])] = cast(str, row[2])
        return found

    def hours(self) -> Mapping[str, dict[int, int]]:
        """By group how many came, by hour (counted since 1970)."""
        found: dict[str, dict[int, int]] = {}
        for row in self._database.rows("SELECT group_id, hour, seen FROM refusal_hours"):
            found.setdefault(cast(str, row[0]), {})[cast(int, row[1])] = cast(int, row[2])
        return found

    def forget_hours(self, now: Instant) -> None:
        """Forget the hours that nobody is shown any more."""
        self._database.rows("DELETE FROM refusal_hours WHERE hour < ?", ((now - HOURS_KEPT) // HOUR,))

    def prune(self, before: Instant, *, limit: int) -> int:
        """Forget, durably, what receipts hold that were redriven before an instant; how many. All counts stay.

        Raises:
            Unavailable: it cannot be written now. Nothing was forgotten.
        """
        with self._database.transaction():
            rows = self._database.rows(
                "SELECT id FROM refused WHERE state = 'redriven' AND is_pruned = 0 AND state_at < ? "
                "ORDER BY state_at LIMIT ?",
                (before, limit),
            )
            numbers = [(row[0],) for row in rows]
            self._database.run_many("DELETE FROM refused_bodies WHERE id = ?", numbers)
            self._database.run_many("UPDATE refused SET is_pruned = 1 WHERE id = ?", numbers)
        return len(numbers)


def _text(held: Held) -> tuple[str, str]:
    return held[0], plain(held[1])
