"""The embedded stores alone: the log's appends and reads, and a shard's batches against RocksDB used plainly.

    python bench/stores.py [--quick] [--events 2000000] [--batch 20000] [--folder DIR] [--only log|shard]

The shard's events are as in the design: a head of 1 KB, a day of 300 bytes and a round of 150
bytes, keyed by player, and an identity keyed at random; all read, most of them not there, and
all written in one synced batch; 50,000 players with cubic skew. Making the rows is not counted.
Each row of the table says how fast it went by the clock, and what it cost the thread that
writes: on a machine with other work only the second can be compared.
"""

import argparse
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from time import perf_counter, thread_time
from typing import IO, Any, Final, TypeVar, cast

import apsw
import msgspec
import rocksdict
from parts import report
from parts.report import record

from countroom.core.events import About, BetPlaced
from countroom.core.identity import casino
from countroom.core.ids import ActivityId, BrandId, GameId, PlayerId, RoundId, SourceName, StudioId
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.stores.embedded.log import SqliteLog, SqliteLogReader
from countroom.stores.embedded.rocks import USUAL_TUNING, RocksShardStore, Tuning

S = TypeVar("S")

MILLION: Final = 1_000_000
PLAYERS: Final = 50_000
CORE: Final = 1
NOON: Final = Instant(1_772_625_600_000_000)
NOISE: Final = os.urandom(1 << 20)

GetMany = Callable[[list[bytes]], Any]
Commit = Callable[[dict[bytes, bytes]], None]


