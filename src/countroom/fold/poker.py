"""Poker: transfers to tables and back, and fees. A rollback finds what it takes back by its content; semantics.md 7."""

from collections.abc import Sequence
from decimal import Decimal

from countroom.core.events import PokerMoved
from countroom.core.money import ZERO, Pockets, plus, pockets, total
from countroom.fold import keys
from countroom.fold.entries import Entry, book
from countroom.fold.identity import remember
from countroom.fold.other_pages import PokerMove, PokerPage
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn


def order(move: PokerMove) -> tuple[int, str]:
    """Place in the canonical order among its kind."""
    return move.at, move.source_id or move.business_id or ""


def _equal(a: PokerMove, b: PokerMove) -> bool:
    return (a.buys_in, a.currency, total(a.pockets)) == (b.buys_in, b.currency, total(b.pockets))


def in_force(moves: Sequence[PokerMove]) -> tuple[list[PokerMove], int]:
    """The moves that no rollback took back, in canonical order, and how many rollbacks found nothing to take.

    A rollback has no id to aim with. In their order, each takes the latest equal move at or before its
    time that is not taken yet; where there is none the earliest such move at all.
    """
    standing = sorted((m for m in moves if not m.rolls_back), key=order)
    idle = 0
    for rollback in sorted((m for m in moves if m.rolls_back), key=order):
        equal = [m for m in standing if _equal(m, rollback)]
        if not equal:
            idle += 1
            continue
        standing.remove(next((m for m in reversed(equal) if m.at <= rollback.at), equal[0]))
    return standing, idle


def fee_of(move: PokerMove) -> Decimal:
    """The fee of a buy-in; 0 of a re-buy and a cash-out."""
    return move.fee or ZERO if move.buys_in and not move.is_rebuy else ZERO


def moved(move: PokerMove, brand: BrandSettings) -> Pockets:
    """What a move transfers: with the fee, also where a sender states it beside the amount."""
    if brand.poker_buy_in_includes_fee:
        return move.pockets
    return plus(move.pockets, pockets(fee_of(move)))


def entries(page: PokerPage, brand: BrandSettings) -> list[Entry]:
    """Everything the moves of a table or tournament add to the totals."""
    found = []
    for move in in_force(page.moves)[0]:
        amount, fee = moved(move, brand), fee_of(move)
        sums: list[tuple[str, Pockets | Decimal]] = [("buy_in" if move.buys_in else "cash_out", amount)]
        if fee:
            sums.append(("fees", fee))
        count = "cash_outs" if not move.buys_in else "rebuys" if move.is_rebuy else "buy_ins"
        found.append(
            Entry(
                at=move.at,
                currency=move.currency,
                rate=move.rate,
                sums=tuple(sums),
                counts=((count, 1),),
                lacks=bool(amount or fee),
                free=move.currency in brand.free_money_currencies,
            )
        )
    return found


def take(turn: Turn, event: PokerMoved) -> None:
    """Fold one buy-in, cash-out or rollback that is new."""
    about = event.about
    key = keys.poker_page(turn.prefix, event.game, event.container_id)
    page = turn.load(key, PokerPage)
    page.game, page.container_id = event.game, event.container_id
    before = entries(page, turn.brand)
    page.moves.append(
        PokerMove(
            about.occurred_at,
            about.source_id,
            about.business_id,
            event.buys_in,
            event.rolls_back,
            event.currency,
            event.rate,
            event.pockets,
            event.fee,
            event.is_rebuy,
            event.name,
            event.amount_mismatch,
        )
    )
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    book(turn, "poker", before, entries(page, turn.brand))


def conflicts(turn: Turn, event: PokerMoved, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities is another move, or states another amount or currency."""
    held = turn.pages.get(turn.prefix + page)
    if not isinstance(held, PokerPage) or (held.game, held.container_id) != (event.game, event.container_id):
        return True
    for old in held.moves:
        if (old.source_id or "", old.business_id or "") == ids:
            return (old.buys_in, old.rolls_back, old.currency, old.pockets) != (
                event.buys_in,
                event.rolls_back,
                event.currency,
                event.pockets,
            )
    return True
