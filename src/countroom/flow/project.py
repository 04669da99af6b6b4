"""The second leg: chunks of the logs into state, one synced write per batch.

Everything of a batch goes down at once: pages, identities, timers, outbox, refusals, the order
in which things were taken, positions. There is no second kind of write, so a kill at any
instant leaves the last batch either wholly there or wholly not.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from threading import Lock
from typing import cast

import msgspec

from countroom.core.events import About, Ticked
from countroom.core.ids import SourceName
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.rejection import Rejection
from countroom.core.signals import STEERING, Signal
from countroom.flow import ledger as book
from countroom.flow.released import Released
from countroom.flow.visits import Unfoldable, Visits
from countroom.flow.working import TIMER, WorkingPages, timer_of
from countroom.fold import keys
from countroom.fold.settings import FoldSettings
from countroom.fold.step import aim, exactly, take, turn_of
from countroom.fold.timers import wake
from countroom.fold.turn import Turn
from countroom.ports import Chunk, LogReader, ShardStore, ShardWrite

ADMIN = "admin"
"""The log of links, settings and operators' commands: its items are not received items."""
MOST = 20_000
"""Items in a batch when far behind."""
MOST_WAKES = 2_000
ADMIN_SETTLES = 250_000
"""Microseconds an admin row waits, so that what was logged before it elsewhere is surely visible."""

_decode_items = msgspec.msgpack.Decoder(list[Item]).decode
_TIMERS_SOURCE = SourceName("timers")


class ShardRefusal(msgspec.Struct, array_like=True, frozen=True):
    """An event that the fold refused, with a copy of it, keyed by its place in its log."""

    log: str
    seq: int
    item: int
    event: int
    rejection: Rejection
    kind: str
    received_at: int
    copy: bytes


class _Poisoned(Exception):
    """The fold failed on `item` of a chunk."""

    def __init__(self, item: tuple[book.Taken, int], how: str) -> None:
        super().__init__(how)
        self.item = item


