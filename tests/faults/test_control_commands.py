"""Links, keys with scopes, players by e-mail, events explained and followed: on a hub that runs, and on it stopped."""

import json
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from countroom.cli import main
from tests.faults.hub_process import BRAND, HubProcess, countroom

PARTNER = """
[partners.faceit]
kind = "faceit"
url = "http://127.0.0.1:9/events"
key_file = "faceit.key"
platform = "lucky"
"""
BET = {
    "activity_id": "bet-1", "amount": 5, "currency": "EUR", "game_id": "g1", "origin": "lucky.example",
    "round_id": "r1", "timestamp": "2026-03-04T10:00:00Z", "type": "Bet", "user_id": "4711", "vendor_id": "7",
}  # fmt: skip
REGISTRATION = {
    "user_id": "4711", "origin": "lucky.example", "currency": "EUR", "country": "MT",
    "timestamp": "2026-03-04T09:00:00Z", "email": "ann.seeded@example.com",
}  # fmt: skip


class Hub:
    """A hub and commands on it."""

    def __init__(self, process: HubProcess) -> None:
        self.process = process
        self.root = process.root

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """In this process: each start of an interpreter would cost half a second."""
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            status = main.status_of([*arguments, "--data-dir", str(self.root)])
        return status, out.getvalue(), err.getvalue()

    def await_kind(self, kind: str) -> None:
        """Returns when the player's timeline has such an entry: an admin row settles before it is folded."""
        last_s = time.monotonic() + 30
        while kind not in {entry["kind"] for entry in self.json("player", "timeline", "lucky/4711")["timeline"]}:
            assert time.monotonic() < last_s, kind

    def json(self, *arguments: str) -> Any:
        status, out, err = self.run(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A player has registered and bet, twice with one message, and is linked."""
    root = tmp_path_factory.mktemp("hub") / "data"
    root.mkdir()
    (root / "faceit.key").write_text("k3y", "utf-8")
    with HubProcess(root, config=BRAND + PARTNER) as process:
        key = process.key()
        told = [process.post("/v2/integration/user", REGISTRATION, key=key)]
        told += [process.post("/v1/integration/casino", BET, key=key) for _ in range(2)]
        assert [status for status, _ in told] == [200, 200, 200]
        hub = Hub(process)
        hub.json("link", "add", "lucky/4711", "faceit", "--account", "a-1", "--reason", "ticket 7")
        hub.await_kind("link")
        yield hub


def test_a_player_is_found_by_his_e_mail_which_is_in_no_argument(hub: Hub) -> None:
    where = ("--data-dir", str(hub.root))

    assert countroom("player", "find", "--email", *where, given="Ann.Seeded@example.com\n").stdout == "lucky/4711\n"
    unknown = countroom("player", "find", "--email", *where, given="bob@example.com\n")
    assert (unknown.returncode, unknown.stdout, "bob@example.com" in unknown.stderr) == (4, "", False)


def test_the_way_of_a_bet_is_told_as_a_tree(hub: Hub) -> None:
    status, out, err = hub.run("event", "why", "bet-1", "--player", "lucky/4711")

    assert status == 0, err
    assert out.startswith("bet_placed  player lucky/4711  at 2026-03-04 10:00:00.000")
    for part in ("received   by fasttrack", "decoded    fasttrack CASINO", "folded", "round r1: open", "duplicate"):
        assert part in out
    [story] = hub.json("event", "why", "bet-1")["stories"]
    assert story["received"]["logged_at"] >= story["received"]["at"]


def test_of_two_bets_of_one_instant_each_tells_its_own_delivery_its_tries_and_when_it_is_tried_next(hub: Hub) -> None:
    key = hub.process.key()
    hub.json("link", "add", "lucky/twin", "faceit")
    _until_linked(hub, "lucky/twin")
    for name in ("twin-1", "twin-2"):
        twin = {"user_id": "twin", "activity_id": name, "round_id": name, "timestamp": "2026-03-04T11:00:00Z"}
        assert hub.process.post("/v1/integration/casino", BET | twin, key=key)[0] == 200

    first, second = (_delivered(hub, name) for name in ("twin-1", "twin-2"))

    assert (first["signal"], second["signal"]) == ("bet_placed", "bet_placed")
    assert first["delivery"] < second["delivery"]
    assert second["next"]["why"] == f"waiting behind delivery {first['delivery']} of the same player"
    tries = hub.json("event", "why", "twin-1")["stories"][0]["delivered"][0]["tries"]
    assert all(set(tried) >= {"at", "latency_ms", "said"} for tried in tries)


def test_an_event_is_got_as_it_came(hub: Hub) -> None:
    assert hub.json("event", "get", "bet-1")["payload"]["amount"] == 5


def test_what_came_is_followed_from_the_last_few_on(hub: Hub) -> None:
    status, out, _ = hub.run("tail", "events", "--once", "--jsonl")

    kinds = {json.loads(line)["events"][0]["type"] for line in out.splitlines()}
    assert (status, kinds) == (0, {"profile_stated", "bet_placed", "linked"})
    assert "bet_placed" in hub.run("tail", "events", "--once")[1]
    assert "CASINO" in hub.run("tail", "receipts", "--once")[1]


def test_the_lists_of_a_player_are_shown(hub: Hub) -> None:
    kinds = {entry["kind"] for entry in hub.json("player", "timeline", "lucky/4711")["timeline"]}
    assert {"bet", "session", "profile", "link"} <= kinds
    assert [r["round_id"] for r in hub.json("player", "rounds", "lucky/4711")["rounds"]] == ["r1"]
    assert len(hub.json("player", "sessions", "lucky/4711")["sessions"]) == 1
    assert [t["day"] for t in hub.json("player", "totals", "lucky/4711")["totals"]] == ["2026-03-04"]
    for what in ("timeline", "rounds", "sessions", "totals"):
        assert hub.run("player", what, "lucky/4711")[0] == 0


def test_no_personal_value_is_in_any_answer(hub: Hub) -> None:
    for arguments in (
        ("player", "timeline", "lucky/4711"),
        ("event", "get", "4711"),
        ("event", "why", "bet-1"),
        ("audit", "list"),
        ("tail", "events", "--once"),
    ):
        assert "ann.seeded" not in "".join(map(str, hub.run(*arguments, "--json"))).lower()


def test_a_key_opens_what_its_scope_says_and_nothing_more(hub: Hub, tmp_path: Path) -> None:
    made = hub.json("key", "create", "--scope", "read", "--name", "reader")
    token = tmp_path / "token"
    token.write_text(made["key"], "ascii")
    at = ("--url", hub.process.endpoints.api.url, "--token-file", str(token))

    assert countroom("link", "list", *at).returncode == 0
    denied = countroom("link", "add", "lucky/9", "faceit", *at)
    assert (denied.returncode, "--scope operate" in denied.stderr) == (6, True)

    hub.run("key", "revoke", made["key_id"])
    assert countroom("link", "list", *at).returncode == 6


def test_the_partner_is_shown_with_how_he_stands(hub: Hub) -> None:
    [partner] = hub.json("partner", "list")["partners"]

    linked = hub.json("link", "list", "--state", "linked")["links"]
    assert (partner["partner"], partner["links"]["linked"]) == ("faceit", len(linked))
    hub.json("partner", "pause", "faceit", "--reason", "maintenance")
    assert hub.json("partner", "show", "faceit")["state"] == "paused"
    hub.json("partner", "resume", "faceit", "--reason", "over")
    assert {row["act"] for row in hub.json("audit", "list", "--target", "faceit")["audit"]} == {
        "partner.pause",
        "partner.resume",
    }


def test_what_the_hub_knows_its_files_know_when_it_is_stopped(tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    (root / "faceit.key").write_text("k3y", "utf-8")
    asked = [
        ("link", "list"),
        ("key", "list"),
        ("audit", "list"),
        ("event", "find", "bet-1"),
        ("event", "why", "bet-1"),
    ]
    asked += [("player", what, "lucky/4711") for what in ("show", "timeline", "rounds", "sessions", "totals")]
    asked += [("settings", "show"), ("audit", "verify")]
    with HubProcess(root, config=BRAND + PARTNER) as process:
        assert process.post("/v1/integration/casino", BET, key=process.key())[0] == 200
        hub = Hub(process)
        hub.json("link", "add", "lucky/4711", "faceit")
        _until_linked(hub)
        while hub.json("key", "list")["keys"][0]["last_used_at"] is None:
            pass  # The intake tells of a first use within half a second.
        running = [hub.json(*arguments) for arguments in asked]
        process.stop()
        stopped = [hub.json(*arguments) for arguments in asked]

    for arguments, was, found in zip(asked, running, stopped, strict=True):
        assert _less_delivered(found) == _less_delivered(was), arguments


def _until_linked(hub: Hub, player: str = "lucky/4711") -> None:
    """The fold takes a link a quarter of a second after it was logged."""
    while '"link": "l-' not in hub.run("player", "show", player, "--json")[1]:
        pass


def _delivered(hub: Hub, event_id: str) -> Any:
    """The one delivery of an event, once delivery has taken it out of the outbox."""
    last_s = time.monotonic() + 30
    while True:
        stories = hub.json("event", "why", event_id)["stories"] if hub.run("event", "find", event_id)[0] == 0 else []
        told = [one for story in stories for one in story.get("delivered", ()) if "delivery" in one]
        if told:
            [found] = told
            return found
        assert time.monotonic() < last_s, stories


def _less_delivered(found: Any) -> Any:
    """What only a running hub knows is left away."""
    for story in found.get("stories", ()):
        story.pop("delivered", None)
    return found


def test_links_asked_for_while_the_control_process_is_killed_stand_as_they_were_answered(tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    (root / "faceit.key").write_text("k3y", "utf-8")
    answered: dict[str, str] = {}
    with HubProcess(root, config=BRAND + PARTNER) as process:
        hub = Hub(process)
        for number in range(12):
            player = f"lucky/{number}"
            if number % 3 == 2:
                process.kill("control")
            status, out, _ = hub.run("link", "add", player, "faceit", "--account", f"a-{number}")
            while status != 0:
                status, out, _ = hub.run("link", "add", player, "faceit", "--account", f"a-{number}")
            answered[player] = out.strip()
        for player in answered:
            _until_linked(hub, player)
        process.stop()

    listed = {f"{k['brand']}/{k['player']}": k for k in hub.json("link", "list")["links"]}
    assert {player: link["link_id"] for player, link in listed.items()} == answered
    assert hub.json("audit", "verify")["holds"]
    for player, link_id in answered.items():
        assert [link["link"] for link in hub.json("player", "show", player)["links"]] == [link_id]
