"""The pages of lottery, poker, carts, of what is kept per player as last reported, and of the brand's games."""

from decimal import Decimal

import msgspec

from countroom.core.money import EMPTY, ZERO, Pockets


class LotteryStep(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One lottery bet or settlement, as first accepted."""

    at: int
    source_id: str | None
    business_id: str | None
    settles: bool
    currency: str
    rate: Decimal | None
    amount: Decimal
    discount: Decimal | None = None
    counts: bool = True
    name: str = ""
    tickets: int = 1
    draws_at: int | None = None


class LotteryPage(msgspec.Struct, array_like=True):
    """One ticket, or one transaction where there is no single ticket."""

    lottery_id: str = ""
    draw_id: str = ""
    ticket_id: str = ""
    steps: list[LotteryStep] = []


class PokerMove(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One transfer to a table or back from it, or the rollback of one, as first accepted."""

    at: int
    source_id: str | None
    business_id: str | None
    buys_in: bool
    rolls_back: bool
    currency: str
    rate: Decimal | None
    pockets: Pockets = EMPTY
    fee: Decimal | None = None
    is_rebuy: bool = False
    name: str = ""
    mismatch: bool = False


class PokerPage(msgspec.Struct, array_like=True):
    """One tournament or table: all moves of the player."""

    game: str = ""
    container_id: str = ""
    moves: list[PokerMove] = []


class CartStep(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One status of a cart, as first accepted."""

    at: int
    source_id: str | None
    business_id: str | None
    status: str
    currency: str
    rate: Decimal | None
    amount: Decimal
    discount: Decimal
    virtual: Decimal = ZERO
    """Paid in virtual currency."""
    items: int = 0


class CartPage(msgspec.Struct, array_like=True):
    """One cart: every status seen."""

    cart_id: str = ""
    steps: list[CartStep] = []


class Told(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """Who said something, when, and under which identity: decides whose word holds."""

    at: int
    source: str
    identity: str


class BalanceTold(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """A wallet as one source last said it."""

    told: Told
    amount: Decimal
    rate: Decimal | None = None


class ListsPage(msgspec.Struct, array_like=True):
    """What is kept of a player as last reported, and what is only counted."""

    balances: dict[str, dict[str, BalanceTold]] = {}
    """Per key and currency."""
    tags: tuple[str, ...] = ()
    tags_told: Told | None = None
    custom: dict[str, tuple[int, int, int]] = {}
    """Per kind: how many, first and last time."""
    moves_from: str = ""
    """The migration's reference, as latest stated."""
    moves_told: Told | None = None
    moved_at: int = 0
    """Earliest time at which a migration was approved; 0: none was."""


class GamePage(msgspec.Struct, array_like=True):
    """One game of the brand's catalogue."""

    names: dict[str, tuple[int, int]] = {}
    """Every name seen, with its first and last time."""
    told: Told | None = None
    name: str = ""
    is_live: bool = True
    slug: str = ""
    provider: str = ""
    category: str = ""
    subcategory: str = ""
    devices: tuple[str, ...] = ()
    rtp: Decimal | None = None
