"""GGR, NGR, hold, RTP from the cells of one scope; semantics.md 4.2, 4.3."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from countroom.core.money import POCKETS, ZERO, plain, total
from countroom.fold.pages import BonusesCell, CasinoCell, PaymentsCell
from countroom.fold.settings import BrandSettings

_SHOWN = Context(prec=200, rounding=ROUND_HALF_EVEN)
_SIX = Decimal("0.000001")

Json = dict[str, object]


def ratio(numerator: Decimal, denominator: Decimal) -> str:
    """A quotient as text, rounded half-even to six places, without needless zeros."""
    return plain(_SHOWN.quantize(_SHOWN.divide(numerator, denominator), _SIX))


def amounts(**named: Decimal) -> Json:
    """Amounts as text, zeros left out."""
    return {name: plain(amount) for name, amount in named.items() if amount}


def bonus_cost(brand: BrandSettings, ggr: Mapping[str, Decimal], casino: CasinoCell, bonuses: BonusesCell) -> Decimal:
    """What bonuses cost, by the brand's way of counting it."""
    match brand.ngr_bonus_cost:
        case "conversion":
            locked = ggr["locked"] if brand.ngr_locked_as == "bonus" else ZERO
            return ggr["bonus"] + locked + bonuses.converted
        case "stake":
            return casino.turnover[1] if len(casino.turnover) > 1 else ZERO
        case "grant":
            return bonuses.granted - bonuses.reversed
        case _:
            return ZERO


def figures(brand: BrandSettings, casino: CasinoCell, payments: PaymentsCell, bonuses: BonusesCell) -> Json:
    """The figures of one currency in one scope."""
    turnover, payout = total(casino.turnover), total(casino.payout)
    per_pocket = {
        name: (casino.turnover[n] if n < len(casino.turnover) else ZERO)
        - (casino.payout[n] if n < len(casino.payout) else ZERO)
        for n, name in enumerate(POCKETS)
    }
    ggr = turnover - payout
    cost = bonus_cost(brand, per_pocket, casino, bonuses)
    result = amounts(
        turnover=turnover,
        payout=payout,
        ggr=ggr,
        ggr_real=per_pocket["real"],
        ggr_bonus=per_pocket["bonus"],
        ggr_locked=per_pocket["locked"],
        ggr_unsplit=per_pocket["unsplit"],
        bonus_cost=cost,
        ngr=ggr - cost,
        net_deposits=payments.deposit_sum - payments.withdrawal_sum - payments.chargeback_sum,
    )
    if turnover:
        result["hold"] = ratio(ggr, turnover)
        result["rtp"] = ratio(payout, turnover)
    missing = casino.missing + payments.missing + bonuses.missing
    if missing:
        result["missing"] = missing
    return result
