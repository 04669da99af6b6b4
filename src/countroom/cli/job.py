"""`countroom job list`, `show`, `pause`, `resume`, `cancel`, `pace`, `watch`."""

import time
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table
from countroom.cli.reading import hub, pages

Json = dict[str, Any]
_LOOK_S = 0.5
_OVER = ("done", "failed", "cancelled")


def show_all(
    *, kind: str = "", state: str = "", limit: int = 50, options: Annotated[Options, Parameter()] = USUAL
) -> None:
    """Long work, the latest made first.

    Parameters
    ----------
    kind:
        For example redrive.
    state:
        waiting, running, paused, done, failed or cancelled.
    limit:
        At most so many.
    """
    with hub(options) as client:
        found = list(pages(client, "/api/jobs", most=limit, kind=kind, state=state))
    if options.json:
        document({"jobs": found})
        return
    heads = ("job", "kind", "state", "done>", "of>", "failed>", "a second>", "left", "by", "made")
    rows = [
        (j["job_id"], j["kind"], j["state"], j["done"], j["total"], j["failed"], j["rate"], _left(j), j["by"],
         j["made_at"][:19])
        for j in found
    ]  # fmt: skip
    table(options, heads=heads, rows=rows)


def show(job_id: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One job: how far it is, and what it waits for.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "jobs", job_id))
    if options.json:
        document(found)
        return
    say(
        f"job {found['job_id']}: {found['kind']}, {found['state']}"
        + (f": {found['detail']}" if found["detail"] else "")
    )
    rate = f", {found['rate']:,} a second" if found["rate"] else ""
    say(f"{found['done']:,} of {found['total']:,}, {found['failed']:,} failed{rate}{_left(found)}")
    pace = f"at most {found['pace']:,} a second" if found["pace"] else "as fast as it goes"
    say(f"{pace}; by {found['by']} at {found['made_at']}, plan {found['plan_id'] or 'none'}: {found['reason']}")
    for name, value in found["arguments"].items():
        say(f"  {name} = {value}")


def pause(job_id: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Let a job rest after the step at hand; it keeps its place.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    reason:
        Why; kept in the audit log.
    """
    _act(options, job_id, "pause", {"reason": reason})


def resume(job_id: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Go on where a job was.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    reason:
        Why; kept in the audit log.
    """
    _act(options, job_id, "resume", {"reason": reason})


def cancel(job_id: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """End a job after the step at hand; what was done stays.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    reason:
        Why; kept in the audit log.
    """
    _act(options, job_id, "cancel", {"reason": reason})


def pace(job_id: str, rate: int, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """How much a job does in a second at the most, from now on.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    rate:
        So many; 0 for as fast as it goes.
    reason:
        Why; kept in the audit log.
    """
    _act(options, job_id, "pace", {"pace": rate, "reason": reason})


def watch(job_id: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> Status:
    """Show how far a job is until it is over. Ends with 5 when some of it failed, with 1 when it did not end well.

    Parameters
    ----------
    job_id:
        As `job list` shows it.
    """
    from countroom.cli.progress import Progress

    with Progress(options, "job") as progress:
        found = _asked(options, job_id)
        while found["state"] not in _OVER:
            progress.at(found["done"], found["total"])
            time.sleep(_LOOK_S)
            found = _asked(options, job_id)
    if options.json:
        document(found)
    else:
        detail = f": {found['detail']}" if found["detail"] else ""
        say(f"{found['state']}{detail}: {found['done']:,} of {found['total']:,}, {found['failed']:,} failed")
    if found["state"] != "done":
        return Status.FAILURE
    return Status.PARTLY if found["failed"] else Status.FINE


def _asked(options: Options, job_id: str) -> Json:
    with hub(options) as client:
        return client.get(path_of("api", "jobs", job_id))


def _act(options: Options, job_id: str, act: str, body: Json) -> None:
    with hub(options) as client:
        found = client.post(path_of("api", "jobs", job_id, act), body)
    if options.json:
        document(found)
    else:
        remark(options, f"{job_id} is {found['state']}")


def _left(job: Json) -> str:
    return f", {job['left_s']:,.0f} s left" if job["left_s"] else ""
