"""Long work, one piece at a time: made, watched, paused, resumed, cancelled; carried on after a kill."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import msgspec

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Contradicted, CountroomError, Missing, SettingsError, Unavailable
from countroom.core.instants import SECOND
from countroom.core.jobs import ALIVE, Job, JobState
from countroom.runtime.books import Books

Json = dict[str, Any]
IDLE_S: Final = 0.5
"""How often an idle runner looks for work."""
AWAY_S: Final = 1.0
"""Wait after a part of the hub was away."""
_ID_BYTES: Final = 8
_MOST_PACE: Final = 1_000_000


class Work(Protocol):
    """One kind of long work."""

    def step(self, job: Job) -> Job:
        """Do a little, and note it: the job as it then stands, `done` when nothing is left.

        Raises:
            Unavailable: a part of the hub is away. Nothing was done; it is called again.
        """
        ...

    def settle(self, job: Job) -> None:
        """Find out whether what the job was about to do is done, and note it.

        Raises:
            Unavailable: that cannot be found out, or noted, now.
        """
        ...


class Jobs:
    """Jobs as people see and steer them. For threads."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def make(self, kind: str, arguments: Json, *, total: int, pace: int, mandate: Mandate, plan_id: str = "") -> Job:
        """A job that waits for its turn."""
        check_pace(pace)
        with self._books.writing() as books:
            job = Job(
                job_id=f"job_{books.chance(_ID_BYTES).hex()}",
                kind=kind,
                arguments=arguments,
                total=total,
                pace=pace,
                by=mandate.who,
                made_at=mandate.at,
                reason=mandate.reason,
                plan_id=plan_id,
            )
            after = {"kind": kind, "arguments": arguments, "total": total, "pace": pace}
            books.jobs.add(job, entry_of(mandate, "job.make", job.job_id, before=None, after=after))
        return job

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            Missing: there is none of this id.
        """
        with self._books.writing() as books:
            found = books.jobs.get(job_id)
        if found is None:
            raise Missing(f"job {job_id}: there is none", remedy="'countroom job list' shows what there is")
        return found

    def page(self, *, kind: str, state: str, before: int | None, limit: int) -> list[tuple[int, Job]]:
        """Jobs with their numbers, the latest made first."""
        with self._books.writing() as books:
            return books.jobs.page(kind=kind, state=state, before=before, limit=limit)

    def pause(self, job_id: str, mandate: Mandate) -> Job:
        """Let it rest after the step at hand; it keeps its place."""
        return self._steer("pause", job_id, "paused", allowed=("waiting", "running"), mandate=mandate)

    def resume(self, job_id: str, mandate: Mandate) -> Job:
        """Go on where it was."""
        return self._steer("resume", job_id, "waiting", allowed=("paused", "failed", "cancelled"), mandate=mandate)

    def cancel(self, job_id: str, mandate: Mandate) -> Job:
        """End it after the step at hand; what was done stays, and so does its place."""
        return self._steer("cancel", job_id, "cancelled", allowed=(*ALIVE, "failed"), mandate=mandate)

    def set_pace(self, job_id: str, pace: int, mandate: Mandate) -> Job:
        """At most so many a second from now on; 0 sets no limit.

        Raises:
            Missing: there is none of this id.
            SettingsError: the pace is below 0, or beyond reason.
        """
        check_pace(pace)
        with self._books.writing() as books:
            before = self.get(job_id)
            after = msgspec.structs.replace(before, pace=pace)
            entry = entry_of(mandate, "job.pace", job_id, before={"pace": before.pace}, after={"pace": pace})
            books.jobs.change(after, entry)
        return after

    def _steer(self, act: str, job_id: str, to: JobState, *, allowed: tuple[str, ...], mandate: Mandate) -> Job:
        with self._books.writing() as books:
            before = self.get(job_id)
            if before.state not in allowed:
                raise Contradicted(f"job {job_id}: expected one that is {' or '.join(allowed)}, it is {before.state}")
            ended = mandate.at if to == "cancelled" else None
            after = msgspec.structs.replace(before, state=to, ended_at=ended, detail="")
            entry = entry_of(mandate, f"job.{act}", job_id, before={"state": before.state}, after={"state": to})
            books.jobs.change(after, entry)
        return after


class JobRunner:
    """Works on one job after the other. One thread, the only one that does."""

    def __init__(self, books: Books, works: Mapping[str, Work], *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._books = books
        self._works = works
        self._now_s = now_s

    def turn(self) -> float:
        """Do one step of the job that is next; how many seconds to wait before the next turn."""
        began_s = self._now_s()
        try:
            job = self._settled_and_next()
        except Unavailable:
            return AWAY_S
        if job is None:
            return IDLE_S
        try:
            after = self._work_of(job).step(job)
        except Unavailable as away:
            self._note(job, detail=str(away))
            return AWAY_S
        except CountroomError as error:
            self._note(job, state="failed", detail=str(error), ended_at=self._books.clock())
            return 0.0
        took_s = self._now_s() - began_s
        due_s = (after.done - job.done) / after.pace if after.pace else 0.0
        self._note(after, spent_us=after.spent_us + round(max(took_s, due_s) * SECOND), detail="")
        return max(0.0, due_s - took_s)

    def _settled_and_next(self) -> Job | None:
        with self._books.writing() as books:
            intended = books.jobs.intended()
        for begun in intended:
            self._work_of(begun).settle(begun)
        with self._books.writing() as books:
            job: Job | None = books.jobs.next_up()
            if job is None:
                return None
            if job.state != "running":
                job = msgspec.structs.replace(job, state="running", began_at=job.began_at or books.clock())
                books.jobs.note(job)
            return job

    def _work_of(self, job: Job) -> Work:
        work = self._works.get(job.kind)
        if work is None:
            raise SettingsError(f"job {job.job_id}: expected one of {', '.join(self._works)}, it is {job.kind}")
        return work

    def _note(self, job: Job, **changes: Any) -> None:
        """Note changes of a job that somebody may have paused or cancelled meanwhile: that stands."""
        with self._books.writing() as books:
            now = books.jobs.get(job.job_id)
            if now is None:
                return
            if "state" in changes and now.state != "running":
                changes.pop("state")
                changes.pop("ended_at", None)
            books.jobs.note(msgspec.structs.replace(now, **changes))


def check_pace(pace: int) -> None:
    """Nothing, when the pace can be kept.

    Raises:
        SettingsError: it is below 0, or beyond reason.
    """
    if not 0 <= pace <= _MOST_PACE:
        raise SettingsError(f"pace: expected 0 (no limit) to {_MOST_PACE} a second, got {pace}")
