"""What one would first write instead of the fold: an upsert per event, on SQLite and on PostgreSQL."""

import asyncio
import multiprocessing
import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

import msgspec

from countroom.core.item import Item
from countroom.engines.local.shard import log_folder
from countroom.stores.embedded.log import SqliteLogReader
from parts.play import SOURCE
from parts.postgres import Postgres, postgres

LIMIT_S: Final = 8.0
"""How long each way may work on the log; its rate is that of what it did by then."""
BATCH: Final = 1_000
DAY: Final = 86_400_000_000
WORKERS: Final = 2
_START_S: Final = 60
_WAIT_S: Final = 300

Row = tuple[str, str, int, str, str, str]
"""Id, player, day, round, stake and payout as decimal text."""


class Upserted(msgspec.Struct, frozen=True):
    """How one way fared."""

    name: str
    rate: float
    """Events a second, both workers together."""


def upserts(data: Path, folder: Path) -> list[Upserted]:
    """The rates of all ways that can be had here, on the first events of the log in `data`."""
    found = [_run("SQLite (standard library), one statement per event", _sqlite, data, folder)]
    with postgres(folder / "postgres") as server:
        if server is None:
            return found
        for name, way in (("one statement per event", _asyncpg_each), ("executemany of 1,000", _asyncpg_many)):
            _prepare(server)
            found.append(_run(f"{server.name}, {name}", way, data, server))
    return found


def _run(name: str, way: Any, data: Path, where: Any) -> Upserted:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(WORKERS)
    running = []
    for worker in range(WORKERS):
        ours, theirs = context.Pipe(duplex=False)
        one = partial(way, where=where, worker=worker)
        process = context.Process(target=_work, args=(one, data, worker, barrier, theirs), daemon=True)
        process.start()
        running.append((process, ours))
    rate = 0.0
    for process, answers in running:
        if not answers.poll(_WAIT_S):
            raise SystemExit(f"{name}: expected an answer within {_WAIT_S} s")
        rate += answers.recv()
        process.join()
    return Upserted(name, rate)


def _work(way: Any, data: Path, worker: int, barrier: Barrier, answers: Connection) -> None:
    answers.send(way(_rows(data, worker), barrier))


def _rows(data: Path, shard: int) -> Iterator[Row]:
    reader = SqliteLogReader(log_folder(data, SOURCE), shard)
    decode = msgspec.msgpack.Decoder(list[Item]).decode
    after = 0
    while chunks := reader.read(after, 20_000):
        after = chunks[-1].seq
        for chunk in chunks:
            for item in decode(chunk.items):
                event: Any = item.events[0]
                about = event.about
                amount = str(sum(event.pockets)) if event.pockets else "0"
                is_bet = event.__class__.__name__ == "BetPlaced"
                stake, payout = (amount, "0") if is_bet else ("0", amount)
                yield str(about.business_id), about.player, about.occurred_at // DAY, event.round_id, stake, payout


_TABLES: Final = """
CREATE TABLE seen (id text PRIMARY KEY);
CREATE TABLE life (player text PRIMARY KEY, events bigint, stake numeric, payout numeric);
CREATE TABLE day (player text, day int, events bigint, stake numeric, payout numeric, PRIMARY KEY (player, day));
CREATE TABLE round (player text, round text, events bigint, stake numeric, payout numeric, PRIMARY KEY (player, round));
"""
_SQLITE_NEW: Final = "INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING"
_SQLITE_ADD: Final = (
    """INSERT INTO life VALUES (?1, 1, ?4, ?5) ON CONFLICT (player) DO UPDATE SET
    events = events + 1, stake = stake + excluded.stake, payout = payout + excluded.payout""",
    """INSERT INTO day VALUES (?1, ?2, 1, ?4, ?5) ON CONFLICT (player, day) DO UPDATE SET
    events = events + 1, stake = stake + excluded.stake, payout = payout + excluded.payout""",
    """INSERT INTO round VALUES (?1, ?3, 1, ?4, ?5) ON CONFLICT (player, round) DO UPDATE SET
    events = events + 1, stake = stake + excluded.stake, payout = payout + excluded.payout""",
)


def _sqlite(rows: Iterator[Row], barrier: Barrier, *, where: Path, worker: int) -> float:
    database = sqlite3.connect(where / f"upserts-{worker}.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(_TABLES)
    barrier.wait(_START_S)
    begun_s, done = time.monotonic(), 0
    while time.monotonic() - begun_s < LIMIT_S and (batch := list(islice(rows, BATCH))):
        database.execute("BEGIN")
        for row in batch:
            if database.execute(_SQLITE_NEW, row[:1]).rowcount:
                for statement in _SQLITE_ADD:
                    database.execute(statement, row[1:])
        database.execute("COMMIT")
        done += len(batch)
    rate = done / (time.monotonic() - begun_s)
    database.close()
    return rate


_PG_UPSERT: Final = """
WITH fresh AS (INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING RETURNING id),
event AS (SELECT $2 AS player, $3::int AS day, $4 AS round, $5::text::numeric AS stake, $6::text::numeric AS payout
    FROM fresh),
of_life AS (INSERT INTO life AS had SELECT player, 1, stake, payout FROM event
    ON CONFLICT (player) DO UPDATE SET
    events = had.events + 1, stake = had.stake + excluded.stake, payout = had.payout + excluded.payout),
of_day AS (INSERT INTO day AS had SELECT player, day, 1, stake, payout FROM event
    ON CONFLICT (player, day) DO UPDATE SET
    events = had.events + 1, stake = had.stake + excluded.stake, payout = had.payout + excluded.payout)
INSERT INTO round AS had SELECT player, round, 1, stake, payout FROM event
    ON CONFLICT (player, round) DO UPDATE SET
    events = had.events + 1, stake = had.stake + excluded.stake, payout = had.payout + excluded.payout
"""


def _prepare(server: Postgres) -> None:
    async def make() -> None:
        connection = await server.connect()
        await connection.execute("DROP TABLE IF EXISTS seen, life, day, round")
        await connection.execute(_TABLES)
        await connection.close()

    asyncio.run(make())


def _asyncpg_each(rows: Iterator[Row], barrier: Barrier, *, where: Postgres, worker: int) -> float:
    del worker

    async def batch(connection: Any, rows: list[Row]) -> None:
        statement = await connection.prepare(_PG_UPSERT)
        for row in rows:
            await statement.fetch(*row)

    return _asyncpg(rows, barrier, server=where, put=batch)


def _asyncpg_many(rows: Iterator[Row], barrier: Barrier, *, where: Postgres, worker: int) -> float:
    del worker

    async def batch(connection: Any, rows: list[Row]) -> None:
        await connection.executemany(_PG_UPSERT, rows)

    return _asyncpg(rows, barrier, server=where, put=batch)


def _asyncpg(rows: Iterator[Row], barrier: Barrier, *, server: Postgres, put: Any) -> float:
    async def work() -> float:
        connection = await server.connect()
        barrier.wait(_START_S)
        begun_s, done = time.monotonic(), 0
        while time.monotonic() - begun_s < LIMIT_S and (batch := list(islice(rows, BATCH))):
            async with connection.transaction():
                await put(connection, batch)
            done += len(batch)
        rate = done / (time.monotonic() - begun_s)
        await connection.close()
        return rate

    return asyncio.run(work())
