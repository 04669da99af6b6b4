"""One thing that moved one cell, and cells and scopes as sums over such postings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from countroom.core.money import EMPTY, Pockets, plus
from tests.reference import forms
from tests.reference.figures import figures
from tests.reference.forms import Json
from tests.reference.settings import ReferenceSettings

PRODUCTS = ("casino", "payments", "bonuses", "sports", "lottery", "poker", "cart")


@dataclass(frozen=True, kw_only=True)
class Posting:
    """What one event, or one conclusion from several, adds to the totals, at a business time."""

    product: str
    currency: str
    at: int
    pockets: Mapping[str, Pockets] = field(default_factory=dict)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    base_pockets: Mapping[str, Pockets] = field(default_factory=dict)
    """The pockets in base currency; nothing when there is no rate."""
    rate: Decimal | None = None
    """What one unit of the amounts is in base currency; None when unknown."""
    base_amounts: Mapping[str, Decimal] | None = None
    """Given where the amounts in base currency do not come from the rate."""
    missing: int = 0
    only_for_life: bool = False

    def amounts_in_base(self) -> Mapping[str, Decimal]:
        """The amounts in base currency; nothing when the rate is unknown."""
        if self.base_amounts is not None:
            return self.base_amounts
        return {} if self.rate is None else {name: part * self.rate for name, part in self.amounts.items()}


@dataclass
class Cell:
    """Sums by name."""

    pockets: dict[str, Pockets] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, pockets: Mapping[str, Pockets], amounts: Mapping[str, Decimal], counts: Mapping[str, int]) -> None:
        """Add one posting's figures."""
        for name, part in pockets.items():
            self.pockets[name] = plus(self.pockets.get(name, EMPTY), part)
        for name, amount in amounts.items():
            self.amounts[name] = self.amounts.get(name, Decimal(0)) + amount
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count

    def json(self) -> Json:
        """The cell as the document shows it; empty when nothing is left."""
        shown: dict[str, Any] = {name: forms.pockets(part) for name, part in self.pockets.items()}
        shown |= {name: forms.amount(part) for name, part in self.amounts.items()}
        return forms.tidy(shown | self.counts)


def cell(postings: Iterable[Posting]) -> Cell:
    """The sums of `postings` in their own currency."""
    found = Cell()
    for posting in postings:
        found.add(posting.pockets, posting.amounts, posting.counts)
    return found


def base_cell(postings: Iterable[Posting]) -> Cell:
    """The sums of `postings` in base currency, and how much of it is missing."""
    found = Cell()
    for posting in postings:
        found.add(posting.base_pockets, posting.amounts_in_base(), {"missing": posting.missing})
    return found


def ledger(postings: Sequence[Posting], settings: ReferenceSettings, *, is_free: bool = False) -> Json:
    """Totals for life, by brand day and by UTC hour."""
    passing = [posting for posting in postings if not posting.only_for_life]

    def by(name: Callable[[int], str], *, with_figures: bool) -> Json:
        names = sorted({name(posting.at) for posting in passing})
        return forms.tidy(
            {
                each: _scope(
                    [posting for posting in passing if name(posting.at) == each],
                    settings,
                    with_figures=with_figures,
                    is_free=is_free,
                )
                for each in names
            }
        )

    return forms.tidy(
        {
            "life": _scope(postings, settings, with_figures=True, is_free=is_free),
            "days": by(lambda at: forms.day(at, settings), with_figures=True),
            "hours": by(forms.hour, with_figures=False),
        }
    )


def _scope(postings: Sequence[Posting], settings: ReferenceSettings, *, with_figures: bool, is_free: bool) -> Json:
    own = {
        product: {
            currency: cell(p for p in postings if (p.product, p.currency) == (product, currency))
            for currency in sorted({p.currency for p in postings})
        }
        for product in PRODUCTS
    }
    scope = {product: forms.tidy({c: one.json() for c, one in cells.items()}) for product, cells in own.items()}
    if is_free:
        return forms.tidy(scope)
    in_base = {product: base_cell(p for p in postings if p.product == product) for product in PRODUCTS}
    scope["base"] = forms.tidy({product: one.json() for product, one in in_base.items()})
    if with_figures:
        currencies = sorted({posting.currency for posting in postings})
        shown = {
            currency: figures({product: own[product][currency] for product in PRODUCTS}, settings)
            for currency in currencies
        }
        scope["figures"] = forms.tidy(shown | {"BASE": figures(in_base, settings)})
    return forms.tidy(scope)
