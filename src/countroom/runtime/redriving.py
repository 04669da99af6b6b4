"""Quarantined receipts redriven: a plan that counts them, and the job that does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from countroom.config.settings import Settings
from countroom.core.audit import Mandate
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.jobs import Job
from countroom.core.quarantine import Aim, Receipt
from countroom.dialects.mapping import Mender
from countroom.flow.redrive import Intent, Redrive, RedriveLog, RedriveParts, Reread
from countroom.ports import Refusal
from countroom.runtime.books import Books
from countroom.runtime.jobs import Jobs, check_pace
from countroom.runtime.mending import Mending
from countroom.runtime.quarantine import Quarantine, aim_of, groups_of
from countroom.runtime.receipts import Receipts
from countroom.stores.embedded.log import SqliteLog
from countroom.vault.client import VaultClient

Json = dict[str, Any]
KIND: Final = "redrive"
_AT_ONCE: Final = 200
_decode_intent: Final = msgspec.msgpack.Decoder(Intent).decode
_encode_intent: Final = msgspec.msgpack.Encoder().encode


class RedriveMany:
    """Redrives every receipt that is meant: a bulk act whose run makes a job."""

    def __init__(self, books: Books, *, collect: Callable[[], object]) -> None:
        """`collect` brings together what was refused so far."""
        self._books = books
        self._collect = collect
        self._jobs = Jobs(books)
        self._quarantine = Quarantine(books)

    def look(self, arguments: Json) -> tuple[int, list[Json]]:
        """How many wait, and in which groups."""
        check_pace(arguments["pace"])
        self._collect()
        aim = self._quarantine.aimed(arguments)
        with self._books.writing() as books:
            return books.quarantine.count(aim), groups_of(books, aim)

    def run(self, arguments: Json, mandate: Mandate) -> Json:
        """Make the job, with the mapping that counts now; which one it is."""
        aim = self._quarantine.aimed(arguments)
        with self._books.writing() as books:
            total = books.quarantine.count(aim)
            source = self._source_of(aim)
            newest = books.mappings.newest(source)
            job = self._jobs.make(
                KIND,
                {
                    **msgspec.structs.asdict(aim),
                    "of": source,
                    "mapping": newest.version if newest else 0,
                    "upto": books.quarantine.last(),
                },
                total=total,
                pace=arguments["pace"],
                mandate=mandate,
                plan_id=arguments["plan_id"],
            )
        return {"job_id": job.job_id, "receipts": total}

    def _source_of(self, aim: Aim) -> str:
        if aim.group:
            return self._quarantine.group(aim.group).source
        return self._quarantine.receipt(aim.receipt).source if aim.receipt else aim.source


class LaneLog:
    """The lane's log with its position."""

    def __init__(self, log: SqliteLog) -> None:
        self._log = log

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        """Record items per shard durably: all or none. The position after them.

        Raises:
            Unavailable: the log cannot be written. Nothing was recorded.
        """
        return self._log.append(items, refusals, logged_at)

    def position(self) -> int:
        """The position after the last that was recorded."""
        return self._log.tail.seq


class Redriving:
    """Does it, some receipts at a time. One thread."""

    def __init__(self, books: Books, settings: Settings, *, vault: VaultClient, log: RedriveLog) -> None:
        self._books = books
        self._quarantine = Quarantine(books)
        self._mending = Mending(settings, Receipts(vault, tuple(settings.brands)))
        self._dialects = {name: section.dialect for name, section in settings.sources.items()}
        self._menders: dict[tuple[str, int], Mender] = {}
        self._at: tuple[str, int] = ("", 0)
        self._lane = Redrive(
            RedriveParts(log=log, vault=vault, reread=self._reread, clock=books.clock, shards=settings.hub.shards)
        )

    def step(self, job: Job) -> Job:
        """Redrive some receipts; the job as it then stands.

        Raises:
            Unavailable: the vault, the log or the books are away. Nothing was done, or it is settled at the next turn.
        """
        arguments = job.arguments
        after = tuple(job.checkpoint["after"]) if job.checkpoint else (0, 0)
        limit = min(_AT_ONCE, job.pace) if job.pace else _AT_ONCE
        with self._books.writing() as books:
            receipts = books.quarantine.waiting(aim_of(arguments), after, upto=arguments["upto"], limit=limit)
        if not receipts:
            return self._end(job)
        self._at = (arguments["of"], arguments["mapping"])
        batch = self._lane.read(receipts, mapping=arguments["mapping"])
        intent = self._lane.intent(batch, receipts)
        if batch.items:
            with self._books.writing() as books:
                now = books.jobs.get(job.job_id) or job
                books.jobs.note(msgspec.structs.replace(now, intent=_encode_intent(intent)))
            self._lane.log(batch)
        return self._settle(job, intent)

    def settle(self, job: Job) -> None:
        """See whether what was about to be logged is, and note that.

        Raises:
            Unavailable: it cannot be noted now.
        """
        intent = _decode_intent(job.intent)
        if self._lane.is_logged(intent):
            self._settle(job, intent)
            return
        with self._books.writing() as books:
            books.jobs.note(msgspec.structs.replace(job, intent=b""))

    def _settle(self, job: Job, intent: Intent) -> Job:
        """Note, in one piece, what came of the receipts, and how far the job is."""
        with self._books.writing() as books, books.transaction():
            now = books.jobs.get(job.job_id) or job
            books.quarantine.settle(intent.outcomes, job_id=job.job_id, at=books.clock(), dialects=self._dialects)
            now = msgspec.structs.replace(
                now,
                intent=b"",
                checkpoint={"after": list(intent.checkpoint)},
                done=now.done + intent.tried,
                failed=now.failed + intent.failed,
            )
            books.jobs.note(now)
        return now

    def _end(self, job: Job) -> Job:
        mandate = Mandate(who=job.by, at=self._books.clock(), reason=f"redriven by {job.job_id}")
        with self._books.writing() as books, books.transaction():
            now = books.jobs.get(job.job_id) or job
            books.quarantine.groups.resolve_empty(self._meant(job), mandate)
            now = msgspec.structs.replace(now, state="done", ended_at=mandate.at)
            books.jobs.note(now)
        return now

    def _meant(self, job: Job) -> list[str]:
        aim = aim_of(job.arguments)
        groups = self._books.quarantine.groups
        if aim.group:
            return list(groups.family(aim.group))
        if aim.receipt:
            return [self._quarantine.receipt(aim.receipt).group_id]
        return [group.group_id for group in groups.apart() if group.source == aim.source]

    def _reread(self, receipt: Receipt) -> Reread | None:
        return self._mending.reread(receipt, self._mender())

    def _mender(self) -> Mender | None:
        source, version = self._at
        if not version:
            return None
        if self._at not in self._menders:
            with self._books.writing() as books:
                self._menders[self._at] = Mender(books.mappings.get(source, version).mapping)
        return self._menders[self._at]
