"""Lottery: `POST /v2/integration/lottery`, message type LOTTERY_V2; the first version's subscription, `/v1/…`, LOTTERY.

Lines and numbers move nothing. A message of the second version is one ticket in one draw; one of the first is a
transaction with any number of tickets, of which the approved ones count.
"""

from typing import Final

from countroom.core.events import Event, LotteryReported
from countroom.core.identity import lottery
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import LOTTERY_STATUS, LOTTERY_TYPE
from countroom.dialects.fasttrack.message import Message, planned
from countroom.dialects.fasttrack.page import Page

_MOST_LINES: Final = 10**9

FIELDS: Final = frozenset(
    {
        "type",
        "user_id",
        "timestamp",
        "origin",
        "currency",
        "exchange_rate",
        "amount",  # what was paid for a bet, net of the discount; the payout of a settlement
        "ticket_id",
        "lottery_id",
        "draw_id",
        "lottery_name",
        "lottery_type",
        "draw_date",
        "bonus_code",
        "discount_amount",
        "device_type",
        "skip_publishing",
    }
)
ENTRIES: Final = frozenset({"lines", "draw_numbers", "draw_special_numbers"})
LINE_KEYS: Final = frozenset(
    {
        "line_id",
        "is_free_bet",
        "is_quick_pick",
        "numbers",
        "special_numbers",
        "matched_numbers",
        "matched_special_numbers",
        "is_winning_line",
    }
)

FIRST_FIELDS: Final = frozenset(
    {
        "timestamp",
        "transaction_id",
        "user_id",
        "amount",
        "account_amount",  # the parts of the amount: kept, and not used
        "deposit_amount",
        "bonus_amount",
        "bonus_code",
        "currency",
        "exchange_rate",
        "origin",
        "status",
        "skip_publishing",
    }
)
FIRST_ENTRIES: Final = frozenset({"tickets"})
TICKET_KEYS: Final = frozenset(
    {"ticket_id", "product", "product_name", "amount", "lines_count", "draws", "timestamp"}  # timestamp: of a draw
)


def decode(message: Message) -> tuple[Event, ...]:
    """The bet or the settlement of one ticket in one draw."""
    kind = message.word("type", LOTTERY_TYPE, reason=Reason.UNKNOWN_TYPE, further=message.aliases)
    player, at = message.own_id("user_id"), message.occurred_at()
    lottery_id, draw, ticket = message.maybe_id("lottery_id"), message.maybe_id("draw_id"), message.own_id("ticket_id")
    amount, currency = message.amount("amount"), message.currency("currency")
    rate, discount = message.rate_of(currency), message.maybe_amount("discount_amount")
    name, bonus_code = message.text("lottery_name"), message.text("bonus_code")
    lines, draws_at = len(message.objects("lines")), planned(message, "draw_date")
    if kind is None:
        return ()
    about = message.about(at, player, source_id=None, business_id=lottery(f"{lottery_id}/{draw}/{ticket}", kind))
    return (
        LotteryReported(
            about=about,
            settles=kind == "settlement",
            lottery_id=lottery_id,
            draw_id=draw,
            ticket_id=ticket,
            currency=currency,
            rate=rate,
            amount=amount,
            discount=discount,
            name=name,
            lines=lines,
            draws_at=draws_at,
            bonus_code=bonus_code,
        ),
    )


def decode_first(message: Message) -> tuple[Event, ...]:
    """The transaction of the first version: a bet on all its tickets."""
    status = message.word("status", LOTTERY_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases)
    player, at = message.own_id("user_id"), message.occurred_at()
    transaction = message.own_id("transaction_id")
    amount, currency = message.amount("amount"), message.currency("currency")
    rate, bonus_code = message.rate_of(currency), message.text("bonus_code")
    tickets = message.objects("tickets")
    products = {ticket.maybe_id("product") for ticket in tickets}
    names = {ticket.text("product_name") for ticket in tickets}
    lines = sum(ticket.count("lines_count") or 0 for ticket in tickets)
    draws = [planned(draw, "timestamp") for ticket in tickets for draw in ticket.objects("draws")]
    if status is None:
        return ()
    about = message.about(at, player, source_id=None, business_id=lottery(transaction, status))
    return (
        LotteryReported(
            about=about,
            settles=False,
            lottery_id=products.pop() if len(products) == 1 else "",
            draw_id="",
            ticket_id=transaction,
            currency=currency,
            rate=rate,
            amount=amount,
            counts=status == "approved",
            name=names.pop() if len(names) == 1 else "",
            lines=min(lines, _MOST_LINES),
            tickets=len(tickets),
            draws_at=min((at for at in draws if at is not None), default=None),
            bonus_code=bonus_code,
        ),
    )


PAGE: Final = Page(
    kind="LOTTERY_V2",
    says="lottery purchase or settlement",
    fields=FIELDS,
    decode=decode,
    entries=ENTRIES,
    entry_keys=LINE_KEYS,
)
FIRST: Final = Page(
    kind="LOTTERY",
    says="lottery subscription",
    fields=FIRST_FIELDS,
    decode=decode_first,
    entries=FIRST_ENTRIES,
    entry_keys=TICKET_KEYS,
)
