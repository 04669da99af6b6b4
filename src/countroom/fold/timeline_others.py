"""What happened to a player outside the casino: sports, lottery, poker, carts, tags."""

from collections.abc import Iterator
from typing import Final

from countroom.core.money import plain
from countroom.fold import keys
from countroom.fold.other_pages import CartPage, ListsPage, LotteryPage, PokerMove, PokerPage
from countroom.fold.reader import Reader
from countroom.fold.scopes import shown_pockets
from countroom.fold.sports_pages import Leg, Settlement, SportsBetPage
from countroom.fold.timeline_entry import Entry, Make, entry, named


def _sports(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.SPORT, SportsBetPage):
        bet = page.bet
        if bet is not None:
            own = bet.source_id or bet.business_id or ""
            yield entry(
                bet.at, "sports_bet", own, id=named(own), bet_id=page.bet_id, currency=bet.currency,
                pockets=shown_pockets(bet.pockets), odds=plain(bet.odds) if bet.odds else None, free_money=bet.free,
            )  # fmt: skip
        yield from (_leg(page, leg) for leg in page.legs)
        yield from (_settlement(page, settlement) for settlement in page.settlements)
        for b in page.rollbacks:
            own = b.source_id or b.business_id or ""
            yield entry(b.at, "rollback", own, id=named(own), target=named(b.target), bet_id=page.bet_id)


def _leg(page: SportsBetPage, leg: Leg) -> Entry:
    own = leg.source_id or leg.business_id or ""
    return entry(
        leg.at, "leg", own, id=named(own), bet_id=page.bet_id, selection_id=leg.selection_id, settled=leg.settled,
        result=leg.result, match=leg.match, market=leg.market, outcome=leg.outcome,
    )  # fmt: skip


def _settlement(page: SportsBetPage, s: Settlement) -> Entry:
    own = s.source_id or s.business_id or ""
    return entry(
        s.at, "settlement", own, id=named(own), bet_id=page.bet_id, settlement_id=s.settlement_id, result=s.kind,
        currency=s.currency, pockets=shown_pockets(s.pockets), cash_out=s.cash_out, free_money=s.free,
    )  # fmt: skip


def _lottery(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.LOTTERY, LotteryPage):
        for s in page.steps:
            own = s.source_id or s.business_id or ""
            yield entry(
                s.at, "lottery", own, id=named(own), ticket_id=page.ticket_id, draw_id=page.draw_id,
                settles=s.settles, amount=plain(s.amount), currency=s.currency, name=s.name,
            )  # fmt: skip


def _poker(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.POKER, PokerPage):
        yield from (_move(page, move) for move in page.moves)


def _move(page: PokerPage, m: PokerMove) -> Entry:
    own = m.source_id or m.business_id or ""
    what = "rollback" if m.rolls_back else "buy_in" if m.buys_in else "payout"
    return entry(
        m.at, "poker", own, id=named(own), game=page.game, container_id=page.container_id, what=what,
        currency=m.currency, pockets=shown_pockets(m.pockets), fee=plain(m.fee) if m.fee else None,
    )  # fmt: skip


def _carts(r: Reader) -> Iterator[Entry]:
    for _, page in r.all(keys.CART, CartPage):
        for s in page.steps:
            own = s.source_id or s.business_id or ""
            yield entry(
                s.at, "cart", own, id=named(own), cart_id=page.cart_id, status=s.status,
                amount=plain(s.amount), currency=s.currency, items=s.items,
            )  # fmt: skip


def _lists(r: Reader) -> Iterator[Entry]:
    page = r.page(keys.LISTS, ListsPage)
    if page.tags_told is not None:
        yield entry(page.tags_told.at, "tags", "", source=page.tags_told.source, tags=list(page.tags))
    for name, per_currency in page.balances.items():
        for currency, said in per_currency.items():
            yield entry(
                said.told.at, "balance", f"{name}\0{currency}", source=said.told.source, key=name,
                currency=currency, amount=plain(said.amount),
            )  # fmt: skip


OTHERS: Final[tuple[tuple[frozenset[str], Make], ...]] = (
    (frozenset({"sports_bet", "leg", "settlement", "rollback"}), _sports),
    (frozenset({"lottery"}), _lottery),
    (frozenset({"poker"}), _poker),
    (frozenset({"cart"}), _carts),
    (frozenset({"tags", "balance"}), _lists),
)
"""What makes entries of which kinds."""
