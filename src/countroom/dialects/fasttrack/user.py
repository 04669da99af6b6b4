"""The player: registration, update, login, logout, in the thin second version and the fat first one.

`POST /v2/integration/user` registers, `PUT` updates; `POST /v2/integration/login` and `…/logout`. A fat body may state
profile, consents and blocks at once: each becomes an event of its own.
"""

from typing import Final

from countroom.core.events import Event, PlayerLoggedIn, PlayerLoggedOut, ProfileStated
from countroom.core.instants import DAY, EARLIEST, Instant
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack import blocks, consents
from countroom.dialects.fasttrack.content import at_once, said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import OF_THE_PLAYER, Page

PLAIN: Final = ("country", "language", "affiliate_reference", "verification_type", "verified_at", "market")
"""Fields of the profile that hold nothing personal, kept as sent."""

FIELDS: Final = frozenset(
    {
        *PLAIN,
        *consents.ALLOWS,
        *blocks.FLAGS,
        "user_id",
        "timestamp",
        "origin",
        "currency",  # of the wallet
        "roles_set",  # false: roles are not stated
        "registration_date",
        "deleted_at",
        "action",
        "skip_publishing",
    }
)
ENTRIES: Final = frozenset({"roles", *consents.ENTRIES, *blocks.ENTRIES})


def register(message: Message) -> tuple[Event, ...]:
    """The registration, and the blocks and consents that came with it."""
    player, at = message.own_id("user_id"), message.occurred_at()
    fields, registered_at = _fields(message), _registered_at(message)
    return (
        _profile(message, at, player=player, fields=fields, registered_at=registered_at, registers=True),
        *blocks.stated(message, at, player=player, known={}),
        *consents.stated(message, at, player=player),
    )


def update(message: Message) -> tuple[Event, ...]:
    """What the body states; when it states nothing, that the profile changed."""
    player, at = message.own_id("user_id"), message.occurred_at()
    fields, registered_at = _fields(message), _registered_at(message)
    has_profile = bool(fields) or registered_at is not None or any(message.has(name) for name in OF_THE_PLAYER)
    profile: tuple[Event, ...] = ()
    if has_profile:
        profile = (_profile(message, at, player=player, fields=fields, registered_at=registered_at, registers=False),)
    events = (
        *profile,
        *blocks.stated(message, at, player=player, known={}),
        *consents.stated(message, at, player=player),
    )
    return events or consents.stale(message, at, player=player, what="profile")


def log_in(message: Message) -> tuple[Event, ...]:
    """The login."""
    player, at = message.own_id("user_id"), message.occurred_at()
    about = message.about(at, player, source_id=None, business_id=at_once("login", at))
    return (PlayerLoggedIn(about=about, impersonated=message.flag("is_impersonated")),)


def log_out(message: Message) -> tuple[Event, ...]:
    """The logout."""
    player, at = message.own_id("user_id"), message.occurred_at()
    about = message.about(at, player, source_id=None, business_id=at_once("logout", at))
    return (PlayerLoggedOut(about=about),)


def _profile(
    message: Message,
    at: Instant,
    *,
    player: str,
    fields: dict[str, str],
    registered_at: Instant | None,
    registers: bool,
) -> ProfileStated:
    content = {"fields": fields, "registered_at": registered_at, "registers": registers}
    about = message.about(at, player, source_id=None, business_id=said("profile", at, content=content))
    return ProfileStated(about=about, fields=fields, registered_at=registered_at, registers=registers)


def _fields(message: Message) -> dict[str, str]:
    """The plain fields that are stated. The personal ones are only looked at for their type."""
    for name in sorted(OF_THE_PLAYER):
        message.text(name)
    found = {name: text for name in PLAIN if (text := message.text(name))}
    if message.has("currency"):
        found["wallet_currency"] = message.currency("currency")
    roles, are_stated = _roles(message), message.maybe_flag("roles_set") is not False
    if roles and are_stated:
        found["roles"] = roles
    return dict(sorted(found.items()))


def _roles(message: Message) -> str:
    """Roles sorted and joined by commas; one role may stand without its array (tolerance 9)."""
    value = message.values.get("roles")
    if value is None or value == "":
        return ""
    each = value if isinstance(value, list) else [value]
    if not all(isinstance(role, str) for role in each):
        message.reject("roles", Reason.MALFORMED, detail="expected an array of texts")
        return ""
    return ",".join(sorted({role for role in each if role}))


def _registered_at(message: Message) -> Instant | None:
    if not message.has("registration_date"):
        return None
    at = message.instant("registration_date")
    if at is None:
        return None
    if not EARLIEST <= at <= message.envelope.received_at + DAY:
        detail = "expected a time from the year 2000 on, and at most 24 h after arrival"
        message.reject("registration_date", Reason.BAD_TIME, detail=detail)
    return Instant(at)


REGISTRATION: Final = Page(
    kind="USER_CREATE_V2",
    says="registration",
    fields=FIELDS,
    decode=register,
    personal=OF_THE_PLAYER,
    entries=ENTRIES,
)
UPDATE: Final = Page(
    kind="USER_UPDATE_V2",
    says="user update",
    fields=FIELDS,
    decode=update,
    personal=OF_THE_PLAYER,
    entries=ENTRIES,
)
LOGIN: Final = Page(
    kind="LOGIN_V2",
    says="login",
    fields=frozenset({"user_id", "timestamp", "origin", "is_impersonated", "is_verified", "skip_publishing"}),
    decode=log_in,
)
LOGOUT: Final = Page(
    kind="LOGOUT",
    says="logout",
    fields=frozenset({"user_id", "timestamp", "origin", "skip_publishing"}),
    decode=log_out,
)
