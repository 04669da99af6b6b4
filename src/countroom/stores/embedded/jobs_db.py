"""The jobs in `control.db`: long work that goes on after a pause or a kill where it was."""

from typing import Any, Final, cast

import msgspec

from countroom.core.audit import AuditEntry
from countroom.core.jobs import Job
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.sqlite import Database, Row, Value

SCHEMA: Final = """
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY,
        job_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        arguments TEXT NOT NULL,
        total INTEGER NOT NULL,
        by TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        plan_id TEXT NOT NULL,
        state TEXT NOT NULL,
        began_at INTEGER,
        ended_at INTEGER,
        done INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        pace INTEGER NOT NULL,
        spent_us INTEGER NOT NULL,
        checkpoint TEXT,
        intent BLOB NOT NULL,
        detail TEXT NOT NULL
    ) STRICT
"""
_NAMES: Final = tuple(field.name for field in msgspec.structs.fields(Job))
_COLUMNS: Final = ", ".join(_NAMES)
_INSERT: Final = f"INSERT INTO jobs ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608 - ours
_UPDATE: Final = f"UPDATE jobs SET {', '.join(f'{name} = ?' for name in _NAMES)} WHERE job_id = ?"  # noqa: S608 - ours
_AS_TEXT: Final = ("arguments", "checkpoint")


class JobRows:
    """Jobs over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit

    def add(self, job: Job, entry: AuditEntry) -> None:
        """Put a job down, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self._database.rows(_INSERT, _values(job))
            self._audit.add(entry)

    def change(self, job: Job, entry: AuditEntry) -> None:
        """Put down what a person decided about a job, durably.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self.note(job)
            self._audit.add(entry)

    def note(self, job: Job) -> None:
        """Put down how far a job is; within the caller's transaction, if he has one."""
        self._database.rows(_UPDATE, (*_values(job), job.job_id))

    def get(self, job_id: str) -> Job | None:
        """One job; None when there is none of this id."""
        return next(iter(self._jobs("job_id = ?", job_id)), None)

    def page(self, *, kind: str, state: str, before: int | None, limit: int) -> list[tuple[int, Job]]:
        """Jobs with their numbers, the latest made first, those with a number below `before`."""
        clauses, values = ["true"], cast(list[Value], [])
        for name, value in (("kind", kind), ("state", state)):
            if value:
                clauses.append(f"{name} = ?")
                values.append(value)
        if before is not None:
            clauses.append("number < ?")
            values.append(before)
        sql = f"SELECT number, {_COLUMNS} FROM jobs WHERE {' AND '.join(clauses)} ORDER BY number DESC LIMIT ?"  # noqa: S608 - ours
        return [(cast(int, row[0]), _job(row[1:])) for row in self._database.rows(sql, (*values, limit))]

    def alive(self) -> list[Job]:
        """Jobs that are not over."""
        return self._jobs("state IN ('waiting', 'running', 'paused') ORDER BY number")

    def intended(self) -> list[Job]:
        """Jobs that were about to do something, and have not noted that it is done."""
        return self._jobs("length(intent) > 0")

    def next_up(self) -> Job | None:
        """The job to work on: the one that runs, else the one that has waited longest."""
        order = "state IN ('running', 'waiting') ORDER BY state = 'running' DESC, number LIMIT 1"
        return next(iter(self._jobs(order)), None)

    def _jobs(self, where: str, *values: Value) -> list[Job]:
        return [_job(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM jobs WHERE {where}", values)]  # noqa: S608 - ours


def _values(job: Job) -> tuple[Value, ...]:
    given: dict[str, Any] = msgspec.structs.asdict(job)
    return tuple(
        msgspec.json.encode(given[name]).decode() if name in _AS_TEXT and given[name] is not None else given[name]
        for name in _NAMES
    )


def _job(row: Row) -> Job:
    given = dict(zip(_NAMES, cast(tuple[Any, ...], row), strict=True))
    for name in _AS_TEXT:
        given[name] = None if given[name] is None else msgspec.json.decode(given[name])
    return Job(**given)
