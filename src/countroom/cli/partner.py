"""`countroom partner list`, `partner show`, `partner pause`, `partner resume`, `partner pace`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, facts, remark, say, table
from countroom.cli.reading import hub
from countroom.cli.reasons import Reason

Json = dict[str, Any]


def show_all(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The partners: how they stand, what waits, how many players are linked to each."""
    with hub(options) as client:
        found = client.get("/api/partners")["items"]
    if options.json:
        document({"partners": found})
        return
    if not found:
        say("no partner is configured: see [partners.<name>] in docs/reference/configuration.md")
        return
    heads = ("partner", "kind", "state", "waiting>", "oldest s>", "accepted>", "pace>", "linked>", "pending>")
    rows = [
        (
            p["partner"], p["kind"], p.get("state", "unknown"), p.get("waiting"), p.get("oldest_waiting_s"),
            p.get("accepted"), p.get("pace"), p["links"]["linked"], p["links"]["pending"],
        )
        for p in found
    ]  # fmt: skip
    table(options, heads=heads, rows=rows)


def show(partner: str, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One partner.

    Parameters
    ----------
    partner:
        As in `[partners.<name>]`.
    """
    with hub(options) as client:
        found = client.get(path_of("api", "partners", partner))
    if options.json:
        document(found)
        return
    say(f"partner {found['partner']} ({found['kind']}): {found.get('state', 'unknown while delivery does not answer')}")
    facts(found, but=("partner", "kind", "state"))


def pause(partner: str, *, reason: Reason, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Send a partner nothing; what comes meanwhile waits.

    Parameters
    ----------
    partner:
        As in `[partners.<name>]`.
    reason:
        Why; it is shown as long as he is paused.
    """
    _act(partner, "pause", {"reason": reason}, options)


def resume(partner: str, *, reason: Reason, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Go on after a pause.

    Parameters
    ----------
    partner:
        As in `[partners.<name>]`.
    reason:
        Why.
    """
    _act(partner, "resume", {"reason": reason}, options)


def pace(partner: str, rate: str, *, reason: Reason, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """How many messages a second a partner is sent, from now on and over restarts.

    Parameters
    ----------
    partner:
        As in `[partners.<name>]`.
    rate:
        Messages a second; 0 for no limit; `configured` for what the configuration says.
    reason:
        Why.
    """
    if rate != "configured" and not rate.isdecimal():
        raise Stop(Status.USAGE, f"rate: expected a number, 0 for no limit, or `configured`, got {rate!r}")
    _act(partner, "pace", {"reason": reason, "rate": None if rate == "configured" else int(rate)}, options)


def _act(partner: str, act: str, body: Json, options: Options) -> None:
    with hub(options) as client:
        done = client.post(path_of("api", "partners", partner, act), body)
    if options.json:
        document({"partner": partner, **done})
    else:
        remark(options, f"partner {partner}: {act} is done")
