"""Jobs: steered by people, worked on one after the other, never lost by what goes wrong with one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from countroom.core.audit import Mandate
from countroom.core.errors import Contradicted, Damaged, Missing, SettingsError, Unavailable
from countroom.core.jobs import Job
from countroom.runtime.jobs import AWAY_S, IDLE_S, JobRunner, Jobs
from tests.unit.runtime.small_hub import NOON, SmallHub, small_hub

ANN = Mandate(who="ann", at=NOON, reason="ticket 7")


class Counting:
    """Work that counts, five at a time, and does at each step what it is told to do."""

    def __init__(self, hub: SmallHub, meanwhile: Callable[[Job], object] = lambda _: None) -> None:
        self._hub = hub
        self.meanwhile = meanwhile

    def step(self, job: Job) -> Job:
        self.meanwhile(job)
        with self._hub.books.writing() as books:
            now = books.jobs.get(job.job_id)
            assert now is not None
            done = min(now.total, now.done + 5)
            now = msgspec.structs.replace(now, done=done, state="done" if done == now.total else now.state)
            books.jobs.note(now)
        return now

    def settle(self, job: Job) -> None:
        raise AssertionError(job)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SmallHub]:
    with small_hub(tmp_path / "data") as made:
        yield made


def made(jobs: Jobs, *, total: int = 10, pace: int = 0, kind: str = "count") -> str:
    return jobs.make(kind, {"of": "things"}, total=total, pace=pace, mandate=ANN).job_id


def test_a_job_is_worked_on_step_by_step_until_it_is_done(hub: SmallHub) -> None:
    jobs, runner = Jobs(hub.books), JobRunner(hub.books, {"count": Counting(hub)})
    job_id = made(jobs)

    assert [runner.turn() for _ in range(3)] == [0.0, 0.0, IDLE_S]
    assert (jobs.get(job_id).state, jobs.get(job_id).done) == ("done", 10)


def test_the_one_that_was_made_first_goes_first(hub: SmallHub) -> None:
    jobs, runner = Jobs(hub.books), JobRunner(hub.books, {"count": Counting(hub)})
    first, second = made(jobs), made(jobs)
    runner.turn()

    assert (jobs.get(first).done, jobs.get(second).done) == (5, 0)


def test_a_step_keeps_its_pace(hub: SmallHub) -> None:
    times = iter((0.0, 0.5, 1.0, 9.0))
    jobs, runner = Jobs(hub.books), JobRunner(hub.books, {"count": Counting(hub)}, now_s=lambda: next(times))
    job_id = made(jobs, pace=2)

    assert [runner.turn(), runner.turn()] == [2.0, 0.0]
    job = jobs.get(job_id)
    assert job.spent_us == 10_500_000
    assert job.rate == pytest.approx(10 / 10.5)


def test_what_is_paused_during_a_step_stays_paused(hub: SmallHub) -> None:
    jobs = Jobs(hub.books)
    runner = JobRunner(hub.books, {"count": Counting(hub, lambda job: jobs.pause(job.job_id, ANN))})
    job_id = made(jobs)

    runner.turn()

    assert (jobs.get(job_id).state, jobs.get(job_id).done) == ("paused", 5)
    assert runner.turn() == IDLE_S


def test_a_job_waits_for_what_is_away_and_says_so(hub: SmallHub) -> None:
    def away(_: Job) -> None:
        raise Unavailable("the vault is away")

    jobs, work = Jobs(hub.books), Counting(hub, away)
    runner = JobRunner(hub.books, {"count": work})
    job_id = made(jobs)

    assert runner.turn() == AWAY_S
    assert (jobs.get(job_id).state, jobs.get(job_id).detail) == ("running", "the vault is away")
    work.meanwhile = lambda _: None
    runner.turn()
    assert (jobs.get(job_id).done, jobs.get(job_id).detail) == (5, "")


def test_a_job_that_cannot_go_on_fails_and_the_next_one_is_worked_on(hub: SmallHub) -> None:
    def damaged(job: Job) -> None:
        if job.job_id == first:
            raise Damaged("a row is none of ours")

    jobs = Jobs(hub.books)
    runner = JobRunner(hub.books, {"count": Counting(hub, damaged)})
    first, other, second = made(jobs), made(jobs, kind="rest"), made(jobs)
    for _ in range(4):
        runner.turn()

    assert [jobs.get(each).state for each in (first, other, second)] == ["failed", "failed", "done"]
    assert jobs.get(first).detail == "a row is none of ours"
    assert jobs.resume(first, ANN).state == "waiting"


def test_what_cannot_be_done_with_a_job_is_told(hub: SmallHub) -> None:
    jobs = Jobs(hub.books)
    job_id = made(jobs)

    with pytest.raises(Missing):
        jobs.get("job_none")
    with pytest.raises(Contradicted, match="it is waiting"):
        jobs.resume(job_id, ANN)
    with pytest.raises(SettingsError, match="pace"):
        jobs.set_pace(job_id, -1, ANN)
    assert jobs.cancel(job_id, ANN).ended_at == NOON


def test_time_to_go_follows_the_pace_where_that_is_lower() -> None:
    job = Job(
        job_id="j", kind="count", arguments={}, total=100, by="ann", made_at=NOON, state="running", done=50,
        spent_us=5_000_000,
    )  # fmt: skip

    assert (job.rate, job.left_s) == (10.0, 5.0)
    assert msgspec.structs.replace(job, pace=5).left_s == 10.0
    assert msgspec.structs.replace(job, state="done").left_s is None
    assert msgspec.structs.replace(job, done=0).left_s is None
