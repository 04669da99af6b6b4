"""Which page a body plainly belongs to, as data: for messages that were sent to another one (tolerance 17)."""

from collections.abc import Set as AbstractSet
from typing import Final

_PLAIN: Final = (
    ({"activity_id", "round_id"}, "CASINO"),
    ({"payment_id", "status"}, "PAYMENT"),
    ({"user_bonus_id", "bonus_id", "status"}, "BONUS"),
    ({"user_currency", "round_id"}, "GAME_ROUND"),
    ({"activity_id", "bets"}, "SPORTSBOOK"),
    ({"activity_id", "bet_type"}, "SPORTSBOOK"),
    ({"cart_id", "items"}, "CART"),
    ({"ticket_id", "draw_id"}, "LOTTERY_V2"),
    ({"transaction_id", "tickets"}, "LOTTERY"),
    ({"tournament_id", "buy_in_amount"}, "POKER_TOURNAMENT_BUY_IN_V2"),
    ({"tournament_id", "cash_out_amount"}, "POKER_TOURNAMENT_CASH_OUT_V2"),
    ({"table_id", "buy_in_amount"}, "POKER_CASH_GAME_BUY_IN_V2"),
    ({"table_id", "cash_out_amount"}, "POKER_CASH_GAME_CASH_OUT_V2"),
    ({"transaction_id", "product_id", "status"}, "SHOP_PURCHASE"),
    ({"user_id", "notification_type"}, "CUSTOM"),
)
"""Fields that stand together on one page alone, in the order asked."""

_WHOSE: Final = frozenset({"user_id", "timestamp", "origin", "skip_publishing"})
_ALONE: Final = {"balances": "USER_BALANCES_UPDATE", "tags": "USER_TAGS", "ping_id": "IT_PING"}
"""Fields that other pages may carry, too: plain only where nothing else is told."""


def belongs_to(names: AbstractSet[str]) -> str | None:
    """The message type that the fields `names` plainly make; None when that is not plain."""
    for fields, kind in _PLAIN:
        if fields <= names:
            return kind
    told = names - _WHOSE
    return _ALONE.get(next(iter(told))) if len(told) == 1 else None
