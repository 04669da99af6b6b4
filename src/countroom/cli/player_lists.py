"""`countroom player timeline`, `player rounds`, `player sessions`, `player totals`."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.player import money, short
from countroom.cli.reading import hub, pages, player_of

Json = dict[str, Any]


def timeline(
    player: str,
    *,
    kind: Annotated[list[str] | None, Parameter(negative="")] = None,
    since: str = "",
    until: str = "",
    limit: int = 50,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """What happened to a player, the latest first: every fact that was taken, void ones too.

    Parameters
    ----------
    player:
        BRAND/PLAYER, for example lucky/4711.
    kind:
        bet, win, loss, round, rollback, payment, bonus, login, session, profile, consent, block, link, sports_bet, leg,
        settlement, lottery, poker, cart, tags, balance; several times.
    since:
        Since this instant (ISO 8601).
    until:
        Before this one.
    limit:
        At most so many.
    """
    found = _read(player, "timeline", options, limit=limit, kinds=",".join(kind or ()), since=since, until=until)
    if options.json:
        document({"timeline": found})
        return
    rows = [(short(e["at"]), e["kind"], _told(e)) for e in found]
    table(options, heads=("at", "kind", "what"), rows=rows)


def rounds(player: str, *, limit: int = 50, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """His rounds, the latest first.

    Parameters
    ----------
    player:
        BRAND/PLAYER.
    limit:
        At most so many.
    """
    found = _read(player, "rounds", options, limit=limit)
    rows = [
        (r["round_id"], r["studio"], r["state"], short(r["opened_at"]), money(r.get("staked")), money(r.get("won")))
        for r in found
    ]
    _list(options, "rounds", found, heads=("round", "studio", "state", "opened", "staked>", "won>"), rows=rows)


def sessions(player: str, *, limit: int = 50, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """His sessions, the latest first.

    Parameters
    ----------
    player:
        BRAND/PLAYER.
    limit:
        At most so many.
    """
    found = _read(player, "sessions", options, limit=limit)
    heads = ("session", "started", "ended", "state", "rounds>", "stake>", "payout>")
    rows = [
        (
            s["id"], short(s["started_at"]), short(s["ended_at"]), s["state"], s.get("rounds", 0),
            money(s.get("stake")), money(s.get("payout")),
        )
        for s in found
    ]  # fmt: skip
    _list(options, "sessions", found, heads=heads, rows=rows)


def totals(
    player: str,
    *,
    per: Literal["day", "hour"] = "day",
    limit: int = 31,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """His totals per brand day or UTC hour, the latest first.

    Parameters
    ----------
    player:
        BRAND/PLAYER.
    per:
        day or hour.
    limit:
        At most so many.
    """
    found = _read(player, "totals", options, limit=limit, per=per)
    rows = [
        (
            t[per],
            currency,
            money({currency: c.get("turnover", {})}),
            money({currency: c.get("payout", {})}),
            c.get("bets", 0),
            c.get("rounds", 0),
        )
        for t in found
        for currency, c in t.get("casino", {}).items()
    ]
    _list(options, "totals", found, heads=(per, "currency", "turnover>", "payout>", "bets>", "rounds>"), rows=rows)


def _read(player: str, what: str, options: Options, *, limit: int, **query: object) -> list[Json]:
    brand, own = player_of(player)
    with hub(options) as client:
        return list(pages(client, path_of("api", "players", brand, own, what), most=limit, **query))


def _list(
    options: Options, what: str, found: list[Json], *, heads: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    if options.json:
        document({what: found})
    elif found:
        table(options, heads=heads, rows=rows)
    else:
        say(f"no {what}")


def _told(entry: Json) -> str:
    """An entry in a line: names with their values."""
    left = {name: value for name, value in entry.items() if name not in ("at", "kind")}
    return "  ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in left.items()
    )
