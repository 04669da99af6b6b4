"""What follows from the cells of one currency: GGR, NGR, hold and the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from countroom.core.money import EMPTY, POCKETS, Pockets, minus, pockets, total
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
    products = _products(cells, settings)
    turnover = _summed(one.turnover for one in products.values())
    payout = _summed(one.payout for one in products.values())
    ggr = _summed(one.ggr for one in products.values())
    cost = _bonus_cost(cells, turnover, ggr, settings)

    def of(product: str, name: str) -> Decimal:
        return cells[product].amounts.get(name, Decimal(0))

    bases = {"ggr": total(ggr), "turnover": total(turnover)}
    bases |= {"deposits": of("payments", "deposit_sum"), "fees": of("payments", "fees")}
    less = sum((share * bases[name] for name, share in settings.deduct if bases[name] > 0), Decimal(0))
    poker = cells["poker"].pockets
    shown = {
        "turnover": total(turnover),
        "payout": total(payout),
        "ggr": total(ggr),
        **{f"ggr_{pocket}": _pocket(ggr, pocket) for pocket in POCKETS},
        "bonus_cost": cost,
        "deducted": less,
        "ngr": total(ggr) - cost - less,
        "net_deposits": of("payments", "deposit_sum")
        - of("payments", "withdrawal_sum")
        - of("payments", "chargeback_sum"),
        "poker_net": total(poker.get("buy_in", EMPTY)) - total(poker.get("cash_out", EMPTY)),
    }
    written = forms.tidy({name: forms.amount(value) for name, value in shown.items()})
    written |= _ratios(total(ggr), total(payout), total(turnover))
    has_missing = (one for name, one in cells.items() if name != "cart")
    written |= forms.tidy({"missing": sum(one.counts.get("missing", 0) for one in has_missing)})
    each = forms.tidy({name: one.json() for name, one in products.items()})
    return written | ({"products": each} if each.keys() - {"casino"} else {})


@dataclass(frozen=True)
class Product:
    """What one product staked, paid, and left."""

    turnover: Pockets
    payout: Pockets
    ggr: Pockets

    def json(self) -> Json:
        turnover, payout, ggr = total(self.turnover), total(self.payout), total(self.ggr)
        shown = {"turnover": forms.amount(turnover), "payout": forms.amount(payout), "ggr": forms.amount(ggr)}
        return forms.tidy(shown) | _ratios(ggr, payout, turnover)


def _ratios(ggr: Decimal, payout: Decimal, turnover: Decimal) -> Json:
    return {"hold": forms.ratio(ggr, turnover), "rtp": forms.ratio(payout, turnover)} if turnover else {}


def _products(cells: Mapping[str, Sums], settings: ReferenceSettings) -> dict[str, Product]:
    def purse(product: str, name: str) -> Pockets:
        return cells[product].pockets.get(name, EMPTY)

    def real(product: str, name: str) -> Pockets:
        return pockets(cells[product].amounts.get(name, Decimal(0)))

    staked, paid = purse("sports", "turnover"), purse("sports", "payout")
    concluded = purse("sports", "settled_stake")
    if settings.ggr_basis == "placed":
        concluded = minus(staked, purse("sports", "void_stake"))
    bought, won = real("lottery", "turnover"), real("lottery", "payout")
    turnover, payout = purse("casino", "turnover"), purse("casino", "payout")
    return {
        "casino": Product(turnover, payout, minus(turnover, payout)),
        "sports": Product(staked, paid, minus(concluded, paid)),
        "lottery": Product(bought, won, minus(bought, won)),
        "poker": Product(EMPTY, EMPTY, real("poker", "fees")),
    }


def _summed(parts: Iterable[Pockets]) -> Pockets:
    return forms.summed(("", part) for part in parts).get("", EMPTY)


def _pocket(value: Pockets, name: str) -> Decimal:
    return dict(zip(POCKETS, value, strict=False)).get(name, Decimal(0))


def _bonus_cost(cells: Mapping[str, Sums], turnover: Pockets, ggr: Pockets, settings: ReferenceSettings) -> Decimal:
    bonuses = cells["bonuses"]
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
