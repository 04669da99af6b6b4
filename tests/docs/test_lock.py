"""The locks are what pyproject.toml asks for, and `scripts/lock.py check` sees it when they are not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lock import LOCKS, digest, faults, pins
from tests.docs.house import HOUSE


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what the check reads."""
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    shutil.copytree(HOUSE / "requirements", tmp_path / "requirements")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_locks_of_this_house_are_current() -> None:
    assert faults(HOUSE) == []


def test_a_comment_or_a_setting_in_pyproject_does_not_ask_for_a_new_lock(house: Path) -> None:
    edit(house / "pyproject.toml", "[project]\n", "# a word\n[project]\n")
    edit(house / "pyproject.toml", "line-length = 120", "line-length = 119")

    assert faults(house) == []


@pytest.mark.parametrize(
    "asked", ['    "aiohttp>=', '    "coverage>=', 'build = ["hatchling>=', 'requires = ["hatchling>=']
)
def test_a_changed_dependency_asks_for_a_new_lock(house: Path, asked: str) -> None:
    edit(house / "pyproject.toml", asked, asked.replace(">=", ">"))

    assert [fault.partition(":")[0] for fault in faults(house)] == [f"requirements/{name}.txt" for name in LOCKS]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lock: lock.unlink(), "expected a lock, found none"),
        (lambda lock: edit(lock, "--hash=sha256:", "--hash=sha256:0"), "edited by hand"),
        (lambda lock: lock.write_text(lock.read_text("utf-8") + "extra==1.0\n", "utf-8"), "extra has no hash"),
        (lambda lock: edit(lock, "\n", "\n--index-url https://mirror.example/simple\n"), "no address of a registry"),
        (lambda lock: edit(lock, "rich==", "rich==9"), "rich is 9"),
    ],
)
def test_a_lock_that_was_touched_is_found(house: Path, change: Callable[[Path], object], says: str) -> None:
    change(house / "requirements" / "run.txt")

    assert any(says in fault for fault in faults(house))


def test_a_package_of_running_that_development_lacks_is_found(house: Path) -> None:
    edit(house / "requirements" / "dev.txt", "rich==", "ritch==")

    assert any("in dev.txt it is missing" in fault for fault in faults(house))


def test_the_digest_depends_on_the_question_and_on_the_answer() -> None:
    assert len({digest("a", "b"), digest("a", "c"), digest("c", "b")}) == 3


def test_pins_are_read_with_and_without_a_marker() -> None:
    text = "a-b==1.0 \\\n    --hash=sha256:00\n    # via c\nd==2 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"

    assert pins(text) == {"a-b": "1.0", "d": "2"}
