"""Refusals brought together from where they were refused: shelves, logs, shards. Each once, whatever is killed when."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from threading import Lock
from typing import Final, NamedTuple

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.quarantine import Held, Refused
from countroom.core.rejection import Reason, Rejection
from countroom.runtime.books import Books
from countroom.runtime.receipts import Receipts, held_in, player_of
from countroom.runtime.view import HubView, Json
from countroom.stores.embedded.log import SqliteLogReader
from countroom.stores.embedded.refusals import SqliteShelfReader

_PAGE: Final = 500
_decode_item: Final = msgspec.msgpack.Decoder(Item).decode

Page = tuple[list[Refused], int]
"""What was found, and the position behind it."""


class Seen(NamedTuple):
    """What a look into a receipt tells."""

    player: bytes | None = None
    """A mark of whose it is; empty: nobody can tell, None: nobody could look."""
    body: bytes = b""
    """A mark of what it says."""
    held: Held | None = None


class Collector:
    """Collects, a page at a time. For threads: one collects, the others wait and find it done."""

    def __init__(self, view: HubView, books: Books, receipts: Receipts | None) -> None:
        """Without `receipts`, as while the hub is stopped, nobody sees whose they are; that is made up for later."""
        self._view = view
        self._books = books
        self._receipts = receipts
        self._salt = books.quarantine.salt
        self._collecting = Lock()

    def collect(self) -> list[str]:
        """Everything that is new, put down durably; the origins that do not answer now.

        Raises:
            Unavailable: it cannot be recorded now. Nothing is lost: call it again.
        """
        away: list[str] = []
        with self._collecting:
            for origin in self._origins():
                try:
                    self._collect(origin)
                except Unavailable:
                    away.append(origin)
            with self._books.writing() as books:
                books.quarantine.groups.expire(books.clock())
            self._read_the_unread()
        return away

    def _origins(self) -> Iterator[str]:
        for source in self._view.settings.sources:
            yield f"rest.{source}"
            yield f"log.{source}"
        yield from (f"shard.{number}" for number in range(len(self._view.shards)))

    def _collect(self, origin: str) -> None:
        place, _, name = origin.partition(".")
        find = {"rest": self._answered, "log": self._logged, "shard": self._folded}[place]
        while True:
            with self._books.writing() as books:
                position = books.quarantine.position(origin) or 0
            found, reached = find(name, position)
            if not found:
                return
            with self._books.writing() as books:
                books.quarantine.collect(origin, found, position=reached, at=books.clock())

    def _answered(self, source: str, position: int) -> Page:
        with closing(SqliteShelfReader(self._view.place.shelf(source))) as shelf:
            page = shelf.changed(position, limit=_PAGE)
        found = []
        for _, body in page:
            seen = self._look(body.receipt, source)
            found.append(
                Refused(
                    number=body.id,
                    source=source,
                    dialect=self._dialect(source),
                    kind=body.kind,
                    rejections=body.rejections,
                    times=body.times,
                    first_at=body.first_at,
                    last_at=body.last_at,
                    received_at=body.received_at,
                    receipt=body.receipt,
                    player=seen.player,
                    held=seen.held,
                )
            )
        return found, page[-1][0] if page else position

    def _logged(self, source: str, position: int) -> Page:
        with closing(SqliteLogReader(self._view.place.log(source), 0)) as log:
            page = log.refusals(position, _PAGE)
        found = []
        for number, refusal in page:
            seen = self._look(refusal.receipt, source)
            at = refusal.received_at
            found.append(
                Refused(
                    number=number,
                    source=source,
                    dialect=self._dialect(source),
                    kind=refusal.kind,
                    rejections=refusal.rejections,
                    times=1,
                    first_at=at,
                    last_at=at,
                    received_at=at,
                    receipt=refusal.receipt,
                    player=seen.player,
                    body=seen.body,
                    held=seen.held,
                )
            )
        return found, page[-1][0] if page else position

    def _folded(self, shard: str, position: int) -> Page:
        page = self._view.shards[int(shard)].refusals(position, _PAGE)
        return [self._of_shard(row) for row in page], page[-1]["number"] if page else position

    def _of_shard(self, row: Json) -> Refused:
        item = _decode_item(row["copy"])
        about = item.events[0].about  # What the lane of mended receipts brought is still its source's.
        at = Instant(row["received_at"])
        return Refused(
            number=row["number"],
            source=about.source,
            dialect=self._dialect(about.source),
            kind=item.kind,
            rejections=(Rejection(Reason(row["reason"]), row["detail"], row["path"]),),
            times=1,
            first_at=at,
            last_at=at,
            received_at=at,
            copy=row["copy"],
            player=self._mark(about.source, about.player),
            body=self._hash(item.original),
            held=held_in(item.original),
        )

    def _read_the_unread(self) -> None:
        """Look whose those are that came while the vault was away."""
        while self._receipts is not None:
            with self._books.writing() as books:
                unread = books.quarantine.unread(_PAGE)
            looked = [(receipt.id, self._look(receipt.receipt, receipt.source)) for receipt in unread]
            marks = [(number, seen.player, seen.held) for number, seen in looked if seen.player is not None]
            if not marks:
                return
            with self._books.writing() as books:
                books.quarantine.recognise(marks)

    def _look(self, sealed: bytes, source: str) -> Seen:
        """What can be seen of a receipt; nothing while the vault is away."""
        if self._receipts is None:
            return Seen()
        try:
            opened = self._receipts.open(sealed)
        except Unavailable:
            return Seen()
        if opened is None:
            return Seen(player=b"")
        player, payload = player_of(opened.envelope), opened.envelope.payload
        return Seen(self._mark(source, player) if player else b"", self._hash(payload), held_in(payload))

    def _mark(self, source: str, player: str) -> bytes:
        return self._hash(f"{source}\0{player}".encode())

    def _hash(self, content: bytes) -> bytes:
        return blake2b(content, key=self._salt, digest_size=10).digest()

    def _dialect(self, source: str) -> str:
        section = self._view.settings.sources.get(source)
        return section.dialect if section else ""
