"""What the admin API answers about the quarantine, mappings and jobs: instants as text, receipts masked."""

from typing import Any, Final

import msgspec

from countroom.api.records import moment
from countroom.core.instants import HOUR, Instant, iso
from countroom.core.jobs import Job
from countroom.core.quarantine import Group

Json = dict[str, Any]
_HOURS: Final = 24


class GroupShown(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts of one source that were refused for one reason in one place."""

    group: str
    """The group's id."""
    fingerprint: str
    source: str
    dialect: str
    type: str
    reason: str
    path: str
    detail: str
    example: str
    """A receipt of it."""
    status: str
    owner: str
    ignored_until: str | None
    ignored_until_seen: int | None
    seen: int
    """Messages, repeats counted."""
    bodies: int
    """Different ones."""
    players: int
    players_are_known: bool
    """False while some receipts are not opened yet: then there may be more players."""
    waiting: int
    redriven: int
    discarded: int
    first_at: str
    last_at: str
    members: list[str]
    """Groups that a person merged into this one."""
    held: dict[str, str]
    """By currency the money that waits here: of receipts whose amount can be read, each different body once."""
    per_hour: list[int]
    """How many came in each of the last 24 hours, the present one last; hours of UTC."""
    since_mapping: int
    """The version of its source's mapping that counted when the first of them came; 0: none."""


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused, in groups."""

    groups: list[GroupShown]
    incomplete: list[str]
    """Places that do not answer now: what is new there is not in these groups yet."""
    not_kept: dict[str, int]
    """Per source, messages that found its shelf full and are counted alone."""


class GroupStory(GroupShown, frozen=True, kw_only=True):
    """A group with what is like it, and what people did to it."""

    similar: list[GroupShown]
    """Groups for the same reason, or in the same place, of the same source; merged by nobody but people."""
    activity: list[Json]
    """The audit rows about it, the latest first."""
    why_grouped: str
    """What its receipts have in common, and what is left out of that."""


class ReceiptShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A quarantined receipt, masked."""

    number: str
    group: str
    source: str
    dialect: str
    type: str
    rejections: list[Json]
    times: int
    first_at: str
    last_at: str
    state: str
    payload: Any = None
    """What came: documented plain fields as they were sent, of all else the kind."""
    receipt: str = ""
    """In place of the payload where it cannot be opened now."""
    job: str = ""
    mapping: int = 0


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping would do to receipts that wait: nothing is stored."""

    receipts: int
    """That wait."""
    tried: int
    is_partial: bool
    """True when the time was over before all were tried: then all counts are at least so high."""
    decode: int
    still_fail: int
    unreadable: int
    """Of those, receipts that cannot be opened any more."""
    new_groups: list[Json]
    """Into which groups those that still fail would go, with counts."""
    players: int
    """Whose totals would change."""
    players_sample: list[str]
    known: int
    """Of those that decode, the ones that the players' pages know already: they would be counted as repeats."""
    deliveries: dict[str, int]
    """Per partner an estimate: events of players who are linked there."""
    sample: list[Json]


class MappingShown(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a source's mapping."""

    source: str
    version: int
    is_newest: bool
    rules: list[Json]
    made_at: str
    by: str
    reason: str


class JobShown(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of long work."""

    job_id: str
    kind: str
    state: str
    done: int
    total: int
    failed: int
    rate: float | None
    """Per second of work."""
    left_s: float | None
    pace: int
    arguments: Json
    checkpoint: Json | None
    detail: str
    by: str
    reason: str
    plan_id: str
    made_at: str
    began_at: str | None
    ended_at: str | None


def group_shown(group: Group, *, now: Instant, since_mapping: int) -> GroupShown:
    """A group as answered."""
    return GroupShown(**_group(group, now), since_mapping=since_mapping)


def group_story(shown: GroupShown, *, similar: list[GroupShown], activity: list[Json]) -> GroupStory:
    """A group with its surroundings, as answered."""
    own = msgspec.structs.asdict(shown)
    return GroupStory(**own, similar=similar, activity=activity, why_grouped=_why_grouped(shown))


def _why_grouped(shown: GroupShown) -> str:
    said = (
        f"the first error of each is {shown.reason} at {shown.path or 'the whole message'}, in {shown.type} "
        f"of source {shown.source}, read as {shown.dialect}; elements of a list count as one place, and no value counts"
    )
    many = len(shown.members)
    return said + (f"; people merged {many} {'group' if many == 1 else 'groups'} into it" if many else "")


def job_shown(job: Job) -> JobShown:
    """A job as answered."""
    rate, left_s = job.rate, job.left_s
    return JobShown(
        job_id=job.job_id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        failed=job.failed,
        rate=None if rate is None else round(rate, 1),
        left_s=None if left_s is None else round(left_s, 1),
        pace=job.pace,
        arguments=job.arguments,
        checkpoint=job.checkpoint,
        detail=job.detail,
        by=job.by,
        reason=job.reason,
        plan_id=job.plan_id,
        made_at=iso(job.made_at),
        began_at=moment(job.began_at),
        ended_at=moment(job.ended_at),
    )


def _group(group: Group, now: Instant) -> Json:
    present = now // HOUR
    return {
        "group": group.group_id,
        "fingerprint": group.fingerprint,
        "source": group.source,
        "dialect": group.dialect,
        "type": group.kind,
        "reason": group.reason,
        "path": group.path,
        "detail": group.detail,
        "example": group.example,
        "status": group.status,
        "owner": group.owner,
        "ignored_until": moment(group.until_at),
        "ignored_until_seen": group.until_seen,
        "seen": group.seen,
        "bodies": group.bodies,
        "players": group.players,
        "players_are_known": group.is_read,
        "waiting": group.waiting,
        "redriven": group.redriven,
        "discarded": group.discarded,
        "first_at": iso(group.first_at),
        "last_at": iso(group.last_at),
        "members": list(group.members),
        "held": group.held,
        "per_hour": [group.hours.get(hour, 0) for hour in range(present - _HOURS + 1, present + 1)],
    }
