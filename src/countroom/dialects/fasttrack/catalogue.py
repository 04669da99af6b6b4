"""Which messages of Fast Track are read: by message type, and by REST method and path. One table.

Kinds that are known and not read are absent: SEND_SMS and its like are orders and no facts, CASUMO_… are one
operator's own. POST and PUT are both served (tolerance 12); on the user path they differ: POST registers, PUT updates.
"""

from typing import Any, Final, NamedTuple

from countroom.dialects.fasttrack import (
    balances,
    blocks,
    bonus,
    cart,
    casino,
    consents,
    custom,
    game,
    game_round,
    lottery,
    migration,
    payment,
    ping,
    poker,
    sports,
    tags,
    user,
)
from countroom.dialects.fasttrack.astray import belongs_to
from countroom.dialects.fasttrack.page import Page


class Route(NamedTuple):
    """One way in over REST."""

    method: str
    path: str
    kind: str
    """The message type that it stands for."""


BY_KIND: Final[dict[str, Page]] = {
    "CASINO": casino.PAGE,
    "GAME_ROUND": game_round.PAGE,
    "PAYMENT": payment.PAGE,
    "BONUS": bonus.PAGE,
    "USER_CREATE_V2": user.REGISTRATION,
    "USER_CREATE": user.REGISTRATION,
    "USER_UPDATE_V2": user.UPDATE,
    "USER_UPDATE": user.UPDATE,
    "LOGIN_V2": user.LOGIN,
    "LOGIN": user.LOGIN,
    "LOGOUT": user.LOGOUT,
    "LOGOUT_V2": user.LOGOUT,
    "USER_CONSENTS_V2": consents.PAGE,
    "USER_CONSENTS": consents.PAGE,
    "USER_BLOCK_V2": blocks.PAGE,
    "USER_BLOCK": blocks.PAGE,
    "SPORTSBOOK": sports.PAGE,
    "LOTTERY_V2": lottery.PAGE,
    "LOTTERY": lottery.FIRST,
    "POKER_TOURNAMENT_BUY_IN_V2": poker.TOURNAMENT_BUY_IN,
    "POKER_TOURNAMENT_CASH_OUT_V2": poker.TOURNAMENT_CASH_OUT,
    "POKER_CASH_GAME_BUY_IN_V2": poker.CASH_GAME_BUY_IN,
    "POKER_CASH_GAME_CASH_OUT_V2": poker.CASH_GAME_CASH_OUT,
    "CART": cart.PAGE,
    "USER_BALANCES_UPDATE": balances.PAGE,
    "WALLET_UPDATE": balances.WALLET_PAGE,
    "GAME": game.PAGE,
    "CUSTOM": custom.PAGE,
    "GLOBAL_EVENT": custom.GLOBAL,
    "USER_TAGS": tags.PAGE,
    "USER_TAG": tags.PAGE,
    "USER_MIGRATION": migration.PAGE,
    "USER_MIGRATION_APPROVE": migration.APPROVAL,
    "IT_PING": ping.PAGE,
    **custom.FROM_REGISTRY,
}
"""Message types in upper case; senders write them in any."""

UNDEMANDING: Final = frozenset(
    {
        user.REGISTRATION,
        user.UPDATE,
        user.LOGIN,
        user.LOGOUT,
        consents.PAGE,
        blocks.PAGE,
        sports.PAGE,
        game.PAGE,
        balances.WALLET_PAGE,
        migration.APPROVAL,
        custom.GLOBAL,
        *custom.FROM_REGISTRY.values(),
    }
)
"""Pages that ask for so little that a message of another page would pass."""

