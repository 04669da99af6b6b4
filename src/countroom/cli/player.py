"""`countroom player show`."""

from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import asked_for, document, say, table
from countroom.cli.reading import hub, player_of

Json = dict[str, Any]


def show(player: str, *, last: int = 10, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Everything computed for one player; --json gives the whole document.

    Parameters
    ----------
    player:
        BRAND/PLAYER, for example lucky/4711.
    last:
        How many rounds, sessions, payments and days to show.
    """
    brand, own = player_of(player)
    with hub(options) as client:
        found = client.get(path_of("api", "players", brand, own))
    if options.json:
        document(found)
    else:
        _show(found, last, options=options)


def find(
    *,
    email: Annotated[bool, Parameter(negative="")] = False,
    phone: Annotated[bool, Parameter(negative="")] = False,
    brand: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Who has an e-mail or phone. The value is read from stdin, or asked for: an argument could be seen by others.

    Parameters
    ----------
    email:
        An e-mail is looked for.
    phone:
        A phone number is looked for, with its country's prefix.
    brand:
        At this brand alone.
    """
    if email == phone:
        raise Stop(Status.USAGE, "expected either --email or --phone", remedy="its value is read from stdin")
    what = "email" if email else "phone"
    value = asked_for(what)
    with hub(options) as client:
        found = client.post("/api/players/find", {what: value, "brand": brand})["items"]
    if options.json:
        document({"players": found})
    for player in () if options.json else found:
        say(f"{player['brand']}/{player['player']}")
    if not found:
        raise Stop(Status.NOT_FOUND, f"nobody has, or had, this {what}", remedy="it is compared whole, not in part")


def _show(found: Json, last: int, *, options: Options) -> None:
    say(f"player {found['brand']}/{found['player']}")
    say()
    table(options, title="Life", heads=("currency", *_FIGURES), rows=_figures(found["totals"].get("life", {})))
    days = found["totals"].get("days", {})
    rows = [(day, *row) for day in sorted(days, reverse=True)[:last] for row in _figures(days[day])]
    _section(options, "Days", heads=("day", "currency", *_FIGURES), rows=rows)
    _section(options, "Rounds", heads=_ROUND, rows=list(_rounds(found, last)))
    _section(options, "Sessions", heads=_SESSION, rows=list(_sessions(found, last)))
    payments = [
        (p["payment_id"], p["direction"], p["status"], p.get("amount"), p.get("currency"), p.get("counted_at"))
        for p in sorted(found.get("payments", ()), key=lambda p: p["statuses"][-1][1], reverse=True)[:last]
    ]
    _section(
        options, "Payments", heads=("payment", "kind", "status", "amount>", "currency", "counted at"), rows=payments
    )
    bonuses = [
        (b["user_bonus_id"], b["state"], b.get("granted"), b.get("wagered"), b.get("required"), b.get("converted"))
        for b in found.get("bonuses", ())[-last:]
    ]
    heads = ("bonus", "state", "granted>", "wagered>", "required>", "converted>")
    _section(options, "Bonuses", heads=heads, rows=bonuses)
    fields = found.get("profile", {}).get("fields", {})
    profile = [(name, f.get("value", "(in the vault)"), f.get("at")) for name, f in sorted(fields.items())]
    _section(options, "Profile", heads=("field", "value", "since"), rows=profile)
    handling = found.get("handling", {})
    say()
    say(f"repeats dropped: {handling.get('duplicates', 0)}, conflicts refused: {handling.get('conflicts', 0)}")


_FIGURES = ("turnover>", "payout>", "GGR>", "NGR>", "bonus cost>", "net deposits>")
_KEYS = ("turnover", "payout", "ggr", "ngr", "bonus_cost", "net_deposits")
_ROUND = ("round", "studio", "state", "opened", "staked>", "won>", "flags")
_SESSION = ("session", "started", "ended", "state", "rounds>", "stake>", "payout>")


def _section(options: Options, title: str, *, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        say()
        table(options, title=title, heads=heads, rows=rows)


def _figures(scope: Json) -> list[tuple[Any, ...]]:
    figures = scope.get("figures", {})
    return [
        ("base" if currency == "BASE" else currency, *(figures[currency].get(key, "0") for key in _KEYS))
        for currency in sorted(figures, key=lambda c: (c != "BASE", c))
    ]


def _rounds(found: Json, last: int) -> Iterator[tuple[Any, ...]]:
    for r in sorted(found.get("rounds", ()), key=lambda r: r["opened_at"], reverse=True)[:last]:
        flags = ", ".join([*r.get("flags", ()), *(word for word in ("free", "free_money") if r.get(word))])
        yield (
            r["round_id"], r["studio"], r["state"], short(r["opened_at"]),
            money(r.get("staked")), money(r.get("won")), flags,
        )  # fmt: skip


def _sessions(found: Json, last: int) -> Iterator[tuple[Any, ...]]:
    for s in sorted(found.get("sessions", ()), key=lambda s: s["started_at"], reverse=True)[:last]:
        yield (
            s["id"], short(s["started_at"]), short(s["ended_at"]), s["state"], s.get("rounds", 0),
            money(s.get("stake")), money(s.get("payout")),
        )  # fmt: skip


def money(by_currency: Json | None) -> str:
    """Pockets per currency; the pocket is named unless it is real money."""
    return ", ".join(
        f"{amount} {currency}" + ("" if pocket == "real" else f" ({pocket})")
        for currency, pockets in (by_currency or {}).items()
        for pocket, amount in pockets.items()
    )


def short(instant: str) -> str:
    """An instant to the second."""
    return instant[:19].replace("T", " ")
