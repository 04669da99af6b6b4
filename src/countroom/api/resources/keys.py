"""Keys of those who send, and of those who use this API."""

from typing import Final, Literal

import msgspec

from countroom.api.parts import ApiParts
from countroom.api.records import KeyMade, KeyShown, Page
from countroom.api.resources.links import Because
from countroom.api.route import Call, Reason, Route
from countroom.core.errors import Missing


class KeyWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/keys`."""

    scope: Literal["ingest", "read", "operate", "admin"] = "ingest"
    """`ingest` sends messages; the others use this API, each with all that the ones before it may."""
    source: str = ""
    """Whose messages a key of scope `ingest` brings."""
    brands: tuple[str, ...] = ()
    """Whom it may send for; all when empty."""
    label: str = ""
    reason: Reason = ""


def page(parts: ApiParts, _call: Call) -> Page[KeyShown]:
    """All keys."""
    return Page(parts.keys.all())


def make(parts: ApiParts, call: Call) -> KeyMade:
    """A new key; the only answer that holds the secret."""
    wish: KeyWish = call.body
    return parts.keys.create(msgspec.structs.asdict(wish), call.because(wish.reason))


def revoke(parts: ApiParts, call: Call) -> KeyShown:
    """Take a key back."""
    key_id = call.path["key_id"]
    key = parts.keys.revoke(key_id, call.because(call.query.reason))
    if key is None:
        raise Missing(f"key {key_id}: there is none", remedy="'countroom key list' shows what there is")
    return key


ROUTES: Final = (
    Route(
        method="GET", path="/api/keys", scope="admin", says="All keys, without secrets", handle=page,
        answer=Page[KeyShown],
    ),
    Route(
        method="POST", path="/api/keys", scope="admin", handle=make, body=KeyWish, answer=KeyMade, status=201,
        creates=True, says="Make a key; its secret is in this answer alone",
    ),
    Route(
        method="DELETE", path="/api/keys/{key_id}", scope="admin", says="Take a key back",
        handle=revoke, query=Because, answer=KeyShown,
    ),
)  # fmt: skip
