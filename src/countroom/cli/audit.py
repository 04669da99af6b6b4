"""`countroom audit list` and `audit verify`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.reading import hub, pages

Json = dict[str, Any]


def show_all(
    *,
    who: str = "",
    act: str = "",
    target: str = "",
    since: str = "",
    limit: int = 100,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Who changed what and why, the latest first.

    Parameters
    ----------
    who:
        By this one alone.
    act:
        A whole act, for example link.add, or what it is about: link.
    target:
        Of this thing alone, by its id.
    since:
        Since this instant (ISO 8601).
    limit:
        At most so many.
    """
    with hub(options) as client:
        found = list(pages(client, "/api/audit", most=limit, who=who, act=act, target=target, since=since))
    if options.json:
        document({"audit": found})
        return
    heads = ("number>", "at", "who", "act", "target", "reason", "request")
    rows = [(a["number"], a["at"][:19], a["who"], a["act"], a["target"], a["reason"], a["request_id"]) for a in found]
    table(options, heads=heads, rows=rows)


def verify(*, expect: str = "", options: Annotated[Options, Parameter()] = USUAL) -> int:
    """Walk along the chain of audit rows. Exit status 3 when one was altered, or rows are missing.

    Parameters
    ----------
    expect:
        NUMBER:HASH as an earlier walk told it: the row must still be there, as it was.
    """
    with hub(options) as client:
        found = client.get("/api/audit/verify")
        cut_off = bool(expect) and not _stands(client, expect, found["rows"])
    if options.json:
        document({**found, "holds": found["holds"] and not cut_off, "cut_off": cut_off})
    elif not found["holds"]:
        say(f"row {found['broken_at']}: {found['fault']}; the {found['rows']} rows before it hold")
    elif cut_off:
        number = expect.partition(":")[0]
        say(f"{found['rows']} rows hold, but row {number} is not what it was: rows were cut off, or made anew")
    else:
        say(f"{found['rows']} rows hold")
        say(f"keep {found['rows']}:{found['tip']} elsewhere, and give it as --expect next time")
    return int(Status.FINE if found["holds"] and not cut_off else Status.PROBLEMS)


def _stands(client: Any, tip: str, rows: int) -> bool:
    """True when the row with that number still has that hash."""
    number, _, digest = tip.partition(":")
    if not number.isdecimal() or int(number) > rows:
        return number == "0"
    row = next((a for a in pages(client, "/api/audit", most=rows) if a["number"] == int(number)), None)
    return row is not None and row["hash"] == digest
