"""Which messages of Fast Track are read: by message type, and by REST method and path. One table.

Kinds that are known and not yet read (SPORTSBOOK, LOTTERY, …) are absent: who sends one is told what is served.
POST and PUT are both served (tolerance 12); on the user path they differ: POST registers, PUT updates.
"""

from typing import Any, Final, NamedTuple

from countroom.dialects.fasttrack import blocks, bonus, casino, consents, game_round, payment, user
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
}
"""Message types in upper case; senders write them in any."""

UNDEMANDING: Final = (user.REGISTRATION, user.UPDATE, user.LOGIN, user.LOGOUT, consents.PAGE, blocks.PAGE)
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
    """The page that a body plainly belongs to, by the id it carries; None when that is not plain."""
    if "activity_id" in values and "round_id" in values:
        return casino.PAGE
    if "payment_id" in values and "status" in values:
        return payment.PAGE
    if "user_bonus_id" in values and "bonus_id" in values and "status" in values:
        return bonus.PAGE
    if "user_currency" in values and "round_id" in values:
        return game_round.PAGE
    return None
