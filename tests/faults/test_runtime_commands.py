"""The commands against a hub that runs, and against the same data when it is stopped: answers, and exit statuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hub_process import HubProcess, countroom
from tests.faults.leaks import search

BET = {
    "activity_id": "bet-1",
    "amount": 5,
    "currency": "EUR",
    "game_id": "g1",
    "origin": "lucky.example",
    "round_id": "r1",
    "timestamp": "2026-03-04T10:00:00Z",
    "type": "Bet",
    "user_id": "4711",
    "vendor_id": "7",
    "note": "call him at home",
}
CASINO = "/v1/integration/casino"


@pytest.fixture(scope="module", params=["running", "stopped"])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with a bet, a repeat of it, a conflict with it, and a broken message."""
    root = tmp_path_factory.mktemp("hub") / "data"
    with HubProcess(root) as hub:
        key = hub.key()
        told = [hub.post(CASINO, BET, key=key), hub.post(CASINO, BET, key=key)]
        told += [hub.post(CASINO, BET | {"amount": 6}, key=key), hub.post(CASINO, BET | {"amount": "NaN"}, key=key)]
        assert [status for status, _ in told] == [200, 200, 200, 400]
        if request.param == "stopped":
            hub.stop()
        yield root


def command(data: Path, *arguments: str) -> Any:
    ended = countroom(*arguments, "--json", "--data-dir", str(data))
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_status_accounts_for_every_item(data: Path) -> None:
    assert command(data, "status")["balance"] == {
        "received": 3,
        "duplicates": 1,
        "folded": 1,
        "refused": 1,
        "in_flight": 0,
        "unaccounted": 0,
    }


def test_a_player_is_shown_with_what_came_of_the_bet(data: Path) -> None:
    shown = command(data, "player", "show", "lucky/4711")

    assert shown["totals"]["life"]["casino"]["EUR"]["turnover"] == {"real": "5"}
    assert [r["round_id"] for r in shown["rounds"]] == ["r1"]


def test_a_player_is_shown_to_people_too(data: Path) -> None:
    shown = countroom("player", "show", "lucky/4711", "--data-dir", str(data))

    assert shown.returncode == 0
    assert "r1" in shown.stdout


def test_an_event_is_found_by_its_id_as_often_as_it_was_logged(data: Path) -> None:
    found = command(data, "event", "find", "bet-1")["events"]

    assert [hit["events"][0]["type"] for hit in found] == ["bet_placed"] * 3


def test_what_was_refused_is_listed_in_groups_whoever_refused_it(data: Path) -> None:
    groups = command(data, "quarantine", "list")["groups"]

    assert {(group["reason"], group["example"].partition(".")[0]) for group in groups} == {
        ("bad_amount", "rest"),
        ("conflicting_duplicate", "shard"),
    }


def test_a_refusal_is_shown_without_what_may_be_personal(data: Path) -> None:
    for group in command(data, "quarantine", "list")["groups"]:
        shown = countroom("quarantine", "show", group["example"], "--data-dir", str(data))

        assert group["reason"] in shown.stdout
        assert "call him at home" not in shown.stdout


def test_keys_are_listed_without_secrets_and_can_be_taken_back(data: Path) -> None:
    made = command(data, "key", "create", "--label", "second")
    assert made["key"].startswith("cr_")

    countroom("key", "revoke", made["key_id"], "--data-dir", str(data))

    listed = countroom("key", "list", "--json", "--data-dir", str(data)).stdout
    assert made["key"] not in listed
    assert [k["revoked_at"] is not None for k in json.loads(listed)["keys"] if k["label"] == "second"] == [True]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("player", "show", "lucky/nobody"), 4),
        (("player", "show", "nobody"), 2),
        (("event", "find", "no-such-event"), 4),
        (("quarantine", "show", "rest.fasttrack.999"), 4),
        (("quarantine", "show", "nonsense"), 4),
        (("key", "revoke", "key_none"), 4),
        (("key", "create", "--brand", "elsewhere"), 2),
        (("replay",), 2),
    ],
)
def test_a_command_that_cannot_do_what_is_asked_says_so_with_its_status(
    data: Path, arguments: tuple[str, ...], status: int
) -> None:
    ended = countroom(*arguments, "--data-dir", str(data))

    assert ended.returncode == status, ended.stderr
    assert ended.stderr.startswith("countroom: ")


def test_metrics_show_the_balance_and_no_id(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        hub.post(CASINO, BET, key=hub.key())
        status, text = hub.get("/metrics")

    assert status == 200
    assert "countroom_balance_unaccounted_events 0.0" in text
    assert 'countroom_process_up{process="vault"} 1.0' in text
    assert "4711" not in text


def test_the_admin_api_answers_nobody_without_the_token(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        status, text = hub.get("/api/players/lucky/4711")

    assert status == 401
    assert json.loads(text)["code"] == "CR-1001"


def test_a_simulation_reaches_a_hub_and_is_answered(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        ended = countroom(
            "simulate", "--key-file", "-", "--seconds", "2", "--events", "200", "--per-second", "400",
            "--json", "--data-dir", str(hub.root), given=hub.key(),
        )  # fmt: skip

    told = json.loads(ended.stdout)
    assert told["sent"] == told["accepted"] + sum(told["refused"].values())
    assert (ended.returncode, told["failed"]) == (0, 0)


def test_no_file_of_the_hub_nor_its_log_holds_a_personal_value(tmp_path: Path) -> None:
    personal = {"email": "ann.seeded@example.com", "first_name": "Annseeded", "address": "12 Seeded Street"}
    registration = {"user_id": "4711", "origin": "lucky.example", "currency": "EUR", "country": "MT"}
    registration |= {"timestamp": "2026-03-04T09:00:00Z"} | personal
    with HubProcess(tmp_path / "data") as hub:
        key = hub.key()
        told = [
            hub.post("/v2/integration/user", registration, key=key),
            hub.post(CASINO, BET | {"note": "ask Annseeded"}, key=key),
            hub.post(CASINO, BET | {"amount": "NaN", "meta": personal}, key=key),
        ]
        hub.process.terminate()
        assert hub.process.stderr is not None
        (hub.root / "log.txt").write_text(hub.process.stderr.read(), "utf-8")

    assert [status for status, _ in told] == [200, 200, 400], told
    assert search(tmp_path / "data", [*personal.values(), "ask Annseeded"]) == []
