"""Links between players and accounts at partners."""

from typing import Final, Literal

import msgspec

from countroom.api.cursors import cursor, place
from countroom.api.parts import ApiParts
from countroom.api.problems import Kind, Refusal
from countroom.api.records import LinkMade, LinkShown, LinkStory, Page, PlanShown, link_made, link_shown, link_story
from countroom.api.route import Call, Cursor, Limit, Reason, Reply, Route, When, instant
from countroom.core.instants import Instant
from countroom.core.links import LinkFilter

REMOVE_MANY: Final = "links.remove"
"""The act of a plan that ends many links."""


class LinksAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of `GET /api/links`."""

    partner: str = ""
    state: Literal["", "pending", "linked", "unlinked"] = ""
    brand: str = ""
    player: str = ""
    account: str = ""
    cause: str = ""
    since: When = ""
    cursor: Cursor = ""
    limit: Limit = 100


class LinkWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/links`."""

    brand: str
    player: str
    partner: str
    account: str = ""
    """What the partner knows the player by; his own id when left away."""
    state: Literal["linked", "pending"] = "linked"
    """`pending`: asked for, and nothing is told yet."""
    reason: Reason = ""


class Because(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of what takes something away."""

    reason: Reason = ""


class LinksToRemove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/links/remove/plan`: which links."""

    partner: str
    brand: str = ""
    state: Literal["", "pending", "linked"] = ""
    since: When = ""
    """In their state since then or later."""
    reason: Reason = ""
    may_change_by: int = 0


def page(parts: ApiParts, call: Call) -> Page[LinkShown]:
    """Links, the latest made first."""
    asked: LinksAsked = call.query
    wanted = LinkFilter(
        partner=asked.partner,
        state=asked.state,
        brand=asked.brand,
        player=asked.player,
        account=asked.account,
        cause=asked.cause,
        since=_since(asked.since, "query since"),
    )
    before = place(asked.cursor, tuple[int])[0] if asked.cursor else None
    found = parts.links.page(wanted, before=before, limit=asked.limit)
    following = cursor(found[-1][0]) if len(found) == asked.limit else None
    return Page([link_shown(link) for _, link in found], following)


def make(parts: ApiParts, call: Call) -> Reply:
    """A link, made; 200 when it stood so already."""
    wish: LinkWish = call.body
    # Asked before: the link itself makes the player known.
    doubt = parts.links.doubt(wish.brand, wish.player)
    link, is_new = parts.links.make(msgspec.structs.asdict(wish), call.because(wish.reason))
    return Reply(content=link_made(link, warning=doubt), status=201 if is_new else 200)


def story(parts: ApiParts, call: Call) -> LinkStory:
    """One link with its history."""
    return link_story(*parts.links.get(call.path["link_id"]))


def remove(parts: ApiParts, call: Call) -> LinkShown:
    """The link, ended."""
    return link_shown(parts.links.remove(call.path["link_id"], call.because(call.query.reason)))


def plan_removal(parts: ApiParts, call: Call) -> PlanShown:
    """What the removal of many would do."""
    wanted: LinksToRemove = call.body
    _since(wanted.since, "body $.since")
    arguments = {name: getattr(wanted, name) for name in ("partner", "brand", "state", "since")}
    return parts.plans.make(
        REMOVE_MANY, arguments, may_change_by=wanted.may_change_by, mandate=call.because(wanted.reason)
    )


def _since(text: str, path: str) -> Instant | None:
    try:
        return instant(text)
    except ValueError as error:
        raise Refusal(Kind.MALFORMED, "expected an instant such as 2026-11-20T09:00:00Z", path=path) from error


ROUTES: Final = (
    Route(
        method="GET", path="/api/links", scope="read", says="Links, the latest made first",
        handle=page, query=LinksAsked, answer=Page[LinkShown],
    ),
    Route(
        method="POST", path="/api/links", scope="operate", handle=make, body=LinkWish, answer=LinkMade, status=201,
        creates=True, says="Link a player to an account; 200 when he is linked so already, 409 when either is taken",
    ),
    Route(
        method="GET", path="/api/links/{link_id}", scope="read", says="One link with its history",
        handle=story, answer=LinkStory,
    ),
    Route(
        method="DELETE", path="/api/links/{link_id}", scope="operate", says="End a link: nothing is told from here on",
        handle=remove, query=Because, answer=LinkShown,
    ),
    Route(
        method="POST", path="/api/links/remove/plan", scope="operate", handle=plan_removal, body=LinksToRemove,
        answer=PlanShown, status=201, says="What the removal of many links would do; running the plan does it",
    ),
)  # fmt: skip
