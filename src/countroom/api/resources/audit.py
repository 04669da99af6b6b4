"""Who changed what, and why; and whether that can be trusted."""

from typing import Final

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.records import AuditShown, ChainShown, Page, audit_shown, chain_shown
from countroom.api.route import Call, Cursor, Limit, Route, When, instant


class AuditAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/audit`."""

    who: str = ""
    act: str = ""
    """A whole act (`link.add`), or what it is about (`link`)."""
    target: str = ""
    since: When = ""
    until: When = ""
    cursor: Cursor = ""
    limit: Limit = 100


def page(parts: ApiParts, call: Call) -> Page[AuditShown]:
    """Changes, the latest first."""
    asked: AuditAsked = call.query
    wanted = {name: getattr(asked, name) for name in ("who", "act", "target") if getattr(asked, name)}
    try:
        times = {name: instant(getattr(asked, name)) for name in ("since", "until")}
    except ValueError as error:
        raise Refusal(Kind.MALFORMED, "expected instants such as 2026-11-20T09:00:00Z", path="query") from error
    before = place(asked.cursor, tuple[int])[0] if asked.cursor else None
    found = parts.audit.page({**wanted, **times}, before=before, limit=asked.limit)
    following = cursor(found[-1].number) if len(found) == asked.limit else None
    return Page([audit_shown(row) for row in found], following)


def verify(parts: ApiParts, _call: Call) -> ChainShown:
    """Whether the chain holds."""
    return chain_shown(parts.audit.verify())


ROUTES: Final = (
    Route(
        method="GET", path="/api/audit", scope="admin", says="Who changed what and why, the latest first",
        handle=page, query=AuditAsked, answer=Page[AuditShown],
    ),
    Route(
        method="GET", path="/api/audit/verify", scope="admin", handle=verify, answer=ChainShown,
        says="Walk along the chain of audit rows, to the first that does not hold",
    ),
)  # fmt: skip
