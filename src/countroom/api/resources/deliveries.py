"""Deliveries: what each partner is told, what waits and why; and what operators do about it."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec

from countroom.api.cursors import cursor, is_number, place
from countroom.api.parts import ApiParts
from countroom.api.records import Page
from countroom.api.route import Call, Cursor, Json, Limit, Reason, Route
from countroom.core.errors import Missing


class DeliveriesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/deliveries`."""

    partner: str = ""
    state: Literal["", "waiting", "accepted", "dropped", "withdrawn"] = ""
    brand: str = ""
    player: str = ""
    event_id: str = ""
    """As the partner was given it."""
    cursor: Cursor = ""
    limit: Limit = 100


class ActWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of an operator's act."""

    reason: Annotated[Reason, msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("expected a reason in words, found blanks alone")


class PaceWanted(ActWanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/partners/{partner}/pace`."""

    rate: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
    """Messages a second, 0 for no limit; null: as configured."""


class Done(msgspec.Struct, frozen=True):
    """What was done."""

    done: str


def page(parts: ApiParts, call: Call) -> Page[Json]:
    """Deliveries, the youngest first."""
    asked: DeliveriesAsked = call.query
    names = ("partner", "state", "brand", "player", "event_id")
    wanted = {name: getattr(asked, name) for name in names if getattr(asked, name)}
    before = place(asked.cursor, tuple[int])[0] if asked.cursor else None
    found = parts.deliveries.page(wanted, before=before, limit=asked.limit)
    return Page(found["deliveries"], cursor(found["next"]) if found["next"] else None)


def explain(parts: ApiParts, call: Call) -> Json:
    """All that is known of a delivery."""
    return parts.deliveries.explain(_number(call))


def on_delivery(act: str) -> Callable[[ApiParts, Call], Done]:
    """What carries out an act on a delivery."""

    def handle(parts: ApiParts, call: Call) -> Done:
        parts.deliveries.act(act, {"delivery": _number(call)}, call.because(call.body.reason))
        return Done(act)

    return handle


def on_partner(act: str) -> Callable[[ApiParts, Call], Done]:
    """What carries out an act on a partner."""

    def handle(parts: ApiParts, call: Call) -> Done:
        on: Json = {"partner": call.path["partner"]}
        if isinstance(call.body, PaceWanted):
            on["rate"] = call.body.rate
        parts.deliveries.act(act, on, call.because(call.body.reason))
        return Done(act)

    return handle


def _number(call: Call) -> int:
    text = call.path["delivery"]
    if not is_number(text):
        raise Missing(
            f"delivery {text}: deliveries have numbers", remedy="'countroom delivery list' shows what there is"
        )
    return int(text)


_ONE: Final = "/api/deliveries/{delivery}"

ROUTES: Final = (
    Route(
        method="GET", path="/api/deliveries", scope="read", says="What partners are told, the youngest first",
        handle=page, query=DeliveriesAsked, answer=Page[Json],
    ),
    Route(
        method="GET", path=_ONE, scope="read", handle=explain,
        says="One delivery: event, rule, link, every try, when it is tried next and why then",
    ),
    Route(
        method="POST", path=f"{_ONE}/requeue", scope="operate", says="Try it now; one that is over waits again",
        handle=on_delivery("requeue"), body=ActWanted, answer=Done,
    ),
    Route(
        method="POST", path=f"{_ONE}/drop", scope="operate", says="Give a waiting delivery up",
        handle=on_delivery("drop"), body=ActWanted, answer=Done,
    ),
    *(
        Route(
            method="POST", path=f"/api/partners/{{partner}}/{act}", scope="operate", says=says,
            handle=on_partner(act), body=ActWanted, answer=Done,
        )
        for act, says in (
            ("pause", "Send the partner nothing; what comes waits"),
            ("resume", "Go on after a pause"),
        )
    ),
    Route(
        method="POST", path="/api/partners/{partner}/pace", scope="operate", says="How many messages a second",
        handle=on_partner("pace"), body=PaceWanted, answer=Done,
    ),
)  # fmt: skip
