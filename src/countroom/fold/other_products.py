"""Sports, lottery, poker and carts as the step sees them: their pages, what folds them, what is at odds with them."""

from countroom.core.events import (
    CartCheckedOut,
    Event,
    LotteryReported,
    PokerMoved,
    SelectionReported,
    SportsBetPlaced,
    SportsBetSettled,
)
from countroom.fold import cart, keys, lottery, poker, sports
from countroom.fold.turn import Turn


def page_key(prefix: bytes, event: Event) -> bytes:
    """The page of an event of these products; empty for any other."""
    match event:
        case SportsBetPlaced() | SelectionReported() | SportsBetSettled():
            return keys.sport_page(prefix, event.bet_id)
        case LotteryReported():
            return keys.lottery_page(prefix, event.lottery_id, event.draw_id, event.ticket_id)
        case PokerMoved():
            return keys.poker_page(prefix, event.game, event.container_id)
        case CartCheckedOut():
            return keys.cart_page(prefix, event.cart_id)
        case _:
            return b""


def take(turn: Turn, event: Event) -> bool:
    """Fold an event of these products that is new; False, and nothing done, for any other."""
    match event:
        case SportsBetPlaced() | SelectionReported() | SportsBetSettled():
            sports.take(turn, event)
        case LotteryReported():
            lottery.take(turn, event)
        case PokerMoved():
            poker.take(turn, event)
        case CartCheckedOut():
            cart.take(turn, event)
        case _:
            return False
    return True


def conflicts(turn: Turn, event: Event, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities says something else that matters; other kinds never do."""
    match event:
        case SportsBetPlaced() | SelectionReported() | SportsBetSettled():
            return sports.conflicts(turn, event, page, ids)
        case LotteryReported():
            return lottery.conflicts(turn, event, page, ids)
        case PokerMoved():
            return poker.conflicts(turn, event, page, ids)
        case CartCheckedOut():
            return cart.conflicts(turn, event, page, ids)
        case _:
            return False
