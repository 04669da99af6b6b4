"""Bulk changes in two steps: a plan says what would happen; the run needs the plan's id, and does that or nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

import msgspec

from countroom.api.records import PlanShown, moment
from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Contradicted, Missing, SettingsError
from countroom.core.instants import MINUTE, Instant, iso
from countroom.runtime.books import Books
from countroom.stores.embedded.plans_db import PlanRow

Json = dict[str, Any]

STANDS_FOR: Final = 10 * MINUTE
"""A plan is over this long after it was made: the world goes on."""
_ID_BYTES: Final = 8


class BulkAct(Protocol):
    """Something done to many things at once."""

    def look(self, arguments: Json) -> tuple[int, list[Json]]:
        """How many things it would touch now, and some of them. Changes nothing."""
        ...

    def run(self, arguments: Json, mandate: Mandate) -> Json:
        """Do it; what was done, for the record."""
        ...


_ANY: Final[Mapping[str, Any]] = MappingProxyType({})


class Plans:
    """Plans made and run."""

    def __init__(self, books: Books, acts: Mapping[str, BulkAct]) -> None:
        self._books = books
        self._acts = acts

    def make(self, act: str, arguments: Json, *, may_change_by: int, mandate: Mandate) -> PlanShown:
        """Find out what an act would do, and keep that; nothing else is changed.

        Raises:
            SettingsError: `may_change_by` is below 0.
            Unavailable: it cannot be found out, or recorded, now.
        """
        if may_change_by < 0:
            raise SettingsError(f"may_change_by: expected 0 or more, got {may_change_by}")
        count, sample = self._acts[act].look(arguments)
        with self._books.writing() as books:
            at = mandate.at
            plan = PlanRow(
                plan_id=f"plan_{books.chance(_ID_BYTES).hex()}",
                act=act,
                arguments=arguments,
                count=count,
                may_change_by=may_change_by,
                sample=sample,
                made_at=at,
                expires_at=Instant(at + STANDS_FOR),
                by=mandate.who,
                reason=mandate.reason,
            )
            after = {"act": act, "arguments": arguments, "count": count, "may_change_by": may_change_by}
            books.plans.add(plan, entry_of(mandate, "plan.make", plan.plan_id, before=None, after=after))
        return plan_shown(plan)

    def get(self, plan_id: str) -> PlanShown:
        """One plan.

        Raises:
            Missing: there is none of this id.
        """
        with self._books.writing() as books:
            return plan_shown(_one(books, plan_id))

    def run(self, plan_id: str, mandate: Mandate, *, act: str = "", arguments: Mapping[str, Any] = _ANY) -> PlanShown:
        """Do what was planned, once. `act` and `arguments` are what the caller takes it for, as far as he says so.

        Raises:
            Missing: there is none of this id.
            Contradicted: it is for something else, was run, is over, or the count has changed by more than it allows.
            Unavailable: a part of the hub does not answer now.
        """
        with self._books.writing() as books:
            plan = _one(books, plan_id)
        mandate = msgspec.structs.replace(mandate, reason=mandate.reason or plan.reason)
        _check_meant(plan, act, arguments)
        if plan.run_at is not None:
            raise _stale(plan, f"it was run before, at {iso(plan.run_at)}")
        if mandate.at >= plan.expires_at:
            raise _stale(plan, f"it stood until {iso(plan.expires_at)}")
        count, _ = self._acts[plan.act].look(plan.arguments)
        if abs(count - plan.count) > plan.may_change_by:
            what = f"it was made for {plan.count} and may differ by {plan.may_change_by}, now there are {count}"
            raise _stale(plan, what)
        with self._books.writing() as books:
            begin = entry_of(mandate, "plan.run", plan_id, before={"count": plan.count}, after={"count": count})
            if not books.plans.claim(plan_id, mandate.at, begin):
                raise _stale(plan, "it was run before")
        outcome = self._acts[plan.act].run({**plan.arguments, "plan_id": plan_id}, mandate)
        with self._books.writing() as books:
            books.plans.end(plan_id, outcome, entry_of(mandate, "plan.end", plan_id, before=None, after=outcome))
            return plan_shown(_one(books, plan_id))


def plan_shown(plan: PlanRow) -> PlanShown:
    """A plan as answered."""
    return PlanShown(
        plan_id=plan.plan_id,
        act=plan.act,
        arguments=plan.arguments,
        count=plan.count,
        may_change_by=plan.may_change_by,
        sample=plan.sample,
        made_at=iso(plan.made_at),
        expires_at=iso(plan.expires_at),
        by=plan.by,
        reason=plan.reason,
        run_at=moment(plan.run_at),
        outcome=plan.outcome,
    )


def _one(books: Books, plan_id: str) -> PlanRow:
    plan = books.plans.get(plan_id)
    if plan is None:
        raise Missing(f"plan {plan_id}: there is none", remedy="make one first: it is the dry run")
    return plan


def _check_meant(plan: PlanRow, act: str, arguments: Mapping[str, Any]) -> None:
    """Nothing, when the plan is what its caller takes it for.

    Raises:
        Contradicted: it is another.
    """
    remedy = "make one for this first: it is the dry run"
    if act and act != plan.act:
        raise Contradicted(f"plan {plan.plan_id}: expected one to do {act}, it is one to do {plan.act}", remedy=remedy)
    for name, value in arguments.items():
        if plan.arguments.get(name) != value:
            said = f"{name} {value!r}, it was made for {plan.arguments.get(name)!r}"
            raise Contradicted(f"plan {plan.plan_id}: expected one for {said}", remedy=remedy)


def _stale(plan: PlanRow, why: str) -> Contradicted:
    return Contradicted(
        f"plan {plan.plan_id}: expected one that stands, {why}", remedy="make it anew, and look at what it says"
    )
