"""Shards at work on a prepared log, each a process on a core of its own, with a clock on every phase."""

import gc
import multiprocessing
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from countroom.engines.local.shard import open_logs, shard_folder, wall_clock
from countroom.flow import ledger as book
from countroom.flow import project
from countroom.flow.project import ADMIN, Projector
from countroom.flow.working import WorkingPages
from countroom.ports import LogReader, ShardStore
from countroom.stores.embedded.rocks import RocksShardStore
from parts.play import FOLD, SOURCE

_START_S: Final = 300
_WAIT_S: Final = 3600


class Worked(msgspec.Struct, kw_only=True):
    """What one shard did."""

    started_s: float
    """Of the machine's monotonic clock, which all processes share."""
    marks: list[tuple[float, int, float, int]]
    """After each batch the time, the items taken so far, the process's processor seconds so far, its resident bytes."""
    links_s: float
    """What folding the links took, before the clock started."""
    links: int
    thread_s: float
    """Processor time of the thread that folds."""
    own_s: float
    """Processor time of the whole process, RocksDB's threads included."""
    rss_bytes: int
    phases: dict[str, float]
    """Processor seconds in each, of `thread_s`."""
    folded: int
    duplicates: int
    refused: int
    outbox: int


class Phases:
    """Processor seconds of the folding thread by name. The clock is read twice per chunk, never per event."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, name: str, what: Callable[..., Any]) -> Callable[..., Any]:
        """`what`, with its time noted under `name`."""
        seconds, clock = self.seconds, time.thread_time

        def measured(*given: Any, **named: Any) -> Any:
            begun_s = clock()
            try:
                return what(*given, **named)
            finally:
                seconds[name] += clock() - begun_s

        return measured


class TimedPages:
    """The working pages; each phase has its clock."""

    def __init__(self, store: ShardStore, phases: Phases) -> None:
        inner = WorkingPages(store)
        self.get, self.put, self.scan, self.forget = inner.get, inner.put, inner.scan, inner.forget
        self.load = phases.timed("load pages", inner.load)
        self.save = phases.timed("encode pages", inner.save)
        self.saved = phases.timed("forget", inner.saved)


class TimedProjector(Projector):
    """The projector as it runs in the product; each phase has its clock."""

    def __init__(self, store: RocksShardStore, logs: dict[str, LogReader], phases: Phases) -> None:
        super().__init__(store, logs, settings=FOLD, clock=wall_clock)
        self.pages = TimedPages(store, phases)  # type: ignore[assignment]
        self._read = phases.timed("read log", super()._read)
        self._tell = phases.timed("outbox", super()._tell)
        store.commit = phases.timed("commit", store.commit)


def fold_all(folder: Path, expected: list[int], house: Path | None = None) -> list[Worked]:
    """Let one shard per entry of `expected` take that many items, all at once, shard k on core k.

    `house` is a folder with another copy of the package, which the shards then run.
    """
    if house is not None:
        sys.path.insert(0, str(house))  # New processes begin with the path of this one.
    try:
        return _fold_all(folder, expected)
    finally:
        if house is not None:
            sys.path.remove(str(house))


def _fold_all(folder: Path, expected: list[int]) -> list[Worked]:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(expected))
    running = []
    for shard, count in enumerate(expected):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_fold, args=(folder, shard, count, barrier, theirs), daemon=True)
        process.start()
        theirs.close()
        running.append((process, ours))
    found = []
    for process, answers in running:
        if not answers.poll(_WAIT_S):
            raise SystemExit("expected every shard to come to its end within an hour")
        found.append(msgspec.msgpack.decode(answers.recv_bytes(), type=Worked))
        process.join()
    return found


def _fold(folder: Path, shard: int, expected: int, barrier: Barrier, answers: Connection) -> None:
    os.sched_setaffinity(0, {shard})
    phases = Phases()
    project._decode_items = phases.timed("decode items", project._decode_items)  # noqa: SLF001
    book.note = phases.timed("note order, digest", book.note)
    store = RocksShardStore(shard_folder(folder, shard))
    logs: dict[str, Any] = dict(open_logs(folder, (SOURCE,), shard))
    begun_s = time.thread_time()
    links = _fold_links(store, logs[ADMIN])
    links_s = time.thread_time() - begun_s
    phases.seconds.clear()
    projector = TimedProjector(store, logs, phases)
    gc.freeze()
    gc.disable()  # as the shard's process does
    barrier.wait(_START_S)
    started_s, own_s, thread_s = time.monotonic(), time.process_time(), time.thread_time()
    marks = []
    while projector.ledger.received.get(SOURCE, 0) < expected:
        projector.advance()
        taken, spent_s = projector.ledger.received.get(SOURCE, 0), time.process_time() - own_s
        marks.append((time.monotonic(), taken, spent_s, _resident()))
    ledger = projector.ledger
    worked = Worked(
        started_s=started_s,
        marks=marks,
        links_s=links_s,
        links=links,
        thread_s=time.thread_time() - thread_s,
        own_s=time.process_time() - own_s,
        rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        phases=dict(phases.seconds),
        folded=ledger.folded,
        duplicates=ledger.duplicates,
        refused=ledger.refused,
        outbox=ledger.outbox,
    )
    store.close()
    answers.send_bytes(msgspec.msgpack.encode(worked))


def _fold_links(store: RocksShardStore, admin: LogReader) -> int:
    """Fold the admin log alone, as it happens long before the play. Links taken."""
    projector = Projector(store, {ADMIN: admin}, settings=FOLD, clock=wall_clock)
    while projector.ledger.positions.get(ADMIN, 0) == 0 or admin.read(projector.ledger.positions[ADMIN], 1):
        projector.advance()
    return projector.ledger.events["linked"]


def own_us(shards: list[Worked], first: int, last: int) -> float:
    """Processor microseconds per item of all shards together, between the moments of `pace`."""
    spent = [sum(_at(each, _reached_s(shards, taken), 2) for each in shards) for taken in (first, last)]
    return (spent[1] - spent[0]) / (last - first) * 1e6


def rss_mb(shards: list[Worked], taken: int) -> float:
    """Resident memory of all shards when `taken` were."""
    return sum(_at(each, _reached_s(shards, taken), 3) for each in shards) / (1 << 20)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def pace(shards: list[Worked], first: int, last: int) -> float:
    """Items a second of all shards together, from the moment `first` were taken to that when `last` were."""
    return (last - first) / (_reached_s(shards, last) - _reached_s(shards, first))


def _reached_s(shards: list[Worked], wanted: int) -> float:
    """When all shards together had taken `wanted`; between two batches a straight line is drawn."""
    if not wanted:
        return min(each.started_s for each in shards)
    ends_s = [each.marks[-1][0] for each in shards]
    low, high = min(each.started_s for each in shards), max(ends_s)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(_at(each, middle, 1) for each in shards) < wanted else (low, middle)
    return high


def _at(shard: Worked, at_s: float, field: Literal[1, 2, 3]) -> float:
    """Items taken, processor seconds used or bytes resident at a moment."""
    before_s, before = shard.started_s, 0.0
    for mark in shard.marks:
        after_s, after = mark[0], mark[field]
        if at_s < after_s:
            return before + (after - before) * max(0.0, at_s - before_s) / (after_s - before_s)
        before_s, before = after_s, after
    return before