class Projector:
    """Folds one shard. One thread; `advance` is called again and again."""

    def __init__(
        self,
        store: ShardStore,
        logs: Mapping[str, LogReader],
        *,
        settings: FoldSettings,
        clock: Callable[[], Instant],
    ) -> None:
        book.fix_settings(store, settings)
        self._store = store
        self._logs = logs
        self._settings = settings
        self._clock = clock
        self.pages = WorkingPages(store)
        self.committing = Lock()
        """Held while a batch goes down: a reader that wants several rows of one moment takes it."""
        self.ledger = book.load(store)
        self.released = Released(store)

    def advance(self, most: int = MOST) -> int:
        """Take what is there, `most` items at the most, or make the ticks that are due. Items and wakes taken.

        Raises:
            Unavailable: the store or a log is away; nothing was recorded. Call again.
        """
        chunks, level = self._read(most)
        if chunks:
            return self.batch([(book.Taken(log, c.seq), c) for log, c in chunks])
        if not level:
            return 0
        # Noted in the ledger with the wake alone: what leaves no trace must not be there after a replay either.
        now = max(self.ledger.now, self._clock())
        heads = self._due(now)
        if heads:
            self.batch([(book.Woken(now, heads), None)])
        return len(heads)

    def _read(self, most: int) -> tuple[list[tuple[str, Chunk]], bool]:
        """Chunks to take next, and whether all logs are level. Admin rows wait for what was logged before them."""
        positions = self.ledger.positions
        found: list[tuple[str, Chunk]] = []
        edge = 0
        level = True
        for name, reader in self._logs.items():
            if name == ADMIN:
                continue
            chunks = reader.read(positions.get(name, 0), most)
            if chunks:
                level = False
                edge = min(edge or chunks[-1].logged_at, chunks[-1].logged_at)
                found += [(name, chunk) for chunk in chunks]
        admin = self._logs.get(ADMIN)
        settled = self._clock() - ADMIN_SETTLES
        for chunk in admin.read(positions.get(ADMIN, 0), most) if admin is not None else ():
            if chunk.logged_at < (edge or settled + 1) and chunk.logged_at <= settled:
                found.append((ADMIN, chunk))
            level = False
        found.sort(key=lambda f: (f[1].logged_at, f[0] == ADMIN, f[0], f[1].seq))
        return found, level

    def _due(self, now: int) -> tuple[bytes, ...]:
        """Heads of players whose timer stands at or before `now`."""
        found: list[bytes] = []
        for key, _ in self._store.scan(TIMER):
            due, head = timer_of(key)
            if due > now or len(found) >= MOST_WAKES:
                break
            found.append(head)
        return tuple(found)

    def batch(self, entries: Sequence[tuple[book.Entry, Chunk | None]]) -> int:
        """Fold entries in their order and put all that came of them down at once. Items taken.

        An item on which the fold fails is refused, and the batch begun anew without it: the fold is a function of
        what was taken, so it fails on the very same item in a replay.
        """
        skipped: dict[tuple[book.Taken, int], str] = {}
        while True:
            try:
                return self._batch(entries, skipped)
            except _Poisoned as error:
                if error.item in skipped:
                    raise
                skipped[error.item] = str(error)

    def _batch(
        self, entries: Sequence[tuple[book.Entry, Chunk | None]], skipped: Mapping[tuple[book.Taken, int], str]
    ) -> int:
        write = self._store.write()
        try:
            taken = self._fold(entries, write, skipped)
            dropped = self.released.drop(write, last=self.ledger.outbox)
            book.save(write, self.ledger)
            with self.committing:
                self._store.commit(write)
        except BaseException:
            self.pages.forget()
            self.ledger = book.load(self._store)
            raise
        self.released.upto = dropped
        self.pages.saved()
        return taken

    def _fold(
        self,
        entries: Sequence[tuple[book.Entry, Chunk | None]],
        write: ShardWrite,
        skipped: Mapping[tuple[book.Taken, int], str],
    ) -> int:
        """Fold entries in their order into the working pages, and what came of them into `write`. Items taken.

        Each player's events are folded in a row: his pages are then touched, changed and encoded while they
        lie in the processor's caches. What is told and refused is put back into the order of the entries, so
        that it does not depend on where a batch was cut.
        """
        taken = 0
        run: list[tuple[book.Taken, Chunk]] = []
        with exactly():
            for entry, chunk in entries:
                if chunk is not None and isinstance(entry, book.Taken):
                    run.append((entry, chunk))
                elif isinstance(entry, book.Woken):
                    taken += self._take(run, write, skipped)
                    run = []
                    self._wake(entry, write)
            return taken + self._take(run, write, skipped)

    def _take(
        self,
        run: Sequence[tuple[book.Taken, Chunk]],
        write: ShardWrite,
        skipped: Mapping[tuple[book.Taken, int], str],
    ) -> int:
        """Fold chunks, player by player. Items taken."""
        ledger = self.ledger
        batches = [_decode_items(chunk.items) for _, chunk in run]
        of_chunk = {entry: n for n, (entry, _) in enumerate(run)}
        places = {(of_chunk[entry], m): how for (entry, m), how in skipped.items() if entry in of_chunk}
        try:
            visits = Visits(self.pages, self._settings, batches, places)
            came_of = visits.fold(ledger.events, partial(self.pages.save, write))
        except Unfoldable as error:
            n, m = error.place
            raise _Poisoned((run[n][0], m), str(error)) from error
        for (entry, chunk), items, came in zip(run, batches, came_of, strict=True):
            for n, m, rejection in sorted(came.rejections, key=itemgetter(0, 1)):
                self._refuse(write, (entry, n, m), items[n], rejection)
            signals = came.signals()
            ledger.positions[entry.log] = entry.seq
            ledger.logged_at = max(ledger.logged_at, chunk.logged_at)
            ledger.now = max(ledger.now, chunk.logged_at)
            if entry.log != ADMIN:
                ledger.received[entry.log] = ledger.received.get(entry.log, 0) + len(items)
                ledger.folded += came.folded
                ledger.duplicates += came.duplicates
                ledger.refused += came.refused
            book.note(write, ledger, entry, signals)
            self._tell(write, signals)
        return sum(map(len, batches))

    def _refuse(self, write: ShardWrite, place: tuple[book.Taken, int, int], item: Item, rejection: Rejection) -> None:
        entry, n, m = place
        self.ledger.refusals += 1
        row = ShardRefusal(
            entry.log, entry.seq, n, m, rejection, item.kind,
            item.events[m].about.received_at, book.encode_rows(item),
        )  # fmt: skip
        write.put(book.REFUSAL + self.ledger.refusals.to_bytes(8, "big"), book.encode_rows(row))

    def _wake(self, entry: book.Woken, write: ShardWrite) -> None:
        """Make the ticks that are due for these players at that instant."""
        self.ledger.now = max(self.ledger.now, entry.now)
        self.pages.load(entry.heads)
        signals: list[Signal] = []
        for head_key in entry.heads:
            player = keys.player_of(head_key)
            about = About(player.brand, player.player, _TIMERS_SOURCE, Instant(entry.now), Instant(entry.now))
            turn = cast("Turn", turn_of(self.pages, about, self._settings, to_linked_only=True))
            at = wake(turn.begin(), entry.now)
            if at:
                tick = Ticked(about=msgspec.structs.replace(about, occurred_at=Instant(at)))
                take(turn, aim(turn, tick, []), tick, signals)
            self.pages.save(write)
        book.note(write, self.ledger, entry, signals)
        self._tell(write, signals)

    def _tell(self, write: ShardWrite, signals: list[Signal]) -> None:
        """Outbox rows: signals of players who are linked somewhere, loud ones and those that steer delivery."""
        for signal in signals:
            if signal.content is not None and (not signal.quiet or signal.kind in STEERING):
                self.ledger.outbox += 1
                write.put(book.OUTBOX + self.ledger.outbox.to_bytes(8, "big"), book.encode_rows(signal))
