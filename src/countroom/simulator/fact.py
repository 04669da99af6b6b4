"""A fact of the made-up world, and the message that states it."""

from dataclasses import dataclass, field
from typing import Any, Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

Body = dict[str, Any]

CASINO: Final = "casino"
GAME_ROUND: Final = "game_round"
SPORTS: Final = "sports"
PAYMENT: Final = "payment"
BONUS: Final = "bonus"
REGISTRATION: Final = "registration"
USER_UPDATE: Final = "user_update"
LOGIN: Final = "login"
LOGOUT: Final = "logout"
CONSENTS: Final = "consents"
BLOCKS: Final = "blocks"

ROUTES: Final = {
    CASINO: ("POST", "/v1/integration/casino"),
    GAME_ROUND: ("POST", "/v1/integration/gameround"),
    SPORTS: ("POST", "/v1/integration/sports"),
    PAYMENT: ("POST", "/v1/integration/payment"),
    BONUS: ("POST", "/v1/integration/bonus"),
    REGISTRATION: ("POST", "/v2/integration/user"),
    USER_UPDATE: ("PUT", "/v2/integration/user"),
    LOGIN: ("POST", "/v2/integration/login"),
    LOGOUT: ("POST", "/v2/integration/logout"),
    CONSENTS: ("PUT", "/v2/integration/user/consents"),
    BLOCKS: ("PUT", "/v2/integration/user/blocks"),
}
"""Method and path by kind of message."""

KINDS: Final = {route: kind for kind, route in ROUTES.items()}


@dataclass(slots=True, eq=False, kw_only=True)
class Fact:
    """Something that happened at `at`, as the platform's own books have it."""

    kind: str
    at: int
    player: str
    body: Body
    """The message without its time, which `at` holds."""
    overtakes: "Fact | None" = field(default=None, repr=False)
    """What this one is to be sent before, though it speaks of it: a rollback's target, a settlement's bet."""
    sent_at: int = 0
    """Business time of the sending; set by the noise."""
