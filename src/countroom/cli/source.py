"""`countroom source list`, `source show`, and `countroom brand list`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, facts, say, table
from countroom.cli.reading import hub

Json = dict[str, Any]


def show_all(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The sources, and what came of what each has sent."""
    with hub(options) as client:
        found = client.get("/api/sources")["items"]
    if options.json:
        document({"sources": found})
        return
    tabled(options, {one["source"]: one for one in found})


def tabled(options: Options, sources: Json) -> None:
    """Sources by name as a table, here and in `countroom status`."""
    heads = ("source", "dialect", "logged>", "refused in log>", "waiting>", "answered 400>")
    rows = [
        (name, s["dialect"], s["items"], s["log_refusals"], s["waiting"], s["answered_400"]["seen"])
        for name, s in sources.items()
    ]
    table(options, heads=heads, rows=rows)


def show(source: str, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One source.

    Parameters
    ----------
    source:
        As in `[sources.<name>]`.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "sources", source))
    if options.json:
        document(found)
        return
    say(f"source {found['source']} ({found['dialect']})")
    facts(found, but=("source", "dialect"))


def brands(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The brands: what senders call them, where their days begin, into what money is converted."""
    with hub(options) as client:
        found = client.get("/api/brands")["items"]
    if options.json:
        document({"brands": found})
        return
    if not found:
        say("no brand is configured: see [brands.<name>] in docs/reference/configuration.md")
        return
    heads = ("brand", "origins", "time zone", "day starts at", "base currency")
    rows = [
        (one["brand"], ", ".join(one["origins"]), one["time_zone"], one["day_starts_at"], one["base_currency"])
        for one in found
    ]
    table(options, heads=heads, rows=rows)