class Pace(msgspec.Struct):
    """What some batches took."""

    events: int = 0
    seconds: float = 0.0
    own_s: float = 0.0
    """Processor time of the thread that reads and writes."""
    reading_s: float = 0.0
    """That of it which went into reading."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="The embedded stores alone.")
    parser.add_argument("--quick", action="store_true", help="200,000 events; nothing goes into RESULTS.md")
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--batch", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=["log", "shard"])
    parser.add_argument("--child", choices=["shard", "killed"], help=argparse.SUPPRESS)
    parser.add_argument("--core", type=int, default=CORE, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.folder, core=asked.core, events=asked.events, batch=asked.batch)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-stores-") as name:
        folder = Path(name)
        lines = [heading(folder)]
        if asked.only != "shard":
            lines += log_table(folder / "log")
        if asked.only != "log":
            lines += shard_table(folder, 200_000 if asked.quick else asked.events, batch=asked.batch)
            lines += small_table(folder / "small")
            lines.append(reopening(folder / "killed", asked.batch))
    if asked.quick or asked.only:
        print("\n".join(lines))
    else:
        record("stores", "\n".join(lines))


def heading(folder: Path) -> str:
    """Machine, versions, date and what a sync costs here."""
    said = report.heading(folder, ("apsw", "rocksdict", "msgspec"), cores=f"the writer on core {CORE}")
    return f"{said} SQLite {apsw.sqlite_lib_version()}.\n"


def timed(what: Callable[[], object]) -> float:
    """Seconds that `what` takes."""
    started = perf_counter()
    what()
    return perf_counter() - started


def percentile(times_s: list[float], share: int) -> float:
    """In milliseconds."""
    return sorted(times_s)[min(len(times_s) - 1, len(times_s) * share // 100)] * 1000


# --- the log ------------------------------------------------------------------------------


def item(n: int) -> Item:
    """A bet as Fast Track sends it, 700 bytes packed."""
    about = About(
        brand=BrandId("lucky"),
        player=PlayerId(str(n % PLAYERS)),
        source=SourceName("games"),
        occurred_at=Instant(NOON + n),
        received_at=Instant(NOON + n),
        source_id=casino("Approved", f"a{n}"),
        business_id=casino("bet", f"a{n}"),
    )
    bet = BetPlaced(
        about=about,
        activity_id=ActivityId(f"a{n}"),
        studio=StudioId("41"),
        round_id=RoundId(f"r{n}"),
        currency="EUR",
        rate=Decimal(1),
        pockets=(Decimal(2), Decimal("0.5")),
        game=GameId("g-88"),
        game_type="Slots",
    )
    original = b'{"activity_id":"a-%d",%s}' % (n, b'"some_field_of_it":"some_value",' * 12)
    return Item(kind="CASINO", events=(bet,), original=original)


def log_table(folder: Path) -> list[str]:
    """Appends by the size of their group, then what readers pay."""
    os.sched_setaffinity(0, {CORE})
    log = SqliteLog(folder)
    items = [item(n) for n in range(6400)]
    lines = ["| log, synced, 2 shards | items/s with encoding | append p50 | p99 | max |", "|---|---|---|---|---|"]
    for size in (1, 8, 64, 1000):
        groups = [items[start : start + size] for start in range(0, len(items) - size + 1, size)]
        times = []
        for group in (groups * 40)[: max(60, 60_000 // size) if size > 1 else 3000]:
            halves = {0: group[::2], 1: group[1::2]}
            times.append(timed(lambda halves=halves: log.append(halves, (), logged_at=NOON)))  # type: ignore[misc]
        figures = " | ".join(f"{percentile(times, share):.2f} ms" for share in (50, 99, 100))
        lines.append(f"| groups of {size} | {size * len(times) / sum(times):,.0f} | {figures} |")
    reader = SqliteLogReader(folder, 0)
    head = log.tail.seq
    heads = [timed(reader.head) for _ in range(2000)]
    empty = [timed(lambda: reader.read(head, 1000)) for _ in range(2000)]
    after, count, started = 0, 0, perf_counter()
    while chunks := reader.read(after, 20_000):
        after, count = chunks[-1].seq, count + sum(chunk.count for chunk in chunks)
    read_s = perf_counter() - started
    size = sum(file.stat().st_size for file in folder.iterdir())
    looks = f"head {percentile(heads, 50) * 1000:.0f} us, an empty read {percentile(empty, 50) * 1000:.0f} us"
    log.close()
    return [
        *lines,
        f"\nA reader beside it: {looks}, one shard from the start {count / read_s:,.0f} items/s, not decoded.",
        f"{log.tail.items:,} items took {size / log.tail.items:,.0f} bytes each.\n",
    ]


# --- the shard ----------------------------------------------------------------------------


def batches(events: int, size: int) -> Iterator[dict[bytes, bytes]]:
    """The rows that each batch reads and writes."""
    chance = random.Random(1)  # noqa: S311 - the same players every time
    number = 0
    for _ in range(events // size):
        rows: dict[bytes, bytes] = {}
        for _ in range(size):
            number += 1
            player = b"p" + struct.pack(">I", int(PLAYERS * chance.random() ** 3) * 2_654_435_761 % 2**32)
            rows[player + b"h"] = value(1024, number)
            rows[player + b"d" + struct.pack(">H", number // 200_000)] = value(300, number)
            rows[player + b"r" + struct.pack(">I", number)] = value(150, number)
            rows[b"i" + blake2b(b"%d" % number, digest_size=12).digest()] = value(12, number)
        yield rows


def value(size: int, number: int) -> bytes:
    """Bytes of which a compressor takes half."""
    start = number * 7919 % (len(NOISE) - size)
    return NOISE[start : start + size // 2] + bytes(size - size // 2)


def run(events: int, batch: int, *, get_many: GetMany, commit: Commit) -> tuple[Pace, Pace]:
    """The pace of the first and of the last million events."""
    paces = [Pace()]
    for rows in batches(events, batch):
        if paces[-1].events >= MILLION:
            paces.append(Pace())
        pace = paces[-1]
        keys = list(rows)
        clock, own = perf_counter(), thread_time()
        get_many(keys)
        pace.reading_s += thread_time() - own
        commit(rows)
        pace.own_s += thread_time() - own
        pace.seconds += perf_counter() - clock
        pace.events += batch
    return paces[0], paces[-1]


def ours(folder: Path, *, tuning: Tuning = USUAL_TUNING) -> tuple[RocksShardStore, Commit]:
    """The product's store."""
    store = RocksShardStore(folder, tuning=tuning)

    def commit(rows: dict[bytes, bytes]) -> None:
        write = store.write()
        for key, row in rows.items():
            write.put(key, row)
        store.commit(write)

    return store, commit


def plain(folder: Path) -> tuple[rocksdict.Rdict, Commit]:
    """RocksDB through rocksdict with its defaults, synced, as one would first write it."""
    database = rocksdict.Rdict(str(folder), rocksdict.Options(raw_mode=True))
    synced = rocksdict.WriteOptions()
    synced.sync = True

    def commit(rows: dict[bytes, bytes]) -> None:
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, row in rows.items():
            batch.put(key, row)
        database.write(batch, synced)

    return database, commit


