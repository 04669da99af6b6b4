"""Poker: buy-ins to tournaments and tables, and cash-outs from them; four message types, `…/v2/integration/poker/…`.

Transfers only; no hand is told. There is no id of the transfer, so it is known by where, when and how much, and a
rollback takes back the latest equal one. The vendor does not publish what the amounts of cash-outs are called.
"""

from decimal import Decimal
from functools import partial
from typing import Final

from countroom.core.events import Event, PokerMoved
from countroom.core.identity import poker
from countroom.core.money import ZERO, plain, total
from countroom.core.rejection import Reason
from countroom.dialects import amounts
from countroom.dialects.fasttrack.aliases import TRANSACTION_STATUS
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

TOURNAMENT, CASH_GAME = "tournament", "cash_game"

PARTS: Final = ("real", "bonus", "locked")
BUY_IN: Final = ("buy_in_amount",)
CASH_OUT: Final = ("cash_out_amount", "cashout_amount")
"""Not published, so both spellings are taken."""

SHARED: Final = frozenset({"user_id", "timestamp", "origin", "status", "currency", "exchange_rate", "skip_publishing"})
OF_TOURNAMENTS: Final = frozenset(
    {
        "tournament_id",
        "tournament_name",
        "tournament_format",
        "tournament_game_format",
        "tournament_start_time",
        "tournament_late_entry_time",
        "tournament_buy_in",
        "tournament_fee",
        "tournament_guarantee",
        "tournament_allow_rebuys",
        "tournament_rebuy_allowed_time",
        "tournament_blind_type",
        "tournament_starting_blinds",
        "tournament_has_bounty",
        "tournament_is_fast_fold",
        "tournament_is_satellite",
        "tournament_satellite_to_event_id",
        "is_late_entry",
        "is_rebuy",
    }
)
OF_TABLES: Final = frozenset(
    {
        "brand_id",  # what the vendor's table calls `origin`; his sample has `origin`
        "table_id",
        "table_name",
        "table_start_time",
        "table_min_buy_in",
        "table_max_buy_in",
        "table_small_blind",
        "table_big_blind",
        "table_max_seats",
        "table_game_format",
        "table_ante",
        "table_is_fast_fold",
    }
)


def decode(message: Message, *, game: str, buys_in: bool) -> tuple[Event, ...]:
    """The buy-in or the cash-out, or that one is taken back."""
    status = message.word(
        "status", TRANSACTION_STATUS, reason=Reason.UNKNOWN_STATUS, further=message.aliases, default="approved"
    )
    place = "tournament" if game == TOURNAMENT else "table"
    player, container = message.own_id("user_id"), message.own_id(f"{place}_id")
    at, currency = message.occurred_at(), message.currency("currency")
    rate, name = message.rate_of(currency), message.text(f"{place}_name")
    fee = message.maybe_amount("tournament_fee") if buys_in and game == TOURNAMENT else None
    is_rebuy = message.flag("is_rebuy") if game == TOURNAMENT else False
    names = BUY_IN if buys_in else CASH_OUT
    real, bonus, locked = (_stated(message, names, prefix=f"{part}_") for part in PARTS)
    whole = _stated(message, names)
    if whole is None and real is bonus is locked is None:
        message.reject(names[0], Reason.MALFORMED, detail=f"expected the amount in `{names[0]}`, found none")
    if status is None:
        return ()
    if whole is None:
        whole = amounts.added(real or ZERO, bonus or ZERO, locked or ZERO)
    parts = amounts.split(whole, real, bonus=bonus or ZERO, locked=locked or ZERO)
    kind = f"{game}_{'buy_in' if buys_in else 'cash_out'}"
    about = message.about(
        at, player, source_id=None, business_id=poker(container, f"{kind}.{status}.{at}.{plain(total(parts))}")
    )
    return (
        PokerMoved(
            about=about,
            game=game,
            container_id=container,
            buys_in=buys_in,
            rolls_back=status == "rollback",
            currency=currency,
            rate=rate,
            pockets=parts,
            fee=fee,
            is_rebuy=is_rebuy,
            name=name,
            amount_mismatch=len(parts) > len(PARTS),
        ),
    )


def _stated(message: Message, names: tuple[str, ...], *, prefix: str = "") -> Decimal | None:
    """The first of the amounts that is stated; all are looked at, so that all errors are told."""
    stated = [message.maybe_amount(prefix + name) for name in names]
    return next((amount for amount in stated if amount is not None), None)


def _page(kind: str, *, says: str, game: str, buys_in: bool) -> Page:
    names = BUY_IN if buys_in else CASH_OUT
    amount_fields = {prefix + name for name in names for prefix in ("", *(f"{part}_" for part in PARTS))}
    return Page(
        kind=kind,
        says=says,
        fields=SHARED | (OF_TOURNAMENTS if game == TOURNAMENT else OF_TABLES) | amount_fields,
        decode=partial(decode, game=game, buys_in=buys_in),
        origins=("origin",) if game == TOURNAMENT else ("origin", "brand_id"),
    )


TOURNAMENT_BUY_IN: Final = _page(
    "POKER_TOURNAMENT_BUY_IN_V2", says="poker tournament buy-in", game=TOURNAMENT, buys_in=True
)
TOURNAMENT_CASH_OUT: Final = _page(
    "POKER_TOURNAMENT_CASH_OUT_V2", says="poker tournament cash-out", game=TOURNAMENT, buys_in=False
)
CASH_GAME_BUY_IN: Final = _page(
    "POKER_CASH_GAME_BUY_IN_V2", says="poker cash game buy-in", game=CASH_GAME, buys_in=True
)
CASH_GAME_CASH_OUT: Final = _page(
    "POKER_CASH_GAME_CASH_OUT_V2", says="poker cash game cash-out", game=CASH_GAME, buys_in=False
)
