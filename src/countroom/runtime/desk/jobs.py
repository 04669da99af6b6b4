"""Long work, as the admin API asks for it."""

from countroom.api.quarantined import JobShown, job_shown
from countroom.core.audit import Mandate
from countroom.runtime.jobs import Jobs


class JobsDesk:
    """Jobs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def page(self, *, kind: str, state: str, before: int | None, limit: int) -> list[tuple[int, JobShown]]:
        """Jobs with their numbers, the latest made first."""
        found = self._jobs.page(kind=kind, state=state, before=before, limit=limit)
        return [(number, job_shown(job)) for number, job in found]

    def get(self, job_id: str) -> JobShown:
        """One job.

        Raises:
            Missing: there is none of this id.
        """
        return job_shown(self._jobs.get(job_id))

    def act(self, act: str, job_id: str, mandate: Mandate) -> JobShown:
        """`pause`, `resume` or `cancel` a job.

        Raises:
            Contradicted: it cannot be done with what stands.
            Missing: there is none of this id.
        """
        acts = {"pause": self._jobs.pause, "resume": self._jobs.resume, "cancel": self._jobs.cancel}
        return job_shown(acts[act](job_id, mandate))

    def pace(self, job_id: str, pace: int, mandate: Mandate) -> JobShown:
        """At most so many a second from now on.

        Raises:
            Missing: there is none of this id.
            SettingsError: it cannot be kept.
        """
        return job_shown(self._jobs.set_pace(job_id, pace, mandate))
