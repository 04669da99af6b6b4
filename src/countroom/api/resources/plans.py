"""Bulk changes in two steps: a plan says what would happen, and is run by its id."""

from typing import Final

import msgspec

from countroom.api.parts import ApiParts
from countroom.api.records import PlanShown
from countroom.api.route import Call, Reason, Route


class PlanRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/plans/{plan_id}/run`."""

    reason: Reason = ""
    """The plan's own when left away."""
    act: str = ""
    """What the plan is taken for, such as `links.remove`: 409, and nothing is done, when it is for something else."""
    arguments: dict[str, str | int] = {}
    """And for which arguments, as far as they are named."""


def one(parts: ApiParts, call: Call) -> PlanShown:
    """One plan."""
    return parts.plans.get(call.path["plan_id"])


def run(parts: ApiParts, call: Call) -> PlanShown:
    """Do what was planned."""
    meant: PlanRun = call.body
    mandate = call.because(meant.reason)
    return parts.plans.run(call.path["plan_id"], mandate, act=meant.act, arguments=meant.arguments)


ROUTES: Final = (
    Route(
        method="GET", path="/api/plans/{plan_id}", scope="read", says="One plan, and what became of it",
        handle=one, answer=PlanShown,
    ),
    Route(
        method="POST", path="/api/plans/{plan_id}/run", scope="operate", handle=run, body=PlanRun, answer=PlanShown,
        says="Do what was planned, once; 409 when it is over, was run, is for something else or no longer fits",
    ),
)  # fmt: skip
