"""What runs is what the sources say, or one is told."""

import os
from pathlib import Path

from countroom.runtime.compiled import compiled_modules, outdated


def made(path: Path, *, at_s: int) -> Path:
    """An empty file, last changed at `at_s`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (at_s, at_s))
    return path


def test_plain_python_is_never_outdated(tmp_path: Path) -> None:
    made(tmp_path / "fold" / "turn.py", at_s=2_000)

    assert (compiled_modules(tmp_path), outdated(tmp_path)) == ([], [])


def test_a_source_that_was_changed_after_it_was_compiled_is_named(tmp_path: Path) -> None:
    made(tmp_path / "fold" / "turn.py", at_s=2_000)
    turn = made(tmp_path / "fold" / "turn.cpython-311-x86_64-linux-gnu.so", at_s=1_000)
    made(tmp_path / "fold" / "keys.py", at_s=900)
    keys = made(tmp_path / "fold" / "keys.cpython-311-x86_64-linux-gnu.so", at_s=1_000)

    assert compiled_modules(tmp_path) == [keys, turn]
    assert outdated(tmp_path) == ["fold/turn.py"]
