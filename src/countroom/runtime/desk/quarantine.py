"""What could not be accepted, as the admin API asks for it."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from countroom.api.quarantined import Groups, GroupShown, GroupStory, Preview, ReceiptShown, group_shown, group_story
from countroom.api.records import audit_shown
from countroom.core.audit import Mandate
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.core.quarantine import Group, Receipt
from countroom.dialects.mapping import AnyRule, Mender, SourceMapping
from countroom.runtime import receipts
from countroom.runtime.books import Books
from countroom.runtime.mending import Mending
from countroom.runtime.preview import Trial
from countroom.runtime.quarantine import Quarantine
from countroom.runtime.quarantine_collecting import Collector
from countroom.runtime.readable import receipt_shown
from countroom.runtime.receipts import Receipts
from countroom.runtime.view import HubView
from countroom.stores.embedded.audit_db import AuditFilter
from countroom.stores.embedded.refusals import SqliteShelfReader

Json = dict[str, Any]
_ACTIVITY: Final = 50


class QuarantineDesk:
    """Refusals, in groups and one by one; what people decide about them."""

    def __init__(self, view: HubView, books: Books, opener: Receipts | None) -> None:
        """Without an opener, as while the hub is stopped, nothing sealed is opened."""
        self._view = view
        self._books = books
        self._opener = opener
        self._people = Quarantine(books)
        self.collect = Collector(view, books, opener).collect

    def groups(self, wanted: Json) -> Groups:
        """What was refused, in groups: those with these words in `status`, `source`, `reason`, `type`; all, if none."""
        away = self.collect()
        with self._books.writing() as books:
            found = books.quarantine.groups.every()
        meant = [group for group in found if group.seen and _is_wanted(group, wanted)]
        return Groups(groups=self._groups(meant), incomplete=away, not_kept=self._not_kept())

    def group(self, name: str) -> GroupStory:
        """One group, what is like it, and what was done to it.

        Raises:
            Missing: there is none.
        """
        self.collect()
        group = self._people.group(name)
        with self._books.writing() as books:
            every = books.quarantine.groups.every()
            rows = books.audit.page(AuditFilter(target=group.group_id), before=None, limit=_ACTIVITY)
        similar = self._groups([each for each in every if _is_like(each, group)])
        activity = [msgspec.to_builtins(audit_shown(row)) for row in rows]
        return group_story(self._groups([group])[0], similar=similar, activity=activity)

    def receipts(self, name: str, *, state: str, before: int | None, limit: int) -> list[tuple[int, ReceiptShown]]:
        """Receipts of a group, masked, the latest first, each with its number.

        Raises:
            Missing: there is no such group.
        """
        self.collect()
        group = self._people.group(name)
        with self._books.writing() as books:
            found = books.quarantine.of_groups(
                (group.group_id, *group.members), state=state, before=before, limit=limit
            )
        return [(receipt.id, self._shown(receipt)) for receipt in found]

    def one(self, number: str) -> ReceiptShown:
        """One refused thing, masked: its reasons, and what came.

        Raises:
            Missing: there is none of this name.
        """
        self.collect()
        return self._shown(self._people.receipt(number))

    def judge(self, act: str, name: str, wanted: Json, mandate: Mandate) -> GroupShown:
        """`ack`, `ignore`, `resolve`, `reopen`, `merge` or `unmerge` a group.

        Raises:
            Contradicted: it cannot be done with what stands.
            Missing: there is no such group.
            SettingsError: it cannot be.
        """
        self.collect()
        people = self._people
        match act:
            case "ack":
                found = people.acknowledge(name, wanted["owner"], mandate)
            case "ignore":
                until: Instant | None = wanted["until"]
                found = people.ignore(name, until=until, count=wanted["count"], mandate=mandate)
            case "resolve":
                found = people.resolve(name, mandate)
            case "merge":
                found = people.merge(name, wanted["into"], mandate)
            case "unmerge":
                found = people.unmerge(name, mandate)
            case _:
                found = people.reopen(name, mandate)
        return self._groups([found])[0]

    def discard(self, number: str, mandate: Mandate) -> ReceiptShown:
        """Give one receipt up, for a reason.

        Raises:
            Contradicted: it does not wait.
            Missing: there is none of this name.
            SettingsError: no reason is given.
        """
        self.collect()
        return self._shown(self._people.discard(number, mandate))

    def preview(self, aim: Json, rules: Sequence[AnyRule] | None, *, replaces: bool, sample: int) -> Preview:
        """What would come of what waits under these rules, or without any under the mapping that counts.

        Raises:
            Missing: there is no such group.
            SettingsError: a rule cannot be.
            Unavailable: the vault is away; so it is while the hub is stopped.
        """
        if self._opener is None:
            what = "receipts are opened by the vault, which runs with the hub alone"
            raise Unavailable(what, remedy="start the hub: 'countroom run'")
        self.collect()
        meant = self._people.aimed(aim)
        source = meant.source or self._people.group(meant.group).source
        mapping: SourceMapping | None = None
        with self._books.writing() as books:
            if rules is not None:
                mapping = books.mappings.proposed(source, tuple(rules), replaces=replaces)
            elif (newest := books.mappings.newest(source)) is not None:
                mapping = newest.mapping
        trial = Trial(self._view, self._books, Mending(self._view.settings, self._opener))
        return trial.of(meant, Mender(mapping) if mapping is not None else None, sample=sample)

    def _groups(self, groups: Sequence[Group]) -> list[GroupShown]:
        """Groups as answered, each with the mapping that counted when it began."""
        with self._books.writing() as books:
            made = [(row.source, row.made_at, row.version) for row in books.mappings.every()]
            now = books.clock()
        return [
            group_shown(
                group,
                now=now,
                since_mapping=max((v for s, at, v in made if s == group.source and at <= group.first_at), default=0),
            )
            for group in groups
        ]

    def _shown(self, receipt: Receipt) -> ReceiptShown:
        payload = None
        if receipt.receipt and self._opener is not None:
            try:
                opened = self._opener.open(receipt.receipt)
            except Unavailable:
                opened = None
            payload = receipts.masked(opened.envelope) if opened else None
        section = self._view.settings.sources.get(receipt.source)
        return receipt_shown(receipt, dialect=section.dialect if section else "", payload=payload)

    def _not_kept(self) -> dict[str, int]:
        counted = {}
        for source in self._view.settings.sources:
            shelf = SqliteShelfReader(self._view.place.shelf(source))
            try:
                counted[source] = shelf.counts().not_kept
            finally:
                shelf.close()
        return {source: count for source, count in counted.items() if count}


def _is_wanted(group: Group, wanted: Json) -> bool:
    said = {"status": group.status, "source": group.source, "reason": group.reason, "type": group.kind}
    return all(not wanted.get(name) or wanted[name] == value for name, value in said.items())


def _is_like(other: Group, group: Group) -> bool:
    """True for another group of the source for the same reason, or in the same place of the same type."""
    if other.group_id == group.group_id or other.source != group.source:
        return False
    return other.reason == group.reason or (other.kind, other.path) == (group.kind, group.path)
