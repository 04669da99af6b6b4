"""`countroom player show`."""

from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.reading import reads

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
    brand, slash, own = player.partition("/")
    if not (brand and slash and own):
        raise Stop(Status.USAGE, f"player: expected BRAND/PLAYER, got {player!r}", remedy="for example lucky/4711")
    with reads(options) as asked:
        found = asked.player(brand, own)
    if found is None:
        raise Stop(
            Status.NOT_FOUND,
            f"player {player}: nothing known by this id",
            remedy="ids are taken letter by letter; 'countroom status' shows what arrived",
        )
    if options.json:
        document(found)
    else:
        _show(found, last, options=options)


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
            r["round_id"], r["studio"], r["state"], _short(r["opened_at"]),
            _money(r.get("staked")), _money(r.get("won")), flags,
        )  # fmt: skip


def _sessions(found: Json, last: int) -> Iterator[tuple[Any, ...]]:
    for s in sorted(found.get("sessions", ()), key=lambda s: s["started_at"], reverse=True)[:last]:
        yield (
            s["id"], _short(s["started_at"]), _short(s["ended_at"]), s["state"], s.get("rounds", 0),
            _money(s.get("stake")), _money(s.get("payout")),
        )  # fmt: skip


def _money(by_currency: Json | None) -> str:
    """Pockets per currency; the pocket is named unless it is real money."""
    return ", ".join(
        f"{amount} {currency}" + ("" if pocket == "real" else f" ({pocket})")
        for currency, pockets in (by_currency or {}).items()
        for pocket, amount in pockets.items()
    )


def _short(instant: str) -> str:
    return instant[:19].replace("T", " ")
