"""The plans of `control.db`: what a bulk change would do, found out before it is done."""

from typing import Any, Final, cast

import msgspec

from countroom.core.audit import AuditEntry
from countroom.core.instants import Instant
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.sqlite import Database

Json = dict[str, Any]

SCHEMA: Final = """
    CREATE TABLE plans (
        plan_id TEXT PRIMARY KEY,
        act TEXT NOT NULL,
        plan TEXT NOT NULL,
        run_at INTEGER,
        outcome TEXT
    ) STRICT
"""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A bulk change as it was found when it was planned."""

    plan_id: str
    act: str
    """What it would do, as `<things>.<verb>`: `links.remove`."""
    arguments: Json
    count: int
    """How many things it would touch."""
    may_change_by: int
    """The run is refused when the count has changed by more than this meanwhile."""
    sample: list[Json]
    made_at: Instant
    expires_at: Instant
    by: str
    reason: str = ""
    run_at: Instant | None = None
    outcome: Json | None = None
    """What the run did; None until it has ended."""


class PlanRows:
    """Plans over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit

    def add(self, plan: PlanRow, entry: AuditEntry) -> None:
        """Record a plan, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        text = msgspec.json.encode(plan).decode()
        with self._database.transaction():
            self._database.rows(
                "INSERT INTO plans (plan_id, act, plan) VALUES (?, ?, ?)", (plan.plan_id, plan.act, text)
            )
            self._audit.add(entry)

    def get(self, plan_id: str) -> PlanRow | None:
        """One plan; None when there is none of this id."""
        row = self._database.row("SELECT plan, run_at, outcome FROM plans WHERE plan_id = ?", (plan_id,))
        if row is None:
            return None
        text, run_at, outcome = cast(tuple[str, Instant | None, str | None], row)
        return msgspec.structs.replace(
            msgspec.json.decode(text, type=PlanRow),
            run_at=run_at,
            outcome=None if outcome is None else msgspec.json.decode(outcome),
        )

    def claim(self, plan_id: str, at: Instant, entry: AuditEntry) -> bool:
        """Begin the one run of a plan, durably; False when it was begun before.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            found = self._database.rows(
                "UPDATE plans SET run_at = ? WHERE plan_id = ? AND run_at IS NULL RETURNING plan_id", (at, plan_id)
            )
            if found:
                self._audit.add(entry)
        return bool(found)

    def end(self, plan_id: str, outcome: Json, entry: AuditEntry) -> None:
        """Record what the run did, durably.

        Raises:
            Unavailable: it cannot be written now. What was done stays done.
        """
        with self._database.transaction():
            self._database.rows(
                "UPDATE plans SET outcome = ? WHERE plan_id = ?", (msgspec.json.encode(outcome).decode(), plan_id)
            )
            self._audit.add(entry)
