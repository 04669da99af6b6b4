"""SIGKILL while a process writes: what it reported is there, and what it did not is there whole or not at all."""

import random
import subprocess
import sys
from pathlib import Path

from countroom.stores.embedded.log import SqliteLog, SqliteLogReader
from countroom.stores.embedded.rocks import RocksShardStore
from tests.contracts.ports import killed_writer
from tests.contracts.ports.event_log import ALL
from tests.contracts.ports.items import activities

HOUSE = Path(__file__).resolve().parents[3]
KILLS = 6


def killed(kind: str, folder: Path, *, first: int, reports: int) -> int:
    """The last number that a writer reported, which was killed some time after its `reports`-th."""
    command = [sys.executable, "-m", killed_writer.__name__, kind, str(folder), str(first)]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            lines = [child.stdout.readline() for _ in range(reports)]
        finally:
            child.kill()
        lines += child.stdout.readlines()
    # The kill may have cut the last line: a number without its end was not reported.
    return int([line for line in lines if line.endswith("\n")][-1])


def test_a_killed_log_has_what_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(3)
    first = 0
    for _ in range(KILLS):
        reported = killed("log", tmp_path, first=first, reports=chance.randint(1, 60))

        SqliteLog(tmp_path, limits=killed_writer.SEGMENTS).close()
        reader = SqliteLogReader(tmp_path, 0)
        names = activities(reader.read(0, ALL))
        refused = [found.receipt.decode() for _, found in reader.refusals(0, ALL)]
        reader.close()
        other = activities(SqliteLogReader(tmp_path, 1).read(0, ALL))
        assert len(names) - 1 in {reported, reported + 1}
        assert names == refused == other[::2] == other[1::2] == [f"a{number}" for number in range(len(names))]
        first = len(names)


def test_a_killed_shard_has_whole_commits_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(4)
    first = 0
    for _ in range(KILLS):
        reported = killed("shard", tmp_path, first=first, reports=chance.randint(1, 200))

        store = RocksShardStore(tmp_path, tuning=killed_writer.TUNING)
        rows = dict(store.scan(b""))
        store.close()
        position = int(rows.pop(b"position"))
        assert position in {reported, reported + 1}
        assert rows == dict(killed_writer.row(position, place) for place in range(killed_writer.ROWS))
        first = position + 1
