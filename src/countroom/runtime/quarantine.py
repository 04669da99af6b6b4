"""What people do about refusals: groups acknowledged, ignored, resolved, merged; receipts given up.

A receipt's name says where it lies: `rest.<source>.<id>`, `log.<source>.<position>`, `shard.<number>.<position>`.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Contradicted, Missing, SettingsError
from countroom.core.instants import Instant
from countroom.core.quarantine import Aim, Group, Receipt
from countroom.runtime.books import Books

Json = dict[str, Any]
_AT_ONCE: Final = 1000
_SHOWN: Final = 20
_MOST_DIGITS: Final = 18
_LIST: Final = "'countroom quarantine list' shows what there is"


class Quarantine:
    """The quarantine under the hands of people. For threads."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def group(self, name: str) -> Group:
        """The group with this id, or the only one with this fingerprint; the one it was merged into, if it was.

        Raises:
            Contradicted: several sources have a group with this fingerprint.
            Missing: there is none.
        """
        with self._books.writing() as books:
            groups = books.quarantine.groups
            found = groups.get(name)
            if found is None:
                named = groups.named(name)
                if len(named) > 1:
                    which = ", ".join(f"{group.group_id} of source {group.source}" for group in named)
                    raise Contradicted(f"group {name}: expected one, found {which}", remedy="name it by its id")
                found = groups.get(named[0].group_id) if named else None
            if found is None:
                raise Missing(f"group {name}: there is none", remedy=_LIST)
            if found.merged_into:
                return groups.get(found.merged_into) or found
            return found

    def receipt(self, name: str) -> Receipt:
        """The receipt of this name.

        Raises:
            Missing: there is none.
        """
        origin, _, number = name.rpartition(".")
        found = None
        if number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS:
            with self._books.writing() as books:
                found = books.quarantine.get(origin, int(number))
        if found is None:
            raise Missing(f"refusal {name}: there is none", remedy=_LIST)
        return found

    def aimed(self, arguments: Json) -> Aim:
        """Which receipts a plan or a preview is about.

        Raises:
            Contradicted: the group's name is that of several.
            Missing: there is no such group or receipt.
        """
        aim = aim_of(arguments)
        if aim.group:
            return Aim(group=self.group(aim.group).group_id)
        if aim.receipt:
            self.receipt(aim.receipt)
        return aim

    def acknowledge(self, name: str, owner: str, mandate: Mandate) -> Group:
        """Somebody has seen it and looks after it: `owner`, or who asks."""
        group = self.group(name)
        after = msgspec.structs.replace(group, status="acknowledged", owner=owner or mandate.who)
        return self._judged("ack", group, after, mandate)

    def ignore(self, name: str, *, until: Instant | None, count: int | None, mandate: Mandate) -> Group:
        """Let it be until an instant, or until so many more have come.

        Raises:
            SettingsError: neither is given, or it lies behind us.
        """
        group = self.group(name)
        if until is None and count is None:
            raise SettingsError("until, count: expected one of them: nothing is ignored for ever")
        if count is not None and count < 1:
            raise SettingsError(f"count: expected 1 or more, got {count}")
        if until is not None and until <= mandate.at:
            raise SettingsError("until: expected an instant to come")
        upto = None if count is None else group.arrived + count
        after = msgspec.structs.replace(group, status="ignored", until_at=until, until_seen=upto)
        return self._judged("ignore", group, after, mandate)

    def resolve(self, name: str, mandate: Mandate) -> Group:
        """It is over; should it come again, it opens again."""
        group = self.group(name)
        return self._judged("resolve", group, msgspec.structs.replace(group, status="resolved"), mandate)

    def reopen(self, name: str, mandate: Mandate) -> Group:
        """It is not over."""
        group = self.group(name)
        return self._judged("reopen", group, msgspec.structs.replace(group, status="open"), mandate)

    def merge(self, name: str, into: str, mandate: Mandate) -> Group:
        """Count a group with another from now on. Only people merge, and it stays until they unmerge.

        Raises:
            Contradicted: the two are one already.
            SettingsError: they are of two sources, which no mapping has in common.
        """
        group, other = self.group(name), self.group(into)
        if group.group_id == other.group_id:
            raise Contradicted(f"group {name}: expected another one to merge it into", remedy=_LIST)
        if group.source != other.source:
            raise SettingsError(f"into: expected a group of source {group.source}, got one of {other.source}")
        return self._merged("merge", group.group_id, other.group_id, mandate)

    def unmerge(self, name: str, mandate: Mandate) -> Group:
        """Let a group stand by itself again.

        Raises:
            Contradicted: it does.
            Missing: there is none of this id.
        """
        with self._books.writing() as books:
            group = books.quarantine.groups.get(name)
        if group is None:
            raise Missing(f"group {name}: there is none", remedy=_LIST)
        if not group.merged_into:
            raise Contradicted(f"group {name}: expected one that was merged into another, it stands by itself")
        return self._merged("unmerge", name, "", mandate)

    def discard(self, name: str, mandate: Mandate) -> Receipt:
        """Give one receipt up: it is kept, and redriven no more.

        Raises:
            Contradicted: it does not wait.
            SettingsError: no reason is given.
        """
        receipt = self.receipt(name)
        need_reason(mandate)
        if receipt.state != "waiting":
            raise Contradicted(f"refusal {name}: expected one that waits, it is {receipt.state}")
        entry = entry_of(mandate, "quarantine.discard", name, before={"state": "waiting"}, after={"state": "discarded"})
        with self._books.writing() as books:
            books.quarantine.discard([receipt], mandate.at, entry)
        return self.receipt(name)

    def _judged(self, act: str, before: Group, after: Group, mandate: Mandate) -> Group:
        if after.status != "ignored":
            after = msgspec.structs.replace(after, until_at=None, until_seen=None)
        entry = entry_of(
            mandate, f"quarantine.{act}", before.group_id, before=_standing(before), after=_standing(after)
        )
        with self._books.writing() as books:
            books.quarantine.groups.judge(after, entry)
        return self.group(before.group_id)

    def _merged(self, act: str, own_id: str, into: str, mandate: Mandate) -> Group:
        entry = entry_of(mandate, f"quarantine.{act}", own_id, before=None, after={"merged_into": into})
        with self._books.writing() as books:
            books.quarantine.groups.merge(own_id, into, entry)
        return self.group(own_id)


