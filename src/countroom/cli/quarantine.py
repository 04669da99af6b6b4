"""`countroom quarantine list`, `show`, `sample`, and what people decide about groups."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table
from countroom.cli.reading import Client, asked, hub, pages

Json = dict[str, Any]
_COLUMNS = "▁▂▃▄▅▆▇█"


def show_all(
    *,
    status: str = "",
    source: str = "",
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """What was refused, in groups: by source, type, reason and place.

    Parameters
    ----------
    status:
        open, ignored, acknowledged or resolved.
    source:
        Of this source alone.
    reason:
        For this reason alone, for example bad_amount.
    """
    with hub(options) as client:
        found = client.get(asked("/api/quarantine", status=status, source=source, reason=reason))
    if options.json:
        document(found)
        return
    groups = found["groups"]
    if not groups:
        say("nothing was refused")
    else:
        heads = (
            "group",
            "source",
            "type",
            "reason",
            "at",
            "status",
            "waiting>",
            "seen>",
            "players>",
            "held",
            "last day",
            "last",
            "example",
        )
        rows = [
            (g["group"], g["source"], g["type"], g["reason"], g["path"], g["status"], g["waiting"], g["seen"],
             _players(g), _held(g), spark(g["per_hour"]), g["last_at"][:19], g["example"])
            for g in groups
        ]  # fmt: skip
        table(options, heads=heads, rows=rows)
    for place in found["incomplete"]:
        remark(options, f"{place} does not answer now: what is new there is not counted yet")
    for name, count in found["not_kept"].items():
        remark(options, f"source {name}: {count} more found the shelf full, and are only counted")


def show(name: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """A group with what is like it and what was done to it, or one receipt, masked.

    Parameters
    ----------
    name:
        As `quarantine list` shows it: a group such as q-1a2b3c4d5e, or a receipt such as rest.fasttrack.1.
    """
    with hub(options) as client:
        is_group = is_a_group(name)
        found = client.get(path_of("api", "quarantine", *(("groups", name) if is_group else (name,))))
    if options.json:
        document(found)
    elif is_group:
        _show_group(options, found)
    else:
        _show_receipt(found)


def sample(group: str, /, *, state: str = "", limit: int = 5, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Some receipts of a group, masked, the latest first.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    state:
        waiting, redriven or discarded.
    limit:
        At most so many.
    """
    with hub(options) as client:
        path = path_of("api", "quarantine", "groups", group, "receipts")
        found = list(pages(client, path, most=limit, state=state))
    if options.json:
        document({"receipts": found})
        return
    for receipt in found:
        _show_receipt(receipt)
        say()


def ack(group: str, /, *, owner: str = "", reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Somebody has seen it and looks after it.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    owner:
        Who looks after it; you, when left away.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "ack", {"owner": owner, "reason": reason})


def ignore(
    group: str,
    /,
    *,
    until: str = "",
    count: int | None = None,
    reason: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Let a group be until a date, or until so many more have come; then it opens again.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    until:
        An instant in ISO 8601.
    count:
        So many more messages.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "ignore", {"until": until, "count": count, "reason": reason})


def resolve(group: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """It is over; should it come again, it opens again.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "resolve", {"reason": reason})


def reopen(group: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """It is not over.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "reopen", {"reason": reason})


def merge(group: str, into: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Count a group with another of its source from now on, until it is unmerged.

    Parameters
    ----------
    group:
        As `quarantine list` shows it.
    into:
        The other one.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "merge", {"into": into, "reason": reason})


def unmerge(group: str, /, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Let a group stand by itself again.

    Parameters
    ----------
    group:
        As `quarantine show` of the one it was merged into names it.
    reason:
        Why; kept in the audit log.
    """
    _judge(options, group, "unmerge", {"reason": reason})


def is_a_group(name: str) -> bool:
    """True for a group's id or fingerprint, False for a receipt's name."""
    return name.startswith(("q-", "v1·"))


def _judge(options: Options, group: str, act: str, body: Json) -> None:
    with hub(options) as client:
        found = judged(client, group, act, body)
    if options.json:
        document(found)
    else:
        owner = f", looked after by {found['owner']}" if found["owner"] else ""
        remark(options, f"{found['group']} is {found['status']}{owner}")


def judged(client: Client, group: str, act: str, body: Json) -> Json:
    """The group after something was decided about it."""
    return client.post(path_of("api", "quarantine", "groups", group, act), body)


def _show_group(options: Options, found: Json) -> None:
    say(f"group {found['group']}: {found['fingerprint']}")
    say(f"source {found['source']}, {found['status']}" + (f", owner {found['owner']}" if found["owner"] else ""))
    say(f"{found['detail']}")
    say(f"why grouped: {found['why_grouped']}")
    say(
        f"{found['waiting']} wait, {found['redriven']} redriven, {found['discarded']} given up; "
        f"seen {found['seen']} times in {found['bodies']} bodies of {_players(found)} players"
    )
    say(f"money that waits: {_held(found) or 'none that can be read'}")
    mapping = f"mapping {found['since_mapping']}" if found["since_mapping"] else "no mapping"
    say(f"first {found['first_at']}, when {mapping} counted; last {found['last_at']}, for example {found['example']}")
    say(f"the last 24 hours: {spark(found['per_hour'])} ({sum(found['per_hour'])})")
    for member in found["members"]:
        say(f"with {member}, merged into it")
    for other in found["similar"]:
        say(f"similar: {other['group']} {other['fingerprint']} ({other['waiting']} wait)")
    if found["activity"]:
        rows = [(row["at"][:19], row["who"], row["act"], row["reason"]) for row in found["activity"]]
        table(options, heads=("at", "who", "did", "why"), rows=rows)


def _show_receipt(found: Json) -> None:
    say(f"refusal {found['number']}: {found['type']} by source {found['source']} ({found['dialect']})")
    say(f"seen {found['times']} times, first {found['first_at']}, last {found['last_at']}; {found['state']}")
    for rejection in found["rejections"]:
        say(f"  {rejection['reason']} at {rejection['path']}: {rejection['detail']}")
    if "payload" in found:
        import json

        say(json.dumps(found["payload"], indent=2, ensure_ascii=False))
    else:
        say(f"receipt: {found['receipt']}")


def spark(counts: list[int]) -> str:
    """A column for each count, the highest for the most; a point for none.

    >>> spark([0, 1, 4, 8])
    '·▁▄█'
    """
    most = max(counts, default=0)
    return "".join(_COLUMNS[-(-count * len(_COLUMNS) // most) - 1] if count else "·" for count in counts)


def _held(group: Json) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in group["held"].items())


def _players(group: Json) -> str:
    return f"{group['players']}" if group["players_are_known"] else f"≥{group['players']}"
