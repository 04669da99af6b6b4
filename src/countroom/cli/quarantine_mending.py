"""`countroom quarantine preview`, `publish`, `redrive`, `discard`."""

import json
import tomllib
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say
from countroom.cli.quarantine import is_a_group
from countroom.cli.reading import hub

Json = dict[str, Any]
Flag = Annotated[bool, Parameter(negative="")]


def preview(
    group: str = "",
    /,
    *,
    source: str = "",
    mapping: Path | None = None,
    replace: Flag = False,
    sample: int = 5,
    options: Annotated[Options, Parameter()] = USUAL,
) -> Status:
    """What a mapping would do to what waits. Nothing is stored. Ends with 3 when some would still fail.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    source:
        Everything that waits of a source, in place of a group.
    mapping:
        A file with rules, in TOML or JSON; the mapping that counts, when left away.
    replace:
        These rules in the place of those that count, not behind them.
    sample:
        How many receipts to show.
    """
    wish: Json = {"group": group, "source": source, "replaces": replace, "sample": sample}
    if mapping is not None:
        wish["rules"] = rules_of(mapping)
    with hub(options) as client:
        found = client.post("/api/quarantine/preview", wish)
    if options.json:
        document(found)
        return Status.PROBLEMS if found["still_fail"] else Status.FINE
    least = "≥ " if found["is_partial"] else ""
    groups = f" ({len(found['new_groups'])} groups)" if found["new_groups"] else ""
    say(
        f"{least}{found['decode']:,} decode, {least}{found['still_fail']:,} still fail{groups} of {found['receipts']:,}"
    )
    if found["known"]:
        say(f"{found['known']:,} of them were counted meanwhile, and would be repeats")
    say(f"totals of {least}{found['players']:,} players change")
    for partner, count in found["deliveries"].items():
        say(f"about {count:,} deliveries would go out to {partner}")
    for each in found["new_groups"]:
        say(f"  would fail: {each['receipts']:,} as {each['fingerprint']}")
    for each in found["sample"]:
        came_of = "; ".join(_came_of(each)) or "cannot be opened any more"
        remark(options, f"  {each['number']}: {came_of}")
    return Status.PROBLEMS if found["still_fail"] else Status.FINE


def publish(
    source: str,
    /,
    *,
    mapping: Path,
    replace: Flag = False,
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Publish the next version of a source's mapping; alone on stdout stands its number.

    Parameters
    ----------
    source:
        As in `[sources.<name>]`.
    mapping:
        A file with rules, in TOML or JSON.
    replace:
        These rules in the place of those that count, not behind them.
    reason:
        Why; kept with the version.
    """
    wish = {"source": source, "rules": rules_of(mapping), "replaces": replace, "reason": reason}
    with hub(options) as client:
        found = client.post("/api/mappings", wish)
    if options.json:
        document(found)
        return
    say(found["version"])
    remark(options, f"version {found['version']} of source {source} has {len(found['rules'])} rules, and counts now")
    remark(options, f"what waits is redriven by 'countroom quarantine redrive --source {source}', or group by group")


def redrive(
    name: str = "",
    /,
    *,
    source: str = "",
    pace: int = 1000,
    plan: str = "",
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Redrive what waits, in two steps: without --plan it says how much that is, with it a job is made.

    Parameters
    ----------
    name:
        A group or a receipt, as `quarantine list` shows them.
    source:
        Everything that waits of a source, in their place.
    pace:
        At most so many a second; 0: as fast as it goes.
    plan:
        The id that the first step gave; it stands for ten minutes.
    reason:
        Why; kept with the job.
    """
    with hub(options) as client:
        if plan:
            made = client.post(path_of("api", "plans", plan, "run"), _meant("quarantine.redrive", name, source, reason))
        else:
            made = client.post("/api/quarantine/redrive/plan", {**_aim(name, source), "pace": pace, "reason": reason})
    if options.json:
        document(made)
    elif plan:
        job_id = made["outcome"]["job_id"]
        say(job_id)
        remark(options, f"{made['outcome']['receipts']:,} receipts; 'countroom job watch {job_id}' shows how far it is")
    else:
        _planned(options, made, would="be redriven", again="redrive")


def discard(
    name: str = "",
    /,
    *,
    reason: str,
    source: str = "",
    plan: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Give a receipt up; a group or a source in two steps: without --plan it says how much, with it that is done.

    Parameters
    ----------
    name:
        A receipt or a group, as `quarantine list` shows them.
    reason:
        Why; kept in the audit log.
    source:
        Everything that waits of a source, in their place.
    plan:
        The id that the first step gave; it stands for ten minutes.
    """
    with hub(options) as client:
        if plan:
            done = client.post(path_of("api", "plans", plan, "run"), _meant("quarantine.discard", name, source, reason))
        elif name and not is_a_group(name):
            done = client.post(path_of("api", "quarantine", name, "discard"), {"reason": reason})
        else:
            done = client.post("/api/quarantine/discard/plan", {"group": name, "source": source, "reason": reason})
    if options.json:
        document(done)
    elif plan:
        say(f"{done['outcome']['discarded']:,} given up")
    elif "plan_id" in done:
        _planned(options, done, would="be given up", again="discard")
    else:
        remark(options, f"{done['number']} is {done['state']}")


def _meant(act: str, name: str, source: str, reason: str) -> Json:
    """What runs a plan, if it is for this act and, where one is named, for this aim."""
    aim = {kind: value for kind, value in _aim(name, source).items() if value}
    return {"reason": reason, "act": act, "arguments": aim}


def rules_of(path: Path) -> list[Json]:
    """The rules in a file: `[[rules]]` of TOML, or JSON with a list or with `rules`.

    Raises:
        Stop: it cannot be read, or holds something else.
    """
    try:
        text = path.read_text("utf-8")
        tree = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise Stop(Status.USAGE, f"{path}: expected a file with rules: {error.strerror}") from error
    except ValueError as error:
        raise Stop(Status.USAGE, f"{path}: expected {'TOML' if path.suffix == '.toml' else 'JSON'}: {error}") from error
    rules = tree.get("rules") if isinstance(tree, dict) else tree
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise Stop(Status.USAGE, f"{path}: expected a list of rules", remedy="docs/reference/mappings.md shows them")
    return rules


def _aim(name: str, source: str) -> Json:
    if name and not is_a_group(name):
        return {"receipt": name, "source": source}
    return {"group": name, "source": source}


def _planned(options: Options, plan: Json, *, would: str, again: str) -> None:
    say(plan["plan_id"])
    for group in plan["sample"]:
        remark(options, f"  {group['group']}  {group['fingerprint']}  {group['waiting']:,} wait")
    what = f"{plan['count']:,} receipts would {would}"
    because = f" --reason {quote(plan['reason'])}" if again == "discard" else ""
    remark(options, f"{what}; 'countroom quarantine {again} --plan {plan['plan_id']}{because}' does it")
    remark(options, f"until {plan['expires_at'][:19]}Z, and only if there are still as many")


def _came_of(each: Json) -> list[str]:
    events = [f"{event['type']} of {event['brand']}/{event['player']}" for event in each["events"]]
    return events or [f"{r['reason']} at {r['path']}: {r['detail']}" for r in each["rejections"]]
