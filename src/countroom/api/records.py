"""What the admin API answers, where it is more than a document: instants as text, nothing that must not be seen."""

from typing import Any, Generic, TypeVar

import msgspec

from countroom.core.audit import AuditRow, Verdict
from countroom.core.instants import Instant, iso
from countroom.core.links import LinkRow, LinkStep

Json = dict[str, Any]
T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list."""

    items: list[T]
    next: str | None = None
    """The cursor of the page after this one; null on the last."""


class LinkShown(msgspec.Struct, frozen=True, kw_only=True):
    """A player at a brand and an account at a partner."""

    link_id: str
    partner: str
    brand: str
    player: str
    account: str
    state: str
    since: str
    begun_at: str
    cause: str
    by: str


class LinkMade(LinkShown, frozen=True, kw_only=True):
    """A link just made, or found to stand already."""

    warning: str
    """What may be amiss with it; empty when nothing is."""


class LinkStepShown(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a link."""

    number: int
    state: str
    at: str
    by: str
    cause: str
    account: str
    is_told: bool
    """False while its event has yet to be written into the log."""


class LinkStory(LinkShown, frozen=True, kw_only=True):
    """A link with its history."""

    history: list[LinkStepShown]


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret, of which only the hash is kept anyway."""

    key_id: str
    scope: str
    source: str
    brands: list[str]
    label: str
    created_at: str
    revoked_at: str | None
    last_used_at: str | None


class KeyMade(KeyShown, frozen=True, kw_only=True):
    """A key just made."""

    key: str
    """The secret: in this answer alone."""
    counts: bool
    """True when whoever checks it takes it already."""


class AuditShown(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, and why."""

    number: int
    at: str
    who: str
    act: str
    target: str
    reason: str
    request_id: str
    before: Json | None
    after: Json | None
    hash: str


class ChainShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the chain of audit rows holds."""

    holds: bool
    rows: int
    """How many hold, from the first on."""
    tip: str
    """Hash of the last of them; kept elsewhere it shows later whether rows were cut off at the end."""
    broken_at: int | None = None
    fault: str = ""


class PlanShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a bulk change would do, or did."""

    plan_id: str
    act: str
    arguments: Json
    count: int
    may_change_by: int
    sample: list[Json]
    made_at: str
    expires_at: str
    by: str
    reason: str
    run_at: str | None
    outcome: Json | None


def moment(instant: Instant | None) -> str | None:
    """An instant as text, if there is one."""
    return None if instant is None else iso(instant)


def link_shown(link: LinkRow) -> LinkShown:
    """A link as answered."""
    return LinkShown(**_link(link))


def link_made(link: LinkRow, *, warning: str) -> LinkMade:
    """A link just made, as answered."""
    return LinkMade(**_link(link), warning=warning)


def link_story(link: LinkRow, history: list[LinkStep]) -> LinkStory:
    """A link with its history, as answered."""
    return LinkStory(**_link(link), history=[_step(step) for step in history])


def audit_shown(row: AuditRow) -> AuditShown:
    """An audit row as answered."""
    e = row.entry
    return AuditShown(
        number=row.number,
        at=iso(e.at),
        who=e.who,
        act=e.act,
        target=e.target,
        reason=e.reason,
        request_id=e.request_id,
        before=e.before,
        after=e.after,
        hash=row.hash.hex(),
    )


def chain_shown(verdict: Verdict) -> ChainShown:
    """A verdict over the chain, as answered."""
    fault = verdict.fault
    return ChainShown(
        holds=fault is None,
        rows=verdict.rows,
        tip=verdict.tip.hex(),
        broken_at=fault.number if fault else None,
        fault=fault.fault if fault else "",
    )


def _link(link: LinkRow) -> dict[str, str]:
    return {
        "link_id": link.link_id,
        "partner": link.partner,
        "brand": link.brand,
        "player": link.player,
        "account": link.account,
        "state": link.state,
        "since": iso(link.since),
        "begun_at": iso(link.begun_at),
        "cause": link.cause,
        "by": link.by,
    }


def _step(step: LinkStep) -> LinkStepShown:
    return LinkStepShown(
        number=step.number,
        state=step.state,
        at=iso(step.at),
        by=step.by,
        cause=step.cause,
        account=step.account,
        is_told=step.is_told,
    )
