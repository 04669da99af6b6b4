"""Events: found by id, explained, and as they come."""

from typing import Annotated, Final

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.route import Call, Cursor, Json, Limit, Lines, Route, instant


class EventsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/events`."""

    id: Annotated[str, msgspec.Meta(min_length=1, description="As the sender wrote it, or a whole identity")]


class WhyAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/events/{event_id}/why`."""

    player: Annotated[str, msgspec.Meta(description="BRAND/PLAYER: only his events of this id")] = ""
    at: Annotated[
        str,
        msgspec.Meta(description="About when it was received: the search begins a little before, and not at the start"),
    ] = ""


class LatestAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/events/latest`."""

    cursor: Cursor = ""
    limit: Limit = 100


class Taken(msgspec.Struct, frozen=True):
    """What the logs took."""

    items: list[Json]
    next: str
    """Asked with it, the same path tells what came since."""


def find(parts: ApiParts, call: Call) -> Lines:
    """Hits and progress, as the scan goes on."""
    return parts.events.find(call.query.id)


def why(parts: ApiParts, call: Call) -> Lines:
    """What became of an event, and progress on the way."""
    asked: WhyAsked = call.query
    if asked.player and not all(asked.player.partition("/")):
        raise Refusal(Kind.MALFORMED, "expected BRAND/PLAYER", path="query player")
    try:
        at = instant(asked.at)
    except ValueError as error:
        raise Refusal(Kind.MALFORMED, "expected an instant such as 2026-11-20T09:00:00Z", path="query at") from error
    return parts.events.why(call.path["event_id"], player=asked.player, at=at)


def latest(parts: ApiParts, call: Call) -> Taken:
    """What the logs took since a place in them; without one, the last few."""
    asked: LatestAsked = call.query
    after = dict(place(asked.cursor, list[tuple[str, int]])) if asked.cursor else None
    found = parts.events.latest(after, limit=asked.limit)
    return Taken(found["items"], cursor_of(found["at"]))


def cursor_of(at: dict[str, int]) -> str:
    """Positions in the logs as a cursor."""
    return cursor(*sorted(at.items()))


ROUTES: Final = (
    Route(
        method="GET", path="/api/events", scope="read", handle=find, query=EventsAsked, lines=True,
        says="Find events by id: a scan, told as lines of JSON: progress, found, done",
    ),
    Route(
        method="GET", path="/api/events/latest", scope="read", handle=latest, query=LatestAsked, answer=Taken,
        says="What the logs took since the cursor; without one, the last few",
    ),
    Route(
        method="GET", path="/api/events/{event_id}/why", scope="read", handle=why, query=WhyAsked, lines=True,
        says="What became of an event: received, decoded, folded, told; as lines of JSON",
    ),
)  # fmt: skip
