"""Refused receipts read anew and brought into a log of their own, which the shards read like any other.

    open -> decode by the mapping -> seal what is personal -> the lane's log, synced -> noted as redriven

Between the log and the note a kill may come. So what is about to be logged is noted before, with the position of the
log: whoever finds that intent sees by the position whether it was carried out, and nothing is logged twice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.core.item import Item, Reading
from countroom.core.quarantine import Mended, Receipt
from countroom.core.rejection import Rejection
from countroom.core.sharding import shard_of, virtual_shard
from countroom.flow.sealing import ToSeal, seal_group
from countroom.ports import Refusal, Vault

REDRIVE: Final = "redrive"
"""The log of mended receipts."""

_decode_item: Final = msgspec.msgpack.Decoder(Item).decode


class RedriveLog(Protocol):
    """The lane's log, as its one writer sees it."""

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        """Record items per shard durably: all or none. The position after them."""
        ...

    def position(self) -> int:
        """The position after the last that was recorded, by this process or one before."""
        ...


class Reread(msgspec.Struct, frozen=True):
    """A receipt decoded once more."""

    envelope: Envelope
    brand: str
    """Under whose quarantine key it lay."""
    reading: Reading | list[Rejection]


class Batch(msgspec.Struct, frozen=True):
    """What came of some receipts, before any of it is recorded."""

    items: tuple[tuple[int, Item], ...]
    """Each with its shard, in the order to log them."""
    outcomes: tuple[Mended, ...]
    unreadable: int
    """Receipts whose key is no more, or whose content is none of ours: they stay as they are."""

    @property
    def failed(self) -> int:
        """Receipts that wait on."""
        return self.unreadable + sum(1 for outcome in self.outcomes if outcome.rejections)


class Intent(msgspec.Struct, frozen=True, array_like=True):
    """What is about to be logged, noted before."""

    position: int
    """Of the lane's log, before."""
    outcomes: tuple[Mended, ...]
    checkpoint: tuple[int, int]
    tried: int
    failed: int


class RedriveParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the lane needs of the world."""

    log: RedriveLog
    vault: Vault
    reread: Callable[[Receipt], Reread | None]
    """Opens and decodes a receipt; None when it cannot be opened any more."""
    clock: Callable[[], Instant]
    shards: int


class Redrive:
    """The lane. One thread."""

    def __init__(self, parts: RedriveParts) -> None:
        self._parts = parts

    def read(self, receipts: Sequence[Receipt], *, mapping: int) -> Batch:
        """Open and decode receipts, in the order to log them: of arrival, then of what they tell.

        Raises:
            Unavailable: the vault is away. Nothing was recorded.
        """
        whole: list[tuple[Receipt, Item]] = []
        works: list[tuple[Receipt, ToSeal]] = []
        outcomes: list[Mended] = []
        unreadable = 0
        for receipt in receipts:
            if receipt.copy:
                whole.append((receipt, _decode_item(receipt.copy)))
                continue
            again = self._parts.reread(receipt)
            if again is None:
                unreadable += 1
            elif isinstance(again.reading, list):
                outcomes.append(Mended(receipt.id, mapping, tuple(r.kept() for r in again.reading)))
            else:
                works.append((receipt, ToSeal(again.envelope, again.reading, again.brand)))
        whole += self._sealed(works)
        whole.sort(key=lambda each: (each[0].received_at, each[1].events[0].about.occurred_at, each[0].id))
        outcomes += [Mended(receipt.id, item.mapping) for receipt, item in whole]
        return Batch(tuple((self._shard(item), item) for _, item in whole), tuple(outcomes), unreadable)

    def log(self, batch: Batch) -> None:
        """Record a batch, durably.

        Raises:
            Unavailable: the log cannot be written. Nothing was recorded.
        """
        items: dict[int, list[Item]] = {}
        for shard, item in batch.items:
            items.setdefault(shard, []).append(item)
        if items:
            self._parts.log.append(items, (), self._parts.clock())

    def is_logged(self, intent: Intent) -> bool:
        """True when what was about to be logged is: nothing but that can have come behind its position."""
        return self._parts.log.position() > intent.position

    def intent(self, batch: Batch, receipts: Sequence[Receipt]) -> Intent:
        """What to note before `batch`, of these receipts, is logged."""
        last = receipts[-1]
        return Intent(
            self._parts.log.position(), batch.outcomes, (last.received_at, last.id), len(receipts), batch.failed
        )

    def _sealed(self, works: Sequence[tuple[Receipt, ToSeal]]) -> list[tuple[Receipt, Item]]:
        seal_group([work for _, work in works], self._parts.vault)
        found: list[tuple[Receipt, Item]] = []
        for receipt, work in works:
            if isinstance(work.outcome, Unavailable):
                raise work.outcome
            if isinstance(work.outcome, Item):
                found.append((receipt, work.outcome))
        return found

    def _shard(self, item: Item) -> int:
        return shard_of(virtual_shard(item.events[0].about.key), self._parts.shards)
