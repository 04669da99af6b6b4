"""Players: the document, its lists a part at a time, and who has an e-mail or phone."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.records import Page
from countroom.api.route import Call, Cursor, Json, Limit, Listed, Route, When, instant
from countroom.core.errors import Missing
from countroom.fold.timeline import KINDS

Kinds = Annotated[str, msgspec.Meta(description="Kinds of entry, by comma; all when left away")]


class ListAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of a player's lists."""

    since: When = ""
    until: When = ""
    cursor: Cursor = ""
    limit: Limit = 100


class TimelineAsked(ListAsked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of a player's timeline."""

    kinds: Kinds = ""


class TotalsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of a player's totals."""

    per: Annotated[str, msgspec.Meta(pattern="^(day|hour)$")] = "day"
    cursor: Cursor = ""
    limit: Limit = 100


class PlayerSought(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/players/find`: the value is in no URL and no log."""

    email: str = ""
    phone: str = ""
    brand: str = ""
    """At this brand alone; at all when left away."""


def document(parts: ApiParts, call: Call) -> Json:
    """One player document."""
    found = parts.players.document(call.path["brand"], call.path["player"])
    if found is None:
        raise _nobody(call)
    return found


def listed(what: str) -> Callable[[ApiParts, Call], Page[Json]]:
    """What answers with a part of one of the player's lists."""

    def handle(parts: ApiParts, call: Call) -> Page[Json]:
        asked = call.query
        wanted: Json = {"limit": asked.limit, "kinds": [], "since": None, "until": None, "per": ""}
        wanted |= {name: _time(asked, name) for name in ("since", "until") if hasattr(asked, name)}
        if isinstance(asked, TimelineAsked):
            wanted["kinds"] = _kinds(asked.kinds)
        if isinstance(asked, TotalsAsked):
            wanted["per"] = asked.per
        wanted["before"] = place(asked.cursor, tuple[int, str]) if asked.cursor else None
        found = parts.players.read(what, call.path["brand"], call.path["player"], wanted)
        if found is None:
            raise _nobody(call)
        return Page(found.items, cursor(*found.next) if found.next else None)

    return handle


def _kinds(text: str) -> list[str]:
    kinds = [kind for kind in text.split(",") if kind]
    unknown = next((kind for kind in kinds if kind not in KINDS), None)
    if unknown is not None:
        raise Refusal(
            Kind.MALFORMED, f"expected any of {', '.join(sorted(KINDS))}, got {unknown!r}", path="query kinds"
        )
    return kinds


def find(parts: ApiParts, call: Call) -> Listed:
    """Players with this e-mail or phone."""
    sought: PlayerSought = call.body
    if bool(sought.email) == bool(sought.phone):
        raise Refusal(Kind.MALFORMED, "expected either email or phone", path="body $")
    field = "email" if sought.email else "phone"
    return Listed(parts.players.find(field, sought.email or sought.phone, brand=sought.brand))


def _time(asked: ListAsked, name: str) -> int | None:
    try:
        return instant(getattr(asked, name))
    except ValueError as error:
        raise Refusal(
            Kind.MALFORMED, "expected an instant such as 2026-11-20T09:00:00Z", path=f"query {name}"
        ) from error


def _nobody(call: Call) -> Missing:
    return Missing(
        f"player {call.path['brand']}/{call.path['player']}: nothing known by this id",
        remedy="brands and player ids are taken letter by letter; 'countroom status' shows what arrives, "
        "'countroom player find' looks for an e-mail or phone",
    )


_ONE: Final = "/api/players/{brand}/{player}"

ROUTES: Final = (
    Route(method="GET", path=_ONE, scope="read", says="The player document", handle=document),
    Route(
        method="GET", path=f"{_ONE}/timeline", scope="read", says="What happened to the player, the latest first",
        handle=listed("timeline"), query=TimelineAsked, answer=Page[Json],
    ),
    Route(
        method="GET", path=f"{_ONE}/totals", scope="read", says="His totals per day or hour, the latest first",
        handle=listed("totals"), query=TotalsAsked, answer=Page[Json],
    ),
    *(
        Route(
            method="GET", path=f"{_ONE}/{what}", scope="read", says=f"His {what.replace('_', ' ')}, the latest first",
            handle=listed(what), query=ListAsked, answer=Page[Json],
        )
        for what in ("rounds", "sessions", "payments", "bonuses", "sports_bets")
    ),
    Route(
        method="POST", path="/api/players/find", scope="read", handle=find, body=PlayerSought, answer=Listed,
        says="Who has this e-mail or phone; the value stands in the body, so that no URL and no log has it",
    ),
)  # fmt: skip