_BOTH: Final = ("POST", "PUT")
_PATHS: Final = (
    (_BOTH, "/v1/integration/casino", "CASINO"),
    (_BOTH, "/v1/integration/gameround", "GAME_ROUND"),
    (_BOTH, "/v1/integration/payment", "PAYMENT"),
    (_BOTH, "/v1/integration/bonus", "BONUS"),
    (("POST",), "/v2/integration/user", "USER_CREATE_V2"),
    (("PUT",), "/v2/integration/user", "USER_UPDATE_V2"),
    (_BOTH, "/v2/integration/login", "LOGIN_V2"),
    (_BOTH, "/v2/integration/logout", "LOGOUT"),
    (_BOTH, "/v2/integration/user/consents", "USER_CONSENTS_V2"),
    (_BOTH, "/v2/integration/user/blocks", "USER_BLOCK_V2"),
    # The first version's paths are not published; these are the second's with its number.
    (("POST",), "/v1/integration/user", "USER_CREATE"),
    (("PUT",), "/v1/integration/user", "USER_UPDATE"),
    (_BOTH, "/v1/integration/login", "LOGIN"),
    (_BOTH, "/v1/integration/user/consents", "USER_CONSENTS"),
    (_BOTH, "/v1/integration/user/blocks", "USER_BLOCK"),
    (_BOTH, "/v1/integration/sports", "SPORTSBOOK"),
    (_BOTH, "/v2/integration/lottery", "LOTTERY_V2"),
    (_BOTH, "/v1/integration/lottery", "LOTTERY"),
    (_BOTH, "/v2/integration/poker/tournament-buy-in", "POKER_TOURNAMENT_BUY_IN_V2"),
    (_BOTH, "/v2/integration/poker/tournament-cash-out", "POKER_TOURNAMENT_CASH_OUT_V2"),
    (_BOTH, "/v2/integration/poker/cash-game-buy-in", "POKER_CASH_GAME_BUY_IN_V2"),
    (_BOTH, "/v2/integration/poker/cash-game-cash-out", "POKER_CASH_GAME_CASH_OUT_V2"),
    (_BOTH, "/v1/integration/cart", "CART"),
    (_BOTH, "/v1/integration/user/balances", "USER_BALANCES_UPDATE"),
    (_BOTH, "/v1/integration/game", "GAME"),
    (_BOTH, "/v1/integration/custom", "CUSTOM"),
    # What follows is published by message type alone; the paths are ours, in the vendor's manner.
    (_BOTH, "/v2/integration/user/tags", "USER_TAGS"),
    (_BOTH, "/v2/integration/user/migration", "USER_MIGRATION"),
    (_BOTH, "/v2/integration/user/migration/approve", "USER_MIGRATION_APPROVE"),
    (_BOTH, "/v2/integration/ping", "IT_PING"),
    (_BOTH, "/v1/integration/user/wallet", "WALLET_UPDATE"),
    (_BOTH, "/v1/integration/global", "GLOBAL_EVENT"),
    (_BOTH, "/v1/integration/user/segmentation", "CUSTOM_SEGMENTATION"),
    (_BOTH, "/v1/integration/user/marketing-verified", "MARKETING_VERIFIED"),
    (_BOTH, "/v1/integration/user/device/link", "USER_DEVICE_LINK"),
    (_BOTH, "/v1/integration/user/device/unlink", "USER_DEVICE_UNLINK"),
    (_BOTH, "/v1/integration/user/agent", "USER_AGENT"),
    (_BOTH, "/v1/integration/shop", "SHOP_PURCHASE"),
)

ROUTES: Final = tuple(Route(method, path, kind) for methods, path, kind in _PATHS for method in methods)

_PATH_BY_KIND: Final = {route.kind: route.path for route in reversed(ROUTES)}


def page_of(kind: str) -> Page | None:
    """The page for a message type in any case; None when it is not read."""
    return BY_KIND.get(kind) or BY_KIND.get(kind.upper())


def path_of(page: Page) -> str:
    """Where messages of this page are posted to."""
    return _PATH_BY_KIND[page.kind]


def meant(values: dict[str, Any]) -> Page | None:
    """The page that a body plainly belongs to, by the fields it carries; None when that is not plain."""
    kind = belongs_to(values.keys())
    return BY_KIND[kind] if kind else None
