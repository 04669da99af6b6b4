"""What follows from the cells of one currency: GGR, NGR, hold and the rest."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from countroom.core.money import EMPTY, POCKETS, Pockets, minus, total
from tests.reference import forms
from tests.reference.forms import Json
from tests.reference.settings import ReferenceSettings


class Sums(Protocol):
    """A cell, as far as figures are concerned."""

    @property
    def pockets(self) -> dict[str, Pockets]: ...
    @property
    def amounts(self) -> dict[str, Decimal]: ...
    @property
    def counts(self) -> dict[str, int]: ...


def figures(cells: Mapping[str, Sums], settings: ReferenceSettings) -> Json:
    """The figures of one currency, from its cells by product."""
    turnover = cells["casino"].pockets.get("turnover", EMPTY)
    payout = cells["casino"].pockets.get("payout", EMPTY)
    ggr = minus(turnover, payout)
    cost = _bonus_cost(cells, settings)

    def of(product: str, name: str) -> Decimal:
        return cells[product].amounts.get(name, Decimal(0))

    shown = {
        "turnover": total(turnover),
        "payout": total(payout),
        "ggr": total(ggr),
        **{f"ggr_{pocket}": _pocket(ggr, pocket) for pocket in POCKETS},
        "bonus_cost": cost,
        "ngr": total(ggr) - cost,
        "net_deposits": of("payments", "deposit_sum")
        - of("payments", "withdrawal_sum")
        - of("payments", "chargeback_sum"),
    }
    written = forms.tidy({name: forms.amount(value) for name, value in shown.items()})
    if total(turnover):
        written["hold"] = forms.ratio(total(ggr), total(turnover))
        written["rtp"] = forms.ratio(total(payout), total(turnover))
    return written | forms.tidy({"missing": sum(one.counts.get("missing", 0) for one in cells.values())})


def _pocket(value: Pockets, name: str) -> Decimal:
    return dict(zip(POCKETS, value, strict=False)).get(name, Decimal(0))


def _bonus_cost(cells: Mapping[str, Sums], settings: ReferenceSettings) -> Decimal:
    casino, bonuses = cells["casino"], cells["bonuses"]
    turnover, payout = casino.pockets.get("turnover", EMPTY), casino.pockets.get("payout", EMPTY)
    ggr = minus(turnover, payout)
    granted, converted, reversed_ = (bonuses.amounts.get(n, Decimal(0)) for n in ("granted", "converted", "reversed"))
    match settings.bonus_cost:
        case "conversion":
            locked = _pocket(ggr, "locked") if settings.locked_as == "bonus" else Decimal(0)
            return _pocket(ggr, "bonus") + locked + converted
        case "stake":
            return _pocket(turnover, "bonus")
        case "grant":
            return granted - reversed_
        case "none":
            return Decimal(0)
