"""Lottery, poker, cart, balances, games, custom facts, tags, migration; semantics.md 7 and 8."""

from decimal import Decimal

import msgspec

from countroom.core.about import Happening
from countroom.core.ids import GameId
from countroom.core.instants import Instant
from countroom.core.money import Pockets


class LotteryReported(Happening, frozen=True, array_like=True, kw_only=True, tag="lottery_reported"):
    """A lottery bet was bought, or a ticket was settled. Lines and matched numbers move nothing."""

    settles: bool
    """False: a bet, `amount` is turnover. True: a settlement, `amount` is payout."""
    lottery_id: str
    draw_id: str
    ticket_id: str
    """The ticket, or the transaction where the dialect has no single ticket."""
    currency: str
    rate: Decimal | None
    amount: Decimal
    discount: Decimal | None = None
    counts: bool = True
    """False for what the sender marked as not approved: kept, and in no total."""
    name: str = ""
    lines: int = 0
    tickets: int = 1
    draws_at: Instant | None = None
    bonus_code: str = ""


class PokerMoved(Happening, frozen=True, array_like=True, kw_only=True, tag="poker_moved"):
    """Money went to a poker table or tournament (`buys_in`) or came back from it, or such a move was taken back."""

    game: str
    """`tournament` or `cash_game`."""
    container_id: str
    """The tournament, or the table."""
    buys_in: bool
    rolls_back: bool
    """True: takes back the latest equal, not yet voided move at or before its time, else the earliest."""
    currency: str
    rate: Decimal | None
    pockets: Pockets
    fee: Decimal | None = None
    """Tournament fee; part of the amount."""
    is_rebuy: bool = False
    name: str = ""
    amount_mismatch: bool = False


class CartPayment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One part of what a cart was paid with."""

    kind: str
    """`wallet`, `virtualcurrency`, `deposit`; other words as sent, in lower case."""
    amount: Decimal


class CartCheckedOut(Happening, frozen=True, array_like=True, kw_only=True, tag="cart_checked_out"):
    """A cart was paid."""

    cart_id: str
    currency: str
    rate: Decimal | None
    amount: Decimal
    discount: Decimal
    payments: tuple[CartPayment, ...] = ()
    items: int = 0
    device: str = ""
    bonus_code: str = ""
    status: str = ""


class Balance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One wallet as reported."""

    key: str
    """`real_money`, `bonus_money`, or any other word of the sender."""
    amount: Decimal
    currency: str
    rate: Decimal | None


class BalancesStated(Happening, frozen=True, array_like=True, kw_only=True, tag="balances_stated"):
    """The player's wallets as a source says they are: kept as last reported, in no total."""

    balances: tuple[Balance, ...]


class GameStated(Happening, frozen=True, array_like=True, kw_only=True, tag="game_stated"):
    """An entry of the brand's game catalogue. An event of the brand: its player is `""`."""

    game: GameId
    name: str = ""
    is_live: bool = True
    """False: taken out of the catalogue."""
    slug: str = ""
    provider: str = ""
    category: str = ""
    subcategory: str = ""
    devices: tuple[str, ...] = ()
    rtp: Decimal | None = None


class CustomHappened(Happening, frozen=True, array_like=True, kw_only=True, tag="custom_happened"):
    """Something the operator has a name for. What it carries is sealed, but for keys the brand may read."""

    kind: str
    fields: dict[str, str]
    """Values of keys that the source's configuration lists as plain."""


class TagsStated(Happening, frozen=True, array_like=True, kw_only=True, tag="tags_stated"):
    """The player's tags, all of them, as a source says they are."""

    tags: tuple[str, ...]


class MigrationStated(Happening, frozen=True, array_like=True, kw_only=True, tag="migration_stated"):
    """The player moves, or has moved, from elsewhere. Merges no players."""

    reference: str = ""
    approved: bool = False


class Pinged(Happening, frozen=True, array_like=True, kw_only=True, tag="pinged"):
    """A sender tried its integration."""

    ping_id: str
