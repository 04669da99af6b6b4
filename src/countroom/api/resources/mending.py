"""Mappings tried and published; receipts redriven or given up, many at once in two steps."""

from typing import Annotated, Any, Final

import msgspec

from countroom.api.cursors import is_number
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.quarantined import MappingShown, Preview
from countroom.api.records import PlanShown
from countroom.api.route import Call, Json, Reason, Route
from countroom.dialects.mapping import AnyRule

REDRIVE_MANY: Final = "quarantine.redrive"
DISCARD_MANY: Final = "quarantine.discard"

Rules = Annotated[tuple[AnyRule, ...], msgspec.Meta(max_length=200)]
Aimed = Annotated[str, msgspec.Meta(description="One of group, source and receipt says which receipts are meant")]


class Trying(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of a preview. Without `rules`, under the mapping that counts."""

    group: Aimed = ""
    source: Aimed = ""
    rules: Rules | None = None
    replaces: bool = False
    """True: these rules in the place of those that count, not behind them."""
    sample: Annotated[int, msgspec.Meta(ge=0, le=100)] = 10


class Published(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/mappings`."""

    source: str
    rules: Rules
    replaces: bool = False
    reason: Reason = ""


class MappingsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/mappings`."""

    source: str = ""


class ToRedrive(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of the plan to redrive."""

    group: Aimed = ""
    source: Aimed = ""
    receipt: Aimed = ""
    pace: Annotated[int, msgspec.Meta(ge=0, description="At most so many a second; 0: as fast as it goes")] = 1000
    may_change_by: int = 0
    reason: Reason = ""


class ToDiscard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of the plan to discard."""

    group: Aimed = ""
    source: Aimed = ""
    may_change_by: int = 0
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="Why; it is kept in the audit log")]


class MappingList(msgspec.Struct, frozen=True):
    """Versions, the newest first."""

    items: list[MappingShown]
    next: str | None = None


def preview(parts: ApiParts, call: Call) -> Preview:
    """What a mapping would do."""
    asked: Trying = call.body
    aim = _aim(asked, ("group", "source"))
    return parts.quarantine.preview(aim, asked.rules, replaces=asked.replaces, sample=asked.sample)


def plan_redrive(parts: ApiParts, call: Call) -> PlanShown:
    """What would be redriven."""
    asked: ToRedrive = call.body
    arguments = {**_aim(asked, ("group", "source", "receipt")), "pace": asked.pace}
    mandate = call.because(asked.reason)
    return parts.plans.make(REDRIVE_MANY, arguments, may_change_by=asked.may_change_by, mandate=mandate)


def plan_discard(parts: ApiParts, call: Call) -> PlanShown:
    """What would be given up."""
    asked: ToDiscard = call.body
    arguments = _aim(asked, ("group", "source"))
    mandate = call.because(asked.reason)
    return parts.plans.make(DISCARD_MANY, arguments, may_change_by=asked.may_change_by, mandate=mandate)


def mappings(parts: ApiParts, call: Call) -> MappingList:
    """Every version."""
    return MappingList(parts.mappings.all(call.query.source))


def mapping(parts: ApiParts, call: Call) -> MappingShown:
    """One version."""
    version = call.path["version"]
    if not is_number(version):
        raise Refusal(Kind.MALFORMED, "expected the number of a version", path="path version")
    return parts.mappings.get(call.path["source"], int(version))


def publish(parts: ApiParts, call: Call) -> MappingShown:
    """The next version."""
    asked: Published = call.body
    return parts.mappings.publish(
        asked.source, asked.rules, replaces=asked.replaces, mandate=call.because(asked.reason)
    )


def _aim(asked: Any, names: tuple[str, ...]) -> Json:
    """Which receipts are meant, by exactly one of these names."""
    aim: Json = {name: getattr(asked, name) for name in names}
    if sum(map(bool, aim.values())) != 1:
        raise Refusal(Kind.MALFORMED, f"expected exactly one of {', '.join(names)}", path="body $")
    return aim


ROUTES: Final = (
    Route(
        method="POST", path="/api/quarantine/preview", scope="operate", handle=preview, body=Trying, answer=Preview,
        says="What a mapping would do to what waits: how many decode, whose totals change; nothing is stored",
    ),
    Route(
        method="POST", path="/api/quarantine/redrive/plan", scope="operate", handle=plan_redrive, body=ToRedrive,
        answer=PlanShown, status=201, says="How many receipts would be redriven; running the plan makes the job",
    ),
    Route(
        method="POST", path="/api/quarantine/discard/plan", scope="operate", handle=plan_discard, body=ToDiscard,
        answer=PlanShown, status=201, says="How many receipts would be given up; running the plan does it",
    ),
    Route(
        method="GET", path="/api/mappings", scope="read", handle=mappings, query=MappingsAsked, answer=MappingList,
        says="The mappings of all sources in every version, the newest first",
    ),
    Route(
        method="POST", path="/api/mappings", scope="operate", handle=publish, body=Published, answer=MappingShown,
        status=201, says="Publish the next version of a source's mapping; the intake reads by it a second later",
    ),
    Route(
        method="GET", path="/api/mappings/{source}/{version}", scope="read", handle=mapping, answer=MappingShown,
        says="One version of a source's mapping",
    ),
)  # fmt: skip
