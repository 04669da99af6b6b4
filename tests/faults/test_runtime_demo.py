"""The demonstration ends green when all is well, whatever is killed meanwhile, and red when anything was changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hub_process import countroom

SHORT = ("--seconds", "4", "--events", "900", "--players", "30", "--sports", "40%", "--linked", "80%", "--json")


def demo(root: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    ended = countroom("demo", "--data-dir", str(root), *SHORT, *arguments)
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def events_at_the_partner(told: dict[str, Any]) -> int:
    [line] = [line for line in told["lines"] if line["what"] == "events at the partner"]
    return int(line["found"].replace(",", ""))


def test_a_demo_whose_processes_are_killed_ends_green_and_its_data_replays_to_equal_bytes(tmp_path: Path) -> None:
    root = tmp_path / "demo"

    status, told = demo(root, "--kill", "--duplicates", "5%", "--late", "10%", "--rollbacks", "5%", "--malformed", "5%")

    assert [line for line in told["lines"] if not line["is_equal"]] == []
    assert told["differences"] == {}
    assert told["faults"] == []
    assert sum(told["kills"].values()) >= 1
    assert events_at_the_partner(told) > 50
    assert (status, told["is_green"]) == (0, True)
    assert countroom("replay", "--check", "--data-dir", str(root)).returncode == 0


@pytest.mark.parametrize("how", ["drop", "double", "alter"])
def test_a_demo_in_which_one_bet_was_tampered_with_ends_red(tmp_path: Path, how: str) -> None:
    status, told = demo(tmp_path / "demo", "--sabotage", how)

    assert (status, told["is_green"]) == (1, False)
    assert len(told["differences"]) == 1


@pytest.mark.parametrize("how", ["lose-delivery", "swap-deliveries", "forge-delivery"])
def test_a_demo_whose_partner_remembers_one_event_otherwise_ends_red(tmp_path: Path, how: str) -> None:
    status, told = demo(tmp_path / "demo", "--sabotage", how)

    assert (status, told["is_green"], told["differences"]) == (1, False, {})
    assert len({fault.partition(":")[0] for fault in told["faults"]}) == 1


def test_a_demo_empties_the_directory_of_an_earlier_demo_and_of_nothing_else(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", "utf-8")

    ended = countroom("demo", "--data-dir", str(mine))

    assert ended.returncode == 1
    assert "expected a directory of an earlier demo or none" in ended.stderr
    assert (mine / "thesis.txt").read_text("utf-8") == "years of work"
