"""Lottery: bets are turnover, settlements are payouts, both at their own time; semantics.md 7."""

from decimal import Decimal

from countroom.core.events import LotteryReported
from countroom.core.money import ZERO
from countroom.fold import keys
from countroom.fold.entries import Entry, book
from countroom.fold.identity import remember
from countroom.fold.other_pages import LotteryPage, LotteryStep
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn


def stated(step: LotteryStep, brand: BrandSettings) -> Decimal:
    """What a step moves: the amount, less the discount where the brand's sender states gross amounts."""
    if brand.lottery_amount_is_net or step.settles:
        return step.amount
    return step.amount - (step.discount or ZERO)


def entries(page: LotteryPage, brand: BrandSettings) -> list[Entry]:
    """Everything a ticket adds to the totals."""
    found = []
    for step in page.steps:
        if not step.counts:
            continue
        amount = stated(step, brand)
        sum_, count = ("payout", "wins") if step.settles else ("turnover", "bets")
        sums: list[tuple[str, Decimal]] = [(sum_, amount)] if amount else []
        if step.discount:
            sums.append(("discount", step.discount))
        found.append(
            Entry(
                at=step.at,
                currency=step.currency,
                rate=step.rate,
                sums=tuple(sums),
                counts=((count, 1),) if amount > 0 else (),
                lacks=bool(amount),
                free=step.currency in brand.free_money_currencies,
            )
        )
    return found


def take(turn: Turn, event: LotteryReported) -> None:
    """Fold one lottery bet or settlement that is new."""
    about = event.about
    key = keys.lottery_page(turn.prefix, event.lottery_id, event.draw_id, event.ticket_id)
    page = turn.load(key, LotteryPage)
    page.lottery_id, page.draw_id, page.ticket_id = event.lottery_id, event.draw_id, event.ticket_id
    before = entries(page, turn.brand)
    page.steps.append(
        LotteryStep(
            about.occurred_at,
            about.source_id,
            about.business_id,
            event.settles,
            event.currency,
            event.rate,
            event.amount,
            event.discount,
            event.counts,
            event.name,
            event.tickets,
            event.draws_at,
        )
    )
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    book(turn, "lottery", before, entries(page, turn.brand))


def conflicts(turn: Turn, event: LotteryReported, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities is of another kind, or states another amount or currency."""
    held = turn.pages.get(turn.prefix + page)
    for old in held.steps if isinstance(held, LotteryPage) else ():
        if (old.source_id or "", old.business_id or "") == ids:
            return (old.settles, old.amount, old.currency, old.counts) != (
                event.settles,
                event.amount,
                event.currency,
                event.counts,
            )
    return True
