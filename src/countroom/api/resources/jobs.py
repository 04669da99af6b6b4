"""Long work: how far it is; paused, resumed, cancelled."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.quarantined import JobShown
from countroom.api.records import Page
from countroom.api.route import Call, Cursor, Limit, Reason, Route


class JobsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/jobs`."""

    kind: str = ""
    state: Literal["", "waiting", "running", "paused", "done", "failed", "cancelled"] = ""
    cursor: Cursor = ""
    limit: Limit = 100


class Steered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of what is done to a job."""

    reason: Reason = ""


class Paced(Steered, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of another pace."""

    pace: Annotated[int, msgspec.Meta(ge=0, description="At most so many a second; 0: as fast as it goes")]


def page(parts: ApiParts, call: Call) -> Page[JobShown]:
    """Jobs, the latest made first."""
    asked: JobsAsked = call.query
    before = place(asked.cursor, tuple[int])[0] if asked.cursor else None
    found = parts.jobs.page(kind=asked.kind, state=asked.state, before=before, limit=asked.limit)
    following = cursor(found[-1][0]) if len(found) == asked.limit else None
    return Page([job for _, job in found], following)


def one(parts: ApiParts, call: Call) -> JobShown:
    """One job."""
    return parts.jobs.get(call.path["job_id"])


def pace(parts: ApiParts, call: Call) -> JobShown:
    """Another pace."""
    return parts.jobs.pace(call.path["job_id"], call.body.pace, call.because(call.body.reason))


def _steer(act: str) -> Callable[[ApiParts, Call], JobShown]:
    def handle(parts: ApiParts, call: Call) -> JobShown:
        return parts.jobs.act(act, call.path["job_id"], call.because(call.body.reason))

    return handle


ROUTES: Final = (
    Route(
        method="GET", path="/api/jobs", scope="read", says="Long work, the latest made first",
        handle=page, query=JobsAsked, answer=Page[JobShown],
    ),
    Route(
        method="GET", path="/api/jobs/{job_id}", scope="read", says="One job: how far it is, and what it waits for",
        handle=one, answer=JobShown,
    ),
    Route(
        method="POST", path="/api/jobs/{job_id}/pause", scope="operate", handle=_steer("pause"), body=Steered,
        answer=JobShown, says="Let it rest after the step at hand; it keeps its place",
    ),
    Route(
        method="POST", path="/api/jobs/{job_id}/resume", scope="operate", handle=_steer("resume"), body=Steered,
        answer=JobShown, says="Go on where it was",
    ),
    Route(
        method="POST", path="/api/jobs/{job_id}/cancel", scope="operate", handle=_steer("cancel"), body=Steered,
        answer=JobShown, says="End it after the step at hand; what was done stays",
    ),
    Route(
        method="POST", path="/api/jobs/{job_id}/pace", scope="operate", handle=pace, body=Paced, answer=JobShown,
        says="At most so many a second from now on",
    ),
)  # fmt: skip
