"""The groups of the quarantine: counted as receipts come and go, judged by people, merged by people alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from countroom.core.audit import AuditEntry, Mandate, entry_of
from countroom.core.instants import Instant
from countroom.core.quarantine import Group, GroupStatus, Refused, fingerprint, group_id, place_of, together
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.quarantine_sums_db import QuarantineSums
from countroom.stores.embedded.sqlite import Database, Row, Value

SCHEMA: Final = """
    CREATE TABLE refusal_groups (
        group_id TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        source TEXT NOT NULL,
        dialect TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        path TEXT NOT NULL,
        detail TEXT NOT NULL,
        example TEXT NOT NULL,
        bodies INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        arrived INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        redriven INTEGER NOT NULL,
        discarded INTEGER NOT NULL,
        players INTEGER NOT NULL,
        unread INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        status TEXT NOT NULL,
        owner TEXT NOT NULL,
        until_at INTEGER,
        until_seen INTEGER,
        merged_into TEXT NOT NULL
    ) STRICT;
    CREATE INDEX refusal_groups_merged ON refusal_groups (merged_into) WHERE merged_into <> ''
"""

HUB: Final = "hub"
"""Who opens a group again."""
_NAMES: Final = (
    "group_id", "fingerprint", "source", "dialect", "kind", "reason", "path", "detail", "example", "bodies", "seen",
    "arrived", "waiting", "redriven", "discarded", "players", "unread", "first_at", "last_at", "status", "owner",
    "until_at", "until_seen", "merged_into",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_NAMES)} FROM refusal_groups WHERE "  # noqa: S608 - ours
_INSERT: Final = (
    f"INSERT INTO refusal_groups ({', '.join(_NAMES)}) "  # noqa: S608 - ours
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?, 'open', '', NULL, NULL, '') "
    "ON CONFLICT DO NOTHING"
)
_JUDGE: Final = "UPDATE refusal_groups SET status = ?, owner = ?, until_at = ?, until_seen = ? WHERE group_id = ?"


class QuarantineGroups:
    """Groups over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit
        self.sums = QuarantineSums(database)

    def home(self, refused: Refused, *, example: str) -> str:
        """The id of the group that a receipt belongs to by its first error; made when it is the first of its kind."""
        first = refused.rejections[0]
        mark = fingerprint(refused.dialect, refused.kind, first)
        own_id = group_id(refused.source, mark)
        values: tuple[Value, ...] = (
            own_id, mark, refused.source, refused.dialect, refused.kind, str(first.reason), place_of(first),
            first.detail, example, refused.first_at, refused.last_at,
        )  # fmt: skip
        self._database.rows(_INSERT, values)
        return own_id

    def add(
        self,
        own_id: str,
        counts: Mapping[str, int],
        *,
        first_at: Instant | None = None,
        last_at: Instant | None = None,
    ) -> None:
        """Add to the counts of a group, within the caller's transaction."""
        changes = [f"{name} = {name} + ?" for name in counts]
        values: list[Value] = list(counts.values())
        for name, least, at in (("first_at", "min", first_at), ("last_at", "max", last_at)):
            if at is not None:
                changes.append(f"{name} = {least}({name}, ?)")
                values.append(at)
        sql = f"UPDATE refusal_groups SET {', '.join(changes)} WHERE group_id = ?"  # noqa: S608 - ours
        self._database.rows(sql, (*values, own_id))

    def recurred(self, touched: Iterable[str], at: Instant) -> None:
        """Open, within the caller's transaction, what was resolved, or ignored up to here, among those touched."""
        for own_id in {self.top_of(each) for each in touched}:
            group = self.get(own_id, with_sums=False)
            if group is None:
                continue
            is_over = group.status == "ignored" and (
                (group.until_at is not None and group.until_at <= at)
                or (group.until_seen is not None and group.arrived >= group.until_seen)
            )
            if group.status == "resolved" or is_over:
                self._open(group, at, why="it came again")

    def expire(self, at: Instant) -> None:
        """Open what was ignored until now, durably.

        Raises:
            Unavailable: it cannot be written now. Call it again.
        """
        self.sums.forget_hours(at)
        over = self._groups("status = 'ignored' AND until_at IS NOT NULL AND until_at <= ?", at)
        if over:
            with self._database.transaction():
                for group in over:
                    self._open(group, at, why="it was ignored until now")

    def every(self) -> list[Group]:
        """All groups, each with what was merged into it, the most frequent first."""
        groups = self._groups("true", with_sums=True)
        members: dict[str, list[Group]] = {}
        for group in groups:
            if group.merged_into:
                members.setdefault(group.merged_into, []).append(group)
        tops = [self._together(group, members.get(group.group_id, [])) for group in groups if not group.merged_into]
        return sorted(tops, key=lambda group: (-group.seen, group.reason, group.kind, group.path))

    def apart(self) -> list[Group]:
        """All groups as they are by themselves."""
        return self._groups("true")

    def get(self, own_id: str, *, with_sums: bool = True) -> Group | None:
        """One group with what was merged into it; None when there is none of this id.

        Without sums it knows neither what it holds nor when it came, and costs less.
        """
        found = self._groups("group_id = ?", own_id, with_sums=with_sums)
        members = self._groups("merged_into = ?", own_id, with_sums=with_sums)
        if not with_sums:
            return together(members, found[0]) if found else None
        return self._together(found[0], members) if found else None

    def _together(self, top: Group, members: list[Group]) -> Group:
        """A group with its members: whoever is in several of them is one player, and a body that is, one body."""
        if not members:
            return top
        ids = [top.group_id, *(member.group_id for member in members)]
        players, bodies = (
            self._database.number(
                f"SELECT count(DISTINCT {column}) FROM refused "  # noqa: S608 - ours
                f"WHERE group_id IN ({', '.join('?' * len(ids))}) AND length({column}) > 0",
                ids,
            )
            for column in ("player", "body")
        )
        return msgspec.structs.replace(together(members, top), players=players, bodies=bodies)

    def named(self, mark: str) -> list[Group]:
        """The groups with this fingerprint, one per source."""
        return self._groups("fingerprint = ?", mark)

    def family(self, own_id: str) -> tuple[str, ...]:
        """A group and those that were merged into it."""
        rows = self._database.rows("SELECT group_id FROM refusal_groups WHERE merged_into = ?", (own_id,))
        return own_id, *(cast(str, row[0]) for row in rows)

    def top_of(self, own_id: str) -> str:
        """The group that a group was merged into; itself when it was not."""
        row = self._database.row("SELECT merged_into FROM refusal_groups WHERE group_id = ?", (own_id,))
        return (cast(str, row[0]) if row else "") or own_id

    def judge(self, group: Group, entry: AuditEntry) -> None:
        """Put down what a person decided about a group, durably: status, owner, until when.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self._judge(group)
            self._audit.add(entry)

    def merge(self, own_id: str, into: str, entry: AuditEntry) -> None:
        """Count a group, and what was merged into it, with another from now on; with none again when `into` is empty.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            if into:
                self._database.rows("UPDATE refusal_groups SET merged_into = ? WHERE merged_into = ?", (into, own_id))
            self._database.rows("UPDATE refusal_groups SET merged_into = ? WHERE group_id = ?", (into, own_id))
            self._audit.add(entry)

    def resolve_empty(self, groups: Sequence[str], mandate: Mandate) -> None:
        """Resolve, within the caller's transaction, those in which nothing waits any more."""
        for own_id in {self.top_of(each) for each in groups}:
            group = self.get(own_id, with_sums=False)
            if group is not None and not group.waiting and group.status != "resolved":
                self._judge(msgspec.structs.replace(group, status="resolved", until_at=None, until_seen=None))
                before, after = {"status": group.status}, {"status": "resolved"}
                self._audit.add(entry_of(mandate, "quarantine.resolve", own_id, before=before, after=after))

    def _open(self, group: Group, at: Instant, *, why: str) -> None:
        self._judge(msgspec.structs.replace(group, status="open", until_at=None, until_seen=None))
        mandate = Mandate(who=HUB, at=at, reason=why)
        before: dict[str, Any] = {"status": group.status}
        self._audit.add(entry_of(mandate, "quarantine.reopen", group.group_id, before=before, after={"status": "open"}))

    def _judge(self, group: Group) -> None:
        status: GroupStatus = group.status
        self._database.rows(_JUDGE, (status, group.owner, group.until_at, group.until_seen, group.group_id))

    def _groups(self, where: str, *values: Value, with_sums: bool = False) -> list[Group]:
        rows = self._database.rows(_SELECT + where, values)
        groups = [_group(row) for row in rows]
        if not with_sums or not groups:
            return groups
        held, hours = self.sums.held(), self.sums.hours()
        return [
            msgspec.structs.replace(g, held=held.get(g.group_id, {}), hours=hours.get(g.group_id, {})) for g in groups
        ]


def _group(row: Row) -> Group:
    given = dict(zip(_NAMES, cast(tuple[Any, ...], row), strict=True))
    is_read = not given.pop("unread")
    return Group(**given, is_read=is_read)
