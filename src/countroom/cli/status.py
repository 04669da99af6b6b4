"""`countroom status`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.reading import hub
from countroom.cli.source import tabled

Json = dict[str, Any]


def status(*, options: Annotated[Options, Parameter()] = USUAL) -> int:
    """Where everything stands, and whether the books balance.

    Exit status 3 when items are unaccounted for, or a running hub is not ready.
    """
    with hub(options) as client:
        found = client.get("/api/status")
    is_well = not found["balance"]["unaccounted"] and (found["is_ready"] or not found["processes"])
    if options.json:
        document(found)
    else:
        _show(found, options)
    return int(Status.FINE if is_well else Status.PROBLEMS)


def _show(found: Json, options: Options) -> None:
    state = ("ready" if found["is_ready"] else "not ready") if found["processes"] else "stopped"
    say(f"Countroom {found['version']} on {found['data_dir']}: {state}")
    say()
    if found["processes"]:
        rows = [(p["name"], p["state"], p["pid"], p["restarts"]) for p in found["processes"]]
        table(options, heads=("process", "state", "pid>", "restarts>"), rows=rows)
        say()
    tabled(options, found["sources"])
    say()
    shards = [
        (s["shard"], s["received"], s["folded"], s["duplicates"], s["refused"], s["signals"]) for s in found["shards"]
    ]
    table(options, heads=("shard>", "taken>", "folded>", "duplicates>", "refused>", "signals>"), rows=shards)
    say()
    b = found["balance"]
    left = "unknown until every shard has answered" if b["unaccounted"] is None else b["unaccounted"]
    say(
        f"balance: received {b['received']} - duplicates {b['duplicates']} - folded {b['folded']} "
        f"- refused {b['refused']} - in flight {b['in_flight']} = {left}"
    )
