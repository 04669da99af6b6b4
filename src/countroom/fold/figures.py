"""GGR, NGR, hold, RTP from the cells of one scope; semantics.md 4.2, 4.3, 6.4, 7."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

import msgspec

from countroom.core.money import EMPTY, POCKETS, ZERO, Pockets, Sum, minus, plain, plus, pockets, total
from countroom.fold.other_cells import LotteryCell, PokerCell, SportsCell
from countroom.fold.pages import BonusesCell, CasinoCell, PaymentsCell
from countroom.fold.settings import BrandSettings

_SHOWN = Context(prec=200, rounding=ROUND_HALF_EVEN)
_SIX = Decimal("0.000001")

Json = dict[str, object]


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of one currency in one scope, that figures are made of."""

    casino: CasinoCell
    payments: PaymentsCell
    bonuses: BonusesCell
    sports: SportsCell
    lottery: LotteryCell
    poker: PokerCell


def ratio(numerator: Sum, denominator: Sum) -> str:
    """A quotient as text, rounded half-even to six places, without needless zeros."""
    return plain(_SHOWN.quantize(_SHOWN.divide(numerator, denominator), _SIX))


def amounts(**named: Sum) -> Json:
    """Amounts as text, zeros left out."""
    return {name: plain(amount) for name, amount in named.items() if amount}


def sports_ggr(cell: SportsCell, brand: BrandSettings) -> Pockets:
    """GGR of sports: on what was settled, or on what was placed and not given back."""
    if brand.sports_ggr_basis == "settled":
        return minus(cell.settled_stake, cell.payout)
    return minus(minus(cell.turnover, cell.void_stake), cell.payout)


class _Product(msgspec.Struct, frozen=True):
    """One product's share: what was staked, what was paid, what is left of it."""

    turnover: Pockets
    payout: Pockets
    ggr: Pockets


def _products(brand: BrandSettings, c: Cells) -> dict[str, _Product]:
    """Per product; lottery and fees are real money."""
    tickets, prizes = pockets(c.lottery.turnover), pockets(c.lottery.payout)
    return {
        "casino": _Product(c.casino.turnover, c.casino.payout, minus(c.casino.turnover, c.casino.payout)),
        "sports": _Product(c.sports.turnover, c.sports.payout, sports_ggr(c.sports, brand)),
        "lottery": _Product(tickets, prizes, minus(tickets, prizes)),
        "poker": _Product(EMPTY, EMPTY, pockets(c.poker.fees)),
    }


def _sum(parts: list[Pockets]) -> Pockets:
    found = EMPTY
    for part in parts:
        found = plus(found, part)
    return found


def bonus_cost(brand: BrandSettings, ggr: dict[str, Decimal], turnover: Pockets, bonuses: BonusesCell) -> Sum:
    """What bonuses cost, by the brand's way of counting it."""
    match brand.ngr_bonus_cost:
        case "conversion":
            locked = ggr["locked"] if brand.ngr_locked_as == "bonus" else ZERO
            return ggr["bonus"] + locked + bonuses.converted
        case "stake":
            return turnover[1] if len(turnover) > 1 else ZERO
        case "grant":
            return bonuses.granted - bonuses.reversed
        case _:
            return ZERO


def deducted(brand: BrandSettings, of: dict[str, Sum]) -> Decimal:
    """What taxes, royalties and fees take off, by the brand's list; semantics.md 4.3."""
    return sum((max(of[one.of], 0) * Decimal(one.percent) / 100 for one in brand.ngr_deduct), ZERO)


def figures(brand: BrandSettings, c: Cells) -> Json:
    """The figures of one currency in one scope: of all products, and of each where there is more than casino."""
    products = _products(brand, c)
    staked = _sum([p.turnover for p in products.values()])
    turnover, payout = total(staked), total(_sum([p.payout for p in products.values()]))
    won = _sum([p.ggr for p in products.values()])
    per_pocket = {name: won[n] if n < len(won) else ZERO for n, name in enumerate(POCKETS)}
    ggr = total(won)
    cost = bonus_cost(brand, per_pocket, staked, c.bonuses)
    paid = c.payments
    less = deducted(brand, {"ggr": ggr, "turnover": turnover, "deposits": paid.deposit_sum, "fees": paid.fees})
    result = amounts(
        turnover=turnover,
        payout=payout,
        ggr=ggr,
        ggr_real=per_pocket["real"],
        ggr_bonus=per_pocket["bonus"],
        ggr_locked=per_pocket["locked"],
        ggr_unsplit=per_pocket["unsplit"],
        bonus_cost=cost,
        deducted=less,
        ngr=ggr - cost - less,
        net_deposits=paid.deposit_sum - paid.withdrawal_sum - paid.chargeback_sum,
        poker_net=total(c.poker.buy_in) - total(c.poker.cash_out),
    ) | _ratios(ggr, payout, turnover)
    missing = sum(x.missing for x in (c.casino, c.payments, c.bonuses, c.sports, c.lottery, c.poker))
    if missing:
        result["missing"] = missing
    shown = {name: f for name, p in products.items() if (f := _product(p))}
    if set(shown) - {"casino"}:
        result["products"] = shown
    return result


def _product(p: _Product) -> Json:
    turnover, payout, ggr = total(p.turnover), total(p.payout), total(p.ggr)
    return amounts(turnover=turnover, payout=payout, ggr=ggr) | _ratios(ggr, payout, turnover)


def _ratios(ggr: Decimal, payout: Decimal, turnover: Decimal) -> Json:
    return {"hold": ratio(ggr, turnover), "rtp": ratio(payout, turnover)} if turnover else {}
