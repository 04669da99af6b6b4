"""The first leg: from a message to the log. When it says *accepted*, the source may forget.

    decode -> seal (only what is personal) -> group -> log, synced -> doorbell

Dedupe is not here: it is the first step of the fold, so everything here may be repeated.
What is wrong with a message is a value, never an exception; a bad item never refuses its
neighbours, and a refusal never stands in the way of what is accepted.
"""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.core.item import Item, Reading
from countroom.core.rejection import Rejection
from countroom.core.sharding import shard_of, virtual_shard
from countroom.flow.commit_group import CommitGroups
from countroom.flow.sealing import ToSeal, seal_group
from countroom.ports import EventLog, Refusal, RefusalShelf, Shelved, Vault

Decode = Callable[[Envelope], Reading | list[Rejection]]
"""One message in: its reading, or all that is wrong with it."""

Verdict = Sequence[Rejection]
"""Empty: accepted. Else all that was wrong. Durable in either case."""

ACCEPTED: Final[Verdict] = ()

_Logged = tuple[int, Item] | Refusal


class IngestParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the flow needs of the world."""

    log: EventLog
    shelf: RefusalShelf
    vault: Vault
    clock: Callable[[], Instant]
    ring: Callable[[], None]
    """Called after each group: wakes the readers of the log."""
    shards: int


class Ingest:
    """Takes the messages of one source in. Made inside the event loop that uses it."""

    def __init__(self, parts: IngestParts) -> None:
        self._parts = parts
        self._shards = parts.shards
        self._logged_at = Instant(0)
        self._log = CommitGroups[_Logged](self._append, name="event log")
        self._sealing = CommitGroups[ToSeal](self._seal, name="vault")
        self._shelf = CommitGroups[Shelved](self._set_aside, name="refusals")

    @property
    def waiting(self) -> int:
        """Messages that wait for their turn, those being written left out."""
        return self._log.waiting + self._sealing.waiting + self._shelf.waiting

    async def one(self, envelope: Envelope, decode: Decode, *, brand: str = "", answers: bool = True) -> Verdict:
        """Take one message in.

        A refused one is sealed under the quarantine key of `brand` (`""` where it cannot be told). With
        `answers` the sender is told, and it goes to the shelf; without, into the log like a broker's.

        Raises:
            Unavailable: something that this message needs is away. Do not acknowledge; the source will resend.
        """
        reading = decode(envelope)
        if type(reading) is Reading and not reading.personal:
            item = Item(envelope.kind, reading.events, reading.original, reading.mapping)
            await self._log.put((self._shard(reading), item))
            return ACCEPTED
        work = ToSeal(envelope, reading, brand)
        await self._sealing.put(work)
        return await self._sealed(work, answers=answers)

    async def batch(
        self, envelopes: Sequence[Envelope], decode: Decode, *, brand: str = ""
    ) -> list[Verdict | Unavailable]:
        """Take many messages in at once; what became of each, in their order. Refusals go into the log.

        An `Unavailable` in the list speaks of one message that the vault could not seal: its neighbours are in.

        Raises:
            Unavailable: the log is away. Acknowledge nothing; what was recorded all the same is dropped as a repeat.
        """
        plain: list[_Logged] = []
        works: list[ToSeal | None] = []
        for envelope in envelopes:
            reading = decode(envelope)
            if type(reading) is Reading and not reading.personal:
                item = Item(envelope.kind, reading.events, reading.original, reading.mapping)
                plain.append((self._shard(reading), item))
                works.append(None)
            else:
                works.append(ToSeal(envelope, reading, brand))
        logged = [self._log.put_all(plain)] if plain else []
        if to_seal := [work for work in works if work]:
            await self._sealing.put_all(to_seal)
            outcomes = [work.outcome for work in to_seal]
            if sealed := [self._entry(outcome) for outcome in outcomes if not isinstance(outcome, Unavailable)]:
                logged.append(self._log.put_all(sealed))
        await asyncio.gather(*logged)
        return [ACCEPTED if work is None else _verdict(work) for work in works]

    async def close(self) -> None:
        """Everything that was put is written; the writing threads are gone. The stores stay open."""
        await self._sealing.close()
        await self._log.close()
        await self._shelf.close()

    async def _sealed(self, work: ToSeal, *, answers: bool) -> Verdict:
        outcome = work.outcome
        if isinstance(outcome, Unavailable):
            raise outcome
        if isinstance(outcome, Refusal) and answers:
            body_hash = blake2b(work.envelope.payload, digest_size=32).digest()
            await self._shelf.put(Shelved(body_hash, outcome))
        else:
            await self._log.put(self._entry(outcome))
        return work.rejections

    def _entry(self, outcome: Item | Refusal) -> _Logged:
        if isinstance(outcome, Refusal):
            return outcome
        return shard_of(virtual_shard(outcome.events[0].about.key), self._shards), outcome

    def _shard(self, reading: Reading) -> int:
        return shard_of(virtual_shard(reading.player), self._shards)

    # What follows runs in the threads of the groups.

    def _append(self, entries: Sequence[_Logged]) -> None:
        items: dict[int, list[Item]] = {}
        refusals: list[Refusal] = []
        for entry in entries:
            if isinstance(entry, Refusal):
                refusals.append(entry)
            else:
                shard, item = entry
                items.setdefault(shard, []).append(item)
        # Readers of several logs wait for each other by this stamp: it must not go back when a clock does.
        self._logged_at = max(self._logged_at, self._parts.clock())
        self._parts.log.append(items, refusals, self._logged_at)
        self._parts.ring()

    def _seal(self, works: Sequence[ToSeal]) -> None:
        seal_group(works, self._parts.vault)

    def _set_aside(self, refused: Sequence[Shelved]) -> None:
        self._parts.shelf.set_aside(refused, self._parts.clock())


def _verdict(work: ToSeal) -> Verdict | Unavailable:
    return work.outcome if isinstance(work.outcome, Unavailable) else work.rejections