class DiscardMany:
    """Gives every receipt up that is meant: a bulk act."""

    def __init__(self, books: Books, *, collect: Callable[[], object]) -> None:
        """`collect` brings together what was refused so far."""
        self._books = books
        self._collect = collect
        self._people = Quarantine(books)

    def look(self, arguments: Json) -> tuple[int, list[Json]]:
        """How many wait, and in which groups."""
        self._collect()
        aim = self._people.aimed(arguments)
        with self._books.writing() as books:
            return books.quarantine.count(aim), groups_of(books, aim)

    def run(self, arguments: Json, mandate: Mandate) -> Json:
        """Give them up, a thousand at a time; how many that were."""
        need_reason(mandate)
        aim = self._people.aimed(arguments)
        given_up = 0
        with self._books.writing() as books:
            upto = books.quarantine.last()
            while found := books.quarantine.waiting(aim, (0, 0), upto=upto, limit=_AT_ONCE):
                after = {"discarded": len(found)}
                entry = entry_of(mandate, "quarantine.discard", aim.named, before=None, after=after)
                given_up += books.quarantine.discard(found, mandate.at, entry)
        return {"discarded": given_up}


def aim_of(arguments: Json) -> Aim:
    """Which receipts a plan is about."""
    return Aim(**{name: arguments.get(name, "") for name in ("group", "source", "receipt")})


def groups_of(books: Books, aim: Aim) -> list[Json]:
    """The groups in which something is meant, some of them."""
    every = books.quarantine.groups.every()
    meant = [g for g in every if g.waiting and (g.group_id == aim.group or g.source == aim.source)]
    return [{"group": g.group_id, "fingerprint": g.fingerprint, "waiting": g.waiting} for g in meant[:_SHOWN]]


def need_reason(mandate: Mandate) -> None:
    """Nothing is given up without a reason.

    Raises:
        SettingsError: there is none.
    """
    if not mandate.reason:
        raise SettingsError("reason: expected why it is given up, found nothing: whoever looks for it will ask")


def _standing(group: Group) -> Json:
    return {
        "status": group.status,
        "owner": group.owner,
        "until": group.until_at,
        "until_seen": group.until_seen,
    }
