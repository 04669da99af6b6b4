"""What a mapping would do to receipts that wait, found out by doing everything but storing it."""

import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

import msgspec

from countroom.api.quarantined import Preview
from countroom.core.errors import Unavailable
from countroom.core.events import Event
from countroom.core.ids import PlayerKey
from countroom.core.item import Item
from countroom.core.links import LinkFilter
from countroom.core.quarantine import Aim, Receipt, fingerprint, group_id
from countroom.core.rejection import Rejection
from countroom.dialects.mapping import Mender
from countroom.runtime.books import Books
from countroom.runtime.log_scan import event_shown
from countroom.runtime.mending import Mending
from countroom.runtime.view import HubView

Json = dict[str, Any]
BUDGET_S: Final = 20.0
_AT_ONCE: Final = 200
_SHOWN_PLAYERS: Final = 20
_MOST_LINKS: Final = 100
_decode_item: Final = msgspec.msgpack.Decoder(Item).decode


class Trial:
    """One preview."""

    def __init__(
        self, view: HubView, books: Books, mending: Mending, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._view = view
        self._books = books
        self._mending = mending
        self._now_s = now_s
        self._tried = self._decode = self._fail = self._unreadable = self._known = 0
        self._groups: Counter[tuple[str, str, str]] = Counter()
        self._loud: Counter[PlayerKey] = Counter()
        self._players: dict[PlayerKey, None] = {}
        self._sample: list[Json] = []

    def of(self, aim: Aim, mender: Mender | None, *, sample: int, most: int | None = None) -> Preview:
        """What would come of the receipts that wait, of `most` of them at the most.

        Raises:
            Unavailable: the vault or the books are away.
        """
        until_s = self._now_s() + BUDGET_S
        with self._books.writing() as books:
            total, upto = books.quarantine.count(aim), books.quarantine.last()
        after = (0, 0)
        while self._now_s() < until_s and (most is None or self._tried < most):
            limit = _AT_ONCE if most is None else min(_AT_ONCE, most - self._tried)
            with self._books.writing() as books:
                receipts = books.quarantine.waiting(aim, after, upto=upto, limit=limit)
            if not receipts:
                break
            after = (receipts[-1].received_at, receipts[-1].id)
            self._try(receipts, mender, sample=sample)
        return self._told(total)

    def _try(self, receipts: list[Receipt], mender: Mender | None, *, sample: int) -> None:
        decoded: list[Event] = []
        for receipt in receipts:
            self._tried += 1
            events, rejections = self._read(receipt, mender)
            decoded += events
            self._decode += bool(events)
            self._fail += not events
            if rejections:
                mark = fingerprint(self._dialect(receipt.source), receipt.kind, rejections[0])
                self._groups[group_id(receipt.source, mark), mark, rejections[0].reason] += 1
            if len(self._sample) < sample:
                shown = [{"reason": r.reason, "path": r.path, "detail": r.kept().detail} for r in rejections]
                told = [event_shown(event) for event in events]
                self._sample.append({"number": receipt.name, "events": told, "rejections": shown})
        self._effect(decoded)

    def _read(self, receipt: Receipt, mender: Mender | None) -> tuple[tuple[Event, ...], list[Rejection]]:
        if receipt.copy:
            return _decode_item(receipt.copy).events, []
        again = self._mending.reread(receipt, mender)
        if again is None:
            self._unreadable += 1
            return (), []
        if isinstance(again.reading, list):
            return (), again.reading
        return again.reading.events, []

    def _effect(self, events: list[Event]) -> None:
        """Whose totals would change: players of events that their shard does not know."""
        by_shard: dict[int, list[Event]] = {}
        for event in events:
            about = event.about
            by_shard.setdefault(self._view.shard_of(about.brand, about.player), []).append(event)
        for shard, its_events in by_shard.items():
            for event, is_known in zip(its_events, self._asked(shard, its_events), strict=True):
                key = event.about.key
                self._known += is_known
                if not is_known:
                    self._players[key] = None
                    self._loud[key] += event.about.is_loud

    def _asked(self, shard: int, events: list[Event]) -> list[bool]:
        wanted = [
            (e.about.brand, e.about.player, [i for i in (e.about.source_id, e.about.business_id) if i]) for e in events
        ]
        try:
            answer = self._view.shards[shard].read_list({"list": "known", "events": wanted})
        except Unavailable:
            answer = None  # An estimate may be too high; it must not fail because a shard is being started again.
        return answer["known"] if answer else [False] * len(events)

    def _told(self, total: int) -> Preview:
        return Preview(
            receipts=total,
            tried=self._tried,
            is_partial=self._tried < total,
            decode=self._decode,
            still_fail=self._fail,
            unreadable=self._unreadable,
            new_groups=[
                {"group": group, "fingerprint": mark, "reason": reason, "receipts": count}
                for (group, mark, reason), count in self._groups.most_common()
            ],
            players=len(self._players),
            players_sample=[f"{key.brand}/{key.player}" for key in islice(self._players, _SHOWN_PLAYERS)],
            known=self._known,
            deliveries=dict(sorted(self._deliveries().items())),
            sample=self._sample,
        )

    def _deliveries(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for key, loud in self._loud.items():
            wanted = LinkFilter(brand=key.brand, player=key.player, state="linked")
            with self._books.writing() as books:
                links = books.links.page(wanted, before=None, limit=_MOST_LINKS)
            for _, link in links:
                found[link.partner] += loud
        return found

    def _dialect(self, source: str) -> str:
        section = self._view.settings.sources.get(source)
        return section.dialect if section else ""
