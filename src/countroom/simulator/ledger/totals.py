"""Totals for life, per brand day and per UTC hour (semantics.md 4)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from countroom.simulator.ledger.entries import History
from countroom.simulator.ledger.money import ZERO, Pockets, add, ratio, shown, summed, times, total
from countroom.simulator.ledger.rounds import Round

LIFE: Final = ("life", "")
BASE: Final = "BASE"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PRODUCTS: Final = ("casino", "sports", "payments", "bonuses")
_POCKETED: Final = ("turnover", "payout", "settled_stake", "void_stake")

Scope = tuple[str, str]
Cell = dict[str, Any]
"""Measure to sum: pockets, an amount or a count."""


class Calendar:
    """Which brand day and which hour an instant lies in."""

    def __init__(self, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)

    def day(self, at: int) -> str:
        """The day in the brand's time zone."""
        return self._moment(at).astimezone(self._zone).strftime("%Y-%m-%d")

    def hour(self, at: int) -> str:
        """The clock hour in UTC."""
        return self._moment(at).strftime("%Y-%m-%dT%H")

    def scopes(self, at: int) -> tuple[Scope, Scope, Scope]:
        """The three scopes that what happens at `at` is counted in."""
        return (LIFE, ("days", self.day(at)), ("hours", self.hour(at)))

    @staticmethod
    def _moment(at: int) -> datetime:
        return _EPOCH + timedelta(microseconds=at)


