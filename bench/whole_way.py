"""The whole way from a prepared log: dedupe, fold, state and outbox, durable, on two cores.

    python bench/whole_way.py [--quick] [--events 2000000] [--long 20000000] [--folder DIR]

Two shards, each one process on one core, take a log that was written before the clock started.
Players are drawn with cubic skew, every tenth is linked at a partner, 0.5 % of the messages are repeats.
Beside them, in the same run, what one would first write: an upsert per event.
"""

import argparse
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Final

from parts.compiled import compiled
from parts.play import Plan, prepare
from parts.report import heading, record, table
from parts.shards import Worked, fold_all, own_us, pace, rss_mb
from parts.upserts import Upserted, upserts

MILLION: Final = 1_000_000
PLAYERS: Final = 100_000
QUICK: Final = 200_000
COLUMNS: Final = 10
"""At most so many millions are shown after the first."""
LIBRARIES: Final = ("msgspec", "rocksdict", "apsw")


def main() -> None:
    """Print the tables, and put them into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} events; nothing goes into RESULTS.md")
    parser.add_argument("--events", type=int, default=2 * MILLION)
    parser.add_argument("--long", type=int, default=0, help="events of the flatness run alone, e.g. 20000000")
    parser.add_argument("--folder", type=Path, help="where to work; a disk that is what you would use")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-whole-way-") as name:
        folder = Path(name)
        head = heading(folder, LIBRARIES, cores="shard 0 on core 0 and shard 1 on core 1")
        if asked.long:
            tell("whole_way, long", f"{head}\n\n{flatness(folder, asked.long)}", quick=asked.quick)
        else:
            events = QUICK if asked.quick else asked.events
            tell("whole_way", f"{head}\n\n{comparison(folder, events)}", quick=asked.quick)


def tell(section: str, text: str, *, quick: bool) -> None:
    """Print, and keep unless the run was a quick one."""
    if quick:
        print(text)
    else:
        record(section, text)


def comparison(folder: Path, events: int) -> str:
    """100,000 players and a million of them, plain and compiled, and the upserts on the first log."""
    rows, profiles, few = [], [], 0.0
    houses = [("", None), (", compiled", compiled(folder))]
    others: list[Upserted] = []
    for players in (PLAYERS, MILLION):
        note(f"writing {events:,} messages of {players:,} players")
        data = folder / str(players)
        counts = prepare(Plan(folder=data, events=events, players=players))
        for kind, house in houses:
            if kind and house is None:
                continue
            note(f"folding them{kind}")
            worked = fold_all(data, counts, house)
            shutil.rmtree(data / "shard")
            rate = pace(worked, 0, sum(counts))
            few = few or rate
            rows.append(_line(f"Countroom{kind}, {players:,} players", worked, rate=rate, few=few))
            profiles.append((f"{players:,} players{kind}", worked))
        if players == PLAYERS:
            note("the same log with an upsert per event")
            others = upserts(data, folder)
        shutil.rmtree(data)
    rows += [[each.name, f"{each.rate:,.0f}", f"{each.rate / few:.2f}", "", "", "", "", "", ""] for each in others]
    measures = ("events/s", "ratio", "us of a core per event", "events/s by that", "RSS of the shards")
    head = ["", *measures, "repeats", "refused", "outbox rows"]
    linking = linked(profiles)
    return f"{CONDITIONS}\n\n{table(head, rows)}\n\n{profile(profiles)}\n\n{linking}\n\n{OTHERS}"


def linked(runs: list[tuple[str, list[Worked]]]) -> str:
    """What the links took."""
    told = [
        f"{sum(each.links for each in worked):,} links of {name} took {sum(each.links_s for each in worked):.1f} s"
        for name, worked in runs
    ]
    return f"Before the clock: {', '.join(told)} of a core. A repeat is 0.5 % of the messages."


CONDITIONS: Final = (
    "Prepared log: Fast Track casino messages (bets, wins, losses) through the product's own decoder, packed as the "
    "intake packs them, 64 to a commit group, 32 to a chunk; a tenth of the players linked through the admin log "
    "before the clock starts. "
    "Every batch (up to 20,000 items) is one synced write of pages, identities, outbox, order and positions. "
    "Compiled: the same sources, the hot path made machine code by `make compiled`."
)
OTHERS: Final = (
    "Upserts: the same log read and decoded, two workers, both cores; per event an insert into a table of ids with "
    "on-conflict-do-nothing and, when it was new, an upsert each of the player's life, his UTC day and the round; a "
    "transaction per 1,000 events, durable; some seconds of work on small tables. No brand days and hours, sessions, "
    "moments, rollbacks, conflicts, signals or outbox: far less than the fold does. SQLite's sums are floating point."
)


def _line(name: str, worked: list[Worked], *, rate: float, few: float) -> list[str]:
    items = sum(each.marks[-1][1] for each in worked)
    rss = " + ".join(f"{each.rss_bytes >> 20:,}" for each in worked)
    us = sum(each.own_s for each in worked) / items * MILLION
    return [
        name,
        f"{rate:,.0f}",
        f"{rate / few:.2f}",
        f"{us:.1f}",
        f"{len(worked) * MILLION / us:,.0f}",
        f"{rss} MB",
        f"{sum(each.duplicates for each in worked):,}",
        f"{sum(each.refused for each in worked):,}",
        f"{sum(each.outbox for each in worked):,}",
    ]


def profile(runs: list[tuple[str, list[Worked]]]) -> str:
    """Where the time goes: microseconds per event of the folding thread, and what else the shard needed."""
    names = sorted(runs[0][1][0].phases, key=lambda name: -sum(each.phases[name] for each in runs[0][1]))
    head = ["us per event", *names, "fold and the rest", "the thread", "RocksDB's threads", "waiting", "wall clock"]
    rows = []
    for name, worked in runs:
        items = sum(each.marks[-1][1] for each in worked)
        phases = [sum(each.phases.get(phase, 0.0) for each in worked) for phase in names]
        thread_s = sum(each.thread_s for each in worked)
        own_s = sum(each.own_s for each in worked)
        took_s = sum(each.marks[-1][0] - each.started_s for each in worked)
        figures = [*phases, thread_s - sum(phases), thread_s, own_s - thread_s, took_s - own_s, took_s]
        rows.append([name, *(f"{figure / items * MILLION:.2f}" for figure in figures)])
    return table(head, rows)


def flatness(folder: Path, events: int) -> str:
    """The rate of every million of a long log, compiled where that can be."""
    house = compiled(folder)
    note(f"writing {events:,} messages")
    counts = prepare(Plan(folder=folder, events=events, players=PLAYERS))
    note("folding them")
    worked = fold_all(folder, counts, house)
    whole = sum(counts)
    ends = range(0, whole // MILLION * MILLION + 1, MILLION)
    paces = [pace(worked, first, last) for first, last in pairwise(ends)]
    shown = sorted({round(n * (len(paces) - 1) / COLUMNS) for n in range(COLUMNS + 1)})
    size = sum(path.stat().st_size for path in (folder / "shard").rglob("*") if path.is_file())
    own = [own_us(worked, first, last) for first, last in pairwise(ends)]
    rows = [
        ["events/s", *(f"{paces[n]:,.0f}" for n in shown), f"{pace(worked, 0, whole):,.0f}"],
        ["of the first", *(f"{paces[n] / paces[0]:.2f}" for n in shown), ""],
        ["RSS of the shards at its end, MB", *(f"{rss_mb(worked, ends[n + 1]):,.0f}" for n in shown), ""],
        ["us of a core per event", *(f"{own[n]:.1f}" for n in shown), f"{own_us(worked, 0, whole):.1f}"],
    ]
    told = table(["", *(f"million {n + 1}" for n in shown), "all"], rows)
    rss = " + ".join(f"{each.rss_bytes >> 20:,}" for each in worked)
    kind = "compiled" if house else "plain Python"
    return (
        f"{CONDITIONS} {PLAYERS:,} players; {kind}.\n\n{told}\n\n{profile([('all', worked)])}\n\n"
        f"RSS of the shards at most {rss} MB; their files after it {size >> 20:,} MB."
    )


def note(what: str) -> None:
    """Say what goes on."""
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
