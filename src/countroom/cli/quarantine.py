"""`countroom quarantine list` and `quarantine show`."""

from typing import Annotated

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.reading import hub


def show_all(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Refusals in groups: by type, reason and place."""
    with hub(options) as client:
        groups = client.get("/api/quarantine")["groups"]
    if options.json:
        document({"groups": groups})
        return
    if not groups:
        say("nothing was refused")
        return
    heads = ("source", "type", "reason", "at", "bodies>", "seen>", "last", "example")
    rows = [
        (g["source"], g["type"], g["reason"], g["path"], g["bodies"], g["seen"], g["last_at"][:19], g["example"])
        for g in groups
    ]
    table(options, heads=heads, rows=rows)


def show(number: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One refusal, masked.

    Parameters
    ----------
    number:
        As `quarantine list` shows it, for example rest.fasttrack.1.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "quarantine", number))
    if options.json:
        document(found)
        return
    say(f"refusal {found['number']}: {found['type']} by source {found['source']} ({found['dialect']})")
    say(f"seen {found['times']} times, first {found['first_at']}, last {found['last_at']}")
    for rejection in found["rejections"]:
        say(f"  {rejection['reason']} at {rejection['path']}: {rejection['detail']}")
    if "payload" in found:
        import json

        say(json.dumps(found["payload"], indent=2, ensure_ascii=False))
    else:
        say(f"receipt: {found['receipt']}")