class Book:
    """Cells by scope, product and currency, filled by posting."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._cells: dict[Scope, dict[str, dict[str, Cell]]] = {}

    def post(self, product: str, currency: str, *, at: int, **measures: Any) -> None:
        """Add to the cells of `currency` for life, for the day and for the hour of `at`."""
        for scope in self._calendar.scopes(at):
            self._add(scope, product, currency=currency, measures=measures)

    def post_for_life(self, product: str, currency: str, **measures: Any) -> None:
        """Add to the cell for life alone."""
        self._add(LIFE, product, currency=currency, measures=measures)

    def _add(self, scope: Scope, product: str, *, currency: str, measures: Cell) -> None:
        cell = self._cells.setdefault(scope, {}).setdefault(product, {}).setdefault(currency, {})
        for measure, value in measures.items():
            if measure in _POCKETED:
                add(cell.setdefault(measure, {}), value)
            else:
                cell[measure] = cell.get(measure, 0) + value

    def cell(self, product: str, currency: str) -> Cell:
        """The cell for life."""
        return self._cells.get(LIFE, {}).get(product, {}).get(currency, {})

    def currencies(self, product: str) -> list[str]:
        """The currencies that `product` has cells in, without the base cell."""
        return [currency for currency in self._cells.get(LIFE, {}).get(product, {}) if currency != BASE]

    def document(self, *, with_base: bool = True) -> dict[str, Any]:
        """`totals` of the player document."""
        found: dict[str, Any] = {"days": {}, "hours": {}}
        for (kind, name), products in self._cells.items():
            scope = _scope(products, with_base=with_base, with_figures=with_base and kind != "hours")
            if kind == "life":
                found["life"] = scope
            else:
                found[kind][name] = scope
        return shown(found) or {}


def _scope(products: dict[str, dict[str, Cell]], *, with_base: bool, with_figures: bool) -> dict[str, Any]:
    scope: dict[str, Any] = {
        product: {currency: cell for currency, cell in cells.items() if currency != BASE}
        for product, cells in products.items()
    }
    if with_base:
        scope["base"] = {product: cells[BASE] for product, cells in products.items() if BASE in cells}
    if with_figures:
        currencies = {currency for cells in products.values() for currency in cells}
        scope["figures"] = {currency: _figures(products, currency) for currency in currencies}
    return scope


def _figures(products: dict[str, dict[str, Cell]], currency: str) -> dict[str, Any]:
    cells = {product: products.get(product, {}).get(currency, {}) for product in _PRODUCTS}
    shares = {"casino": _share(cells["casino"], "turnover"), "sports": _share(cells["sports"], "settled_stake")}
    whole = Share(*(summed(sums) for sums in zip(*shares.values(), strict=True)))
    # Bonus winnings stay in their pocket until they are converted: that is what the bonus has cost.
    cost = whole.ggr.get("bonus", ZERO) + whole.ggr.get("locked", ZERO) + cells["bonuses"].get("converted", ZERO)
    payments = cells["payments"]
    figures = {
        **whole.figures(),
        **{f"ggr_{pocket}": value for pocket, value in whole.ggr.items()},
        "bonus_cost": cost,
        "ngr": total(whole.ggr) - cost,
        "net_deposits": payments.get("deposit_sum", ZERO) - payments.get("withdrawal_sum", ZERO),
    }
    if currency == BASE:
        figures["missing"] = sum(cell.get("missing", 0) for cell in cells.values())
    if shown(shares["sports"].figures()):
        figures["products"] = {product: share.figures() for product, share in shares.items()}
    return figures


class Share(NamedTuple):
    """What was staked, paid and kept of one product, or of all of them."""

    turnover: Pockets
    payout: Pockets
    ggr: Pockets

    def figures(self) -> dict[str, Any]:
        """The figures that products and the whole have in common."""
        turnover, payout, ggr = total(self.turnover), total(self.payout), total(self.ggr)
        return {
            "turnover": turnover,
            "payout": payout,
            "ggr": ggr,
            "hold": ratio(ggr, turnover) if turnover else None,
            "rtp": ratio(payout, turnover) if turnover else None,
        }


def _share(cell: Cell, earned_on: str) -> Share:
    """`earned_on` is the stake that GGR is reckoned on: what was settled, of a sports bet."""
    payout = cell.get("payout", {})
    ggr: Pockets = dict(cell.get(earned_on, {}))
    add(ggr, payout, sign=-1)
    return Share(cell.get("turnover", {}), payout, ggr)


def post_play(book: Book, every: Iterable[Round], *, free_money: bool) -> None:
    """Post the rounds of one ledger."""
    for played in every:
        if played.free_money is free_money:
            _post_round(book, played, with_base=not free_money)


def _post_round(book: Book, played: Round, *, with_base: bool) -> None:
    for play in played.effective:
        side, count = ("turnover", "bets") if play.what == "bet" else ("payout", "wins")
        counts = {count: 1} if play.amount else {}
        book.post("casino", play.currency, at=play.at, **{side: play.pockets}, free_stake=play.free_stake, **counts)
        if not with_base:
            continue
        if play.base is not None:
            free_stake = play.free_stake * play.rate if play.rate is not None else ZERO
            book.post("casino", BASE, at=play.at, **{side: play.base}, free_stake=free_stake)
        elif play.lacks_rate:
            book.post("casino", BASE, at=play.at, missing=1)
    if played.bets:
        first = played.bets[0]
        book.post("casino", first.currency, at=first.at, rounds=1, free_rounds=int(played.is_free))


def post_reversed(book: Book, history: History, *, free_money: bool) -> None:
    """Post what rollbacks took away, at the time of the rollback."""
    targets = {play.activity_id: play for play in history.plays if play.free_money is free_money}
    earliest: dict[str, int] = {}
    for back in history.takebacks:
        earliest[back.activity_id] = min(back.at, earliest.get(back.activity_id, back.at))
    for activity_id, at in earliest.items():
        if (target := targets.get(activity_id)) is None:
            continue
        measure = "reversed_stake" if target.what == "bet" else "reversed_payout"
        book.post("casino", target.currency, at=at, **{measure: target.amount})
        if target.base is not None and not free_money:
            book.post("casino", BASE, at=at, **{measure: total(target.base)})


def base_amount(amount: Decimal, rate: Decimal | None) -> Decimal | None:
    """`amount` in base currency; None without a rate."""
    return None if rate is None else total(times({"amount": amount}, rate))
