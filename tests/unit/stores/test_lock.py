"""The lock on the data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from countroom.core.errors import Unavailable
from countroom.stores.embedded.lock import DataLock, Locked

TAKE = """
import sys
from pathlib import Path
from countroom.stores.embedded.lock import DataLock, Locked
try:
    with DataLock(Path(sys.argv[1])):
        print("taken")
except Locked as error:
    print(error.pid, error)
"""


def try_elsewhere(data: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", TAKE, str(data)], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_who_comes_second_is_told_who_has_the_directory(tmp_path: Path) -> None:
    with DataLock(tmp_path / "data"):
        answer = try_elsewhere(tmp_path / "data")

    expected = f"{tmp_path}/data: expected a data directory that nobody uses, found process {os.getpid()} in it"
    assert answer == f"{os.getpid()} {expected}"


def test_a_directory_that_was_given_back_can_be_taken(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        pass

    assert try_elsewhere(tmp_path) == "taken"
    DataLock(tmp_path).release()


def test_releasing_twice_is_no_error(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)

    lock.release()
    lock.release()


def test_a_killed_holder_keeps_nobody_out(tmp_path: Path) -> None:
    hold = TAKE.replace('print("taken")', 'print("taken", flush=True); sys.stdin.read()')
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "taken\n"
        with pytest.raises(Locked) as refused:
            DataLock(tmp_path)
        assert refused.value.pid == holder.pid
        holder.kill()

    assert try_elsewhere(tmp_path) == "taken"


def test_a_child_that_outlives_the_holder_keeps_nobody_out(tmp_path: Path) -> None:
    part = 'print("taken", flush=True); import os; os.fork() or sys.stdin.read(); os._exit(0)'
    fork = TAKE.replace('print("taken")', part)
    with subprocess.Popen(
        [sys.executable, "-c", fork, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "taken\n"
        holder.wait()
        answer = try_elsewhere(tmp_path)
        holder.stdin.close()

    assert answer == "taken"


def test_being_locked_out_is_something_to_wait_for(tmp_path: Path) -> None:
    assert issubclass(Locked, Unavailable)


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match=f"{tmp_path}/file/data: cannot be created"):
        DataLock(tmp_path / "file" / "data")
