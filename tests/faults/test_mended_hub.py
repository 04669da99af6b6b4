"""A hub that is killed while it redrives: its job goes on by itself, and nothing is counted twice or left out."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from countroom.flow.redrive import REDRIVE
from countroom.runtime.place import Place
from countroom.stores.embedded.log import SqliteLogReader
from tests.faults.hub_process import HubProcess, countroom
from tests.faults.leaks import search

CASINO = "/v1/integration/casino"
RECEIPTS = 300
PLAYERS = 10
PACE = 60
RULES = [{"do": "rename", "field": "$.amt", "to": "$.amount"}]
NOTE = "call him at home"


def odd(number: int) -> dict[str, Any]:
    return {
        "activity_id": f"bet-{number}", "amt": 5, "currency": "EUR", "game_id": "g1", "origin": "lucky.example",
        "round_id": f"r{number}", "timestamp": "2026-03-04T10:00:00Z", "type": "Bet", "user_id": str(number % PLAYERS),
        "vendor_id": "7", "note": NOTE,
    }  # fmt: skip


class Told(msgspec.Struct):
    """What the story left behind."""

    root: Path
    preview: dict[str, Any]
    planned: int
    killed_at: list[int]
    """Items in the lane at each kill."""
    watched: subprocess.CompletedProcess[str]
    items: int
    balance: dict[str, int]
    turnovers: list[str]
    group: dict[str, Any]
    afterwards: list[int]
    """How the intake answered then: to a receipt that was redriven, and to a new one of the kind."""
    balance_afterwards: dict[str, int]


def command(hub: HubProcess, *arguments: str) -> Any:
    ended = countroom(*arguments, "--json", "--data-dir", str(hub.root))
    assert ended.returncode in (0, 3), ended.stderr
    return json.loads(ended.stdout)


def lane(root: Path) -> int:
    """Items that lie in the lane of mended receipts."""
    reader = SqliteLogReader(Place(root).log(REDRIVE), 0)
    try:
        return reader.counts().items
    finally:
        reader.close()


def settled(hub: HubProcess) -> dict[str, int]:
    """The balance once nothing is in flight."""
    until_s = time.monotonic() + 20
    while time.monotonic() < until_s:
        balance: dict[str, int] = command(hub, "status")["balance"]
        if not balance["in_flight"]:
            return balance
    raise AssertionError("the hub did not come to rest")


def turnover(hub: HubProcess, player: int) -> str:
    life = command(hub, "player", "show", f"lucky/{player}")["totals"]["life"]
    found: str = life["casino"]["EUR"]["turnover"]["real"]
    return found


def redriven_under_kills(hub: HubProcess) -> tuple[dict[str, Any], int, list[int], subprocess.CompletedProcess[str]]:
    rules = hub.root / "rules.json"
    rules.write_text(json.dumps(RULES), "utf-8")
    preview = command(hub, "quarantine", "preview", "--source", "fasttrack", "--mapping", str(rules))
    assert command(hub, "quarantine", "publish", "fasttrack", "--mapping", str(rules))["version"] == 1
    plan = command(hub, "quarantine", "redrive", "--source", "fasttrack", "--pace", str(PACE))
    job_id = command(hub, "quarantine", "redrive", "--plan", plan["plan_id"])["outcome"]["job_id"]
    killed_at = []
    for name in ("control", "vault", "control", "shard-0"):
        hub.kill(name)
        killed_at.append(lane(hub.root))
        hub.await_line("process.ready", name=name)
    watched = countroom("job", "watch", job_id, "--json", "--data-dir", str(hub.root))
    return preview, plan["count"], killed_at, watched


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A hub refuses three hundred bets, redrives them while it is killed, takes two more, and is stopped."""
    with HubProcess(tmp_path_factory.mktemp("hub") / "data") as hub:
        key = hub.key()
        assert {hub.post(CASINO, odd(number), key=key)[0] for number in range(RECEIPTS)} == {400}
        preview, planned, killed_at, watched = redriven_under_kills(hub)
        balance = settled(hub)
        told = Told(
            root=hub.root,
            preview=preview,
            planned=planned,
            killed_at=killed_at,
            watched=watched,
            items=lane(hub.root),
            balance=balance,
            turnovers=[turnover(hub, player) for player in range(PLAYERS)],
            group=command(hub, "quarantine", "list")["groups"][0],
            afterwards=[hub.post(CASINO, odd(number), key=key)[0] for number in (1, RECEIPTS)],
            balance_afterwards=settled(hub),
        )
        hub.stop()
    return told


def test_a_preview_says_before_what_becomes_of_it(told: Told) -> None:
    found = told.preview

    assert (found["decode"], found["still_fail"], found["players"]) == (RECEIPTS, 0, PLAYERS)
    assert told.planned == RECEIPTS


def test_a_job_that_is_killed_goes_on_by_itself_and_logs_everything_once(told: Told) -> None:
    assert told.watched.returncode == 0, told.watched.stderr
    job = json.loads(told.watched.stdout)
    assert told.killed_at[-1] < RECEIPTS, "the redrive ended before the kills did"
    assert (job["state"], job["done"], job["failed"]) == ("done", RECEIPTS, 0)
    assert told.items == RECEIPTS


def test_the_books_balance_and_every_player_has_what_is_his(told: Told) -> None:
    balance = told.balance

    assert (balance["received"], balance["folded"], balance["duplicates"]) == (RECEIPTS, RECEIPTS, 0)
    assert balance["unaccounted"] == 0
    assert told.turnovers == [str(5 * RECEIPTS // PLAYERS)] * PLAYERS


def test_the_group_is_resolved(told: Told) -> None:
    group = told.group

    assert (group["status"], group["waiting"], group["redriven"]) == ("resolved", 0, RECEIPTS)


def test_the_intake_reads_by_the_mapping_and_what_was_redriven_is_a_repeat(told: Told) -> None:
    balance = told.balance_afterwards

    assert told.afterwards == [200, 200]
    assert (balance["folded"], balance["duplicates"], balance["unaccounted"]) == (RECEIPTS + 1, 1, 0)


def test_what_was_redriven_is_folded_alike_when_it_is_replayed(told: Told) -> None:
    ended = countroom("replay", "--check", "--json", "--data-dir", str(told.root))

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_no_personal_value_lies_open(told: Told) -> None:
    assert search(told.root, [NOTE]) == []
