"""What could not be accepted: looked at, judged, given up."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.quarantined import Groups, GroupShown, GroupStory, ReceiptShown
from countroom.api.records import Page
from countroom.api.route import Call, Cursor, Limit, Reason, Route, When, instant

GROUP: Final = "/api/quarantine/groups/{group}"


class GroupsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/quarantine`."""

    status: Literal["", "open", "ignored", "acknowledged", "resolved"] = ""
    source: str = ""
    reason: str = ""
    type: str = ""


class ReceiptsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/quarantine/groups/{group}/receipts`."""

    state: Literal["", "waiting", "redriven", "discarded"] = ""
    cursor: Cursor = ""
    limit: Limit = 20


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of what is decided about a group."""

    reason: Reason = ""


class Owned(Decision, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of an acknowledgement."""

    owner: Annotated[str, msgspec.Meta(max_length=100, description="Who looks after it; who asks, when left away")] = ""


class Ignored(Decision, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of what ignores a group; one of the two must be given."""

    until: When = ""
    count: Annotated[int, msgspec.Meta(ge=1, le=10**15, description="Until so many more have come")] | None = None


class MergedInto(Decision, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of a merge."""

    into: str


class GivenUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of what discards a receipt."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="Why; it is kept in the audit log")]


def groups(parts: ApiParts, call: Call) -> Groups:
    """What was refused, in groups."""
    return parts.quarantine.groups(msgspec.structs.asdict(call.query))


def group(parts: ApiParts, call: Call) -> GroupStory:
    """One of them."""
    return parts.quarantine.group(call.path["group"])


def receipts(parts: ApiParts, call: Call) -> Page[ReceiptShown]:
    """What is in a group."""
    asked: ReceiptsAsked = call.query
    before = place(asked.cursor, tuple[int])[0] if asked.cursor else None
    found = parts.quarantine.receipts(call.path["group"], state=asked.state, before=before, limit=asked.limit)
    following = cursor(found[-1][0]) if len(found) == asked.limit else None
    return Page([receipt for _, receipt in found], following)


def one(parts: ApiParts, call: Call) -> ReceiptShown:
    """One refused thing."""
    return parts.quarantine.one(call.path["number"])


def discard(parts: ApiParts, call: Call) -> ReceiptShown:
    """Give it up."""
    return parts.quarantine.discard(call.path["number"], call.because(call.body.reason))


def _judge(act: str) -> Callable[[ApiParts, Call], GroupShown]:
    def handle(parts: ApiParts, call: Call) -> GroupShown:
        wanted: dict[str, Any] = msgspec.structs.asdict(call.body)
        if "until" in wanted:
            wanted["until"] = _until(wanted["until"])
        return parts.quarantine.judge(act, call.path["group"], wanted, call.because(wanted["reason"]))

    return handle


def _until(text: str) -> object:
    try:
        return instant(text)
    except ValueError as error:
        what = "expected an instant such as 2026-11-20T09:00:00Z"
        raise Refusal(Kind.MALFORMED, what, path="body $.until") from error


ROUTES: Final = (
    Route(
        method="GET", path="/api/quarantine", scope="read", says="What was refused, in groups",
        handle=groups, query=GroupsAsked, answer=Groups,
    ),
    Route(
        method="GET", path="/api/quarantine/{number}", scope="read", says="One refused thing, masked",
        handle=one, answer=ReceiptShown,
    ),
    Route(
        method="POST", path="/api/quarantine/{number}/discard", scope="operate", handle=discard, body=GivenUp,
        answer=ReceiptShown, says="Give one receipt up, for a reason; it is kept, and redriven no more",
    ),
    Route(
        method="GET", path=GROUP, scope="read", handle=group, answer=GroupStory,
        says="One group, groups like it, and what was done to it",
    ),
    Route(
        method="GET", path=f"{GROUP}/receipts", scope="read", handle=receipts, query=ReceiptsAsked,
        answer=Page[ReceiptShown], says="Receipts of a group, masked, the latest first",
    ),
    Route(
        method="POST", path=f"{GROUP}/ack", scope="operate", handle=_judge("ack"), body=Owned, answer=GroupShown,
        says="Somebody has seen it and looks after it",
    ),
    Route(
        method="POST", path=f"{GROUP}/ignore", scope="operate", handle=_judge("ignore"), body=Ignored,
        answer=GroupShown, says="Let it be until an instant, or until so many more have come",
    ),
    Route(
        method="POST", path=f"{GROUP}/resolve", scope="operate", handle=_judge("resolve"), body=Decision,
        answer=GroupShown, says="It is over; should it come again, it opens again",
    ),
    Route(
        method="POST", path=f"{GROUP}/reopen", scope="operate", handle=_judge("reopen"), body=Decision,
        answer=GroupShown, says="It is not over",
    ),
    Route(
        method="POST", path=f"{GROUP}/merge", scope="operate", handle=_judge("merge"), body=MergedInto,
        answer=GroupShown, says="Count it with another group of its source from now on",
    ),
    Route(
        method="POST", path=f"{GROUP}/unmerge", scope="operate", handle=_judge("unmerge"), body=Decision,
        answer=GroupShown, says="Let it stand by itself again",
    ),
)  # fmt: skip