def shard_table(folder: Path, events: int, *, batch: int) -> list[str]:
    """Events a second, ours and plain, and per size of a batch."""
    lines = [
        "| shard | events/s, first million | last | own time per event, last | of it reading |",
        "|---|---|---|---|---|",
    ]
    size = 0
    for name, count, its_batch in (("ours", events, batch), ("ours", min(events, MILLION), 2000)):
        store, commit = opened(lambda: ours(folder / "ours"))
        lines.append(
            line(f"{name}, batches of {its_batch:,}", run(count, its_batch, get_many=store.get_many, commit=commit))
        )
        store.close()
        size = size or sum(file.stat().st_size for file in (folder / "ours").iterdir())
        shutil.rmtree(folder / "ours")
    database, commit = opened(lambda: plain(folder / "plain"))
    paces = run(min(events, MILLION), batch, get_many=cast(GetMany, database.get), commit=commit)
    lines.append(line(f"rocksdict's defaults, batches of {batch:,}", paces))
    database.close()
    shutil.rmtree(folder / "plain")
    lines += two_shards(folder, min(events, MILLION), batch=batch)
    return [*lines, "", f"{events:,} events of ours took {size >> 20:,} MB.\n"]


def opened(what: Callable[[], S]) -> S:
    """Open a store whose own threads may use every core, then tie this thread to its one."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    store = what()
    os.sched_setaffinity(0, {CORE})
    return store


def two_shards(folder: Path, events: int, *, batch: int) -> list[str]:
    """Two at once, each with one core for everything it does."""
    sizes = (f"--events={events}", f"--batch={batch}")
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "--child=shard", f"--core={core}", f"--folder={folder / str(core)}", *sizes],
            stdout=subprocess.PIPE,
            text=True,
        )
        for core in (0, 1)
    ]
    answers = [process.communicate()[0] for process in running]
    return [
        line(f"one of two, each on one core, batches of {batch:,}", msgspec.json.decode(answer, type=tuple[Pace, Pace]))
        for answer in answers
    ]


def child(kind: str, folder: Path, *, core: int, events: int, batch: int) -> None:
    """Be one of two shards, or write until killed."""
    os.sched_setaffinity(0, {core})
    store, commit = ours(folder)
    if kind == "shard":
        sys.stdout.write(msgspec.json.encode(run(events, batch, get_many=store.get_many, commit=commit)).decode())
        store.close()
        return
    for rows in batches(1 << 60, batch):
        commit(rows)
        print("committed", flush=True)


def line(name: str, paces: tuple[Pace, Pace]) -> str:
    """A line of the table."""
    first, last = paces
    own_us = last.own_s / last.events * MILLION
    return (
        f"| {name} | {first.events / first.seconds:,.0f} | {last.events / last.seconds:,.0f} "
        f"| {own_us:.1f} us | {100 * last.reading_s / last.own_s:.0f} % |"
    )


def small_table(folder: Path) -> list[str]:
    """Small commits, and a reader thread beside a writer."""
    store, commit = opened(lambda: ours(folder))
    lines = ["| commit of | p50 | p99 |", "|---|---|---|"]
    for size in (1, 100, 1000):
        times = []
        for n in range(400):
            rows = {b"p%d-%d" % (n, place): value(300, n + place) for place in range(size)}
            times.append(timed(lambda rows=rows: commit(rows)))  # type: ignore[misc]
        lines.append(f"| {size} rows | {percentile(times, 50):.2f} ms | {percentile(times, 99):.2f} ms |")
    done = threading.Event()
    reads: list[float] = []

    def read() -> None:
        while not done.wait(0.0005):
            reads.append(timed(lambda: store.get_many([b"p1-1", b"p2-2", b"not there"])))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(2000):
        commit({b"q%d-%d" % (n, place): value(300, n) for place in range(100)})
    done.set()
    reader.join()
    store.close()
    beside = f"p50 {percentile(reads, 50):.2f}, p99 {percentile(reads, 99):.2f} ms"
    return [*lines, "", f"A reader thread beside commits of 100 rows: {beside}.\n"]


def reopening(folder: Path, batch: int) -> str:
    """How long a store takes to open whose process was killed under load."""
    times = []
    for batches_before in (4, 9, 15, 22, 30):
        command = [sys.executable, __file__, "--child=killed", f"--folder={folder}", f"--batch={batch}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
            for _ in range(batches_before):
                cast(IO[str], killed.stdout).readline()
            killed.kill()
        log_bytes = sum(file.stat().st_size for file in folder.glob("*.log"))
        started = perf_counter()
        store = RocksShardStore(folder)
        times.append(f"{(perf_counter() - started) * 1000:.0f} ms ({log_bytes >> 20} MB of log)")
        store.close()
    return f"Opened again after a SIGKILL amid batches of {batch:,}: {', '.join(times)}.\n"


if __name__ == "__main__":
    main()
