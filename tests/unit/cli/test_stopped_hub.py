"""Commands on the files of a hub that is stopped: the same questions, the same answers, and what is changed stays."""

import json
from pathlib import Path

import msgspec
import pytest

from countroom.cli.exits import Status
from countroom.config.settings import HubSection
from countroom.runtime.place import Place
from countroom.stores.embedded.control_db import LAYOUT
from countroom.stores.embedded.sqlite import open_writer
from tests.unit.cli.commands import Commands, alone
from tests.unit.runtime.small_hub import SETTINGS


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A hub that was run once, and is stopped."""
    alone(tmp_path, monkeypatch)
    place = Place(tmp_path / "data")
    place.root.mkdir()
    place.found(msgspec.structs.replace(SETTINGS, hub=HubSection(shards=1)))
    return Commands(place.root, capsys)


def test_a_link_is_added_listed_shown_and_removed(files: Commands) -> None:
    status, out, _ = files.run("link", "add", "lucky/4711", "faceit", "--account", "a-1", "--reason", "ticket 7")
    link_id = out.strip()

    assert (status, link_id[:2]) == (0, "l-")
    assert [link["account"] for link in files.json("link", "list", "--player", "lucky/4711")["links"]] == ["a-1"]
    assert files.json("link", "remove", link_id)["state"] == "unlinked"
    story = files.json("link", "show", link_id)["history"]
    assert [(step["state"], step["by"], step["cause"]) for step in story] == [
        ("linked", "command (ann)", "ticket 7"),
        ("unlinked", "command (ann)", ""),
    ]
    assert "ticket 7" in files.run("link", "show", link_id)[1]
    assert link_id in files.run("link", "list")[1]


def test_a_second_claim_says_what_to_do(files: Commands) -> None:
    link_id = files.run("link", "add", "lucky/4711", "faceit", "--account", "a-1")[1].strip()

    status, _, err = files.run("link", "add", "lucky/9", "faceit", "--account", "a-1")

    assert status == Status.FAILURE
    assert f"= help: end that one first: 'countroom link remove {link_id}'" in err


def test_many_links_are_removed_in_two_steps(files: Commands) -> None:
    for number in range(3):
        files.run("link", "add", f"lucky/{number}", "faceit")
    _, out, err = files.run("link", "remove-many", "faceit")
    plan = out.strip()

    assert "3 links would end" in err
    assert files.run("link", "remove-many", "faceit", "--plan", plan)[1] == "3 links ended\n"
    assert files.run("link", "remove-many", "faceit", "--plan", plan)[0] == Status.FAILURE
    assert {link["state"] for link in files.json("link", "list")["links"]} == {"unlinked"}


def test_a_plan_of_another_act_is_not_run(files: Commands) -> None:
    files.run("link", "add", "lucky/1", "faceit")
    plan = files.run("link", "remove-many", "faceit")[1].strip()

    for command in (
        ("quarantine", "redrive", "--plan", plan),
        ("quarantine", "discard", "--reason", "x", "--plan", plan),
    ):
        status, _, err = files.run(*command)
        assert (status, "it is one to do links.remove" in err) == (Status.FAILURE, True), err
    assert {link["state"] for link in files.json("link", "list")["links"]} == {"linked"}


def test_who_links_a_player_that_nobody_has_heard_of_is_warned_also_when_quiet(files: Commands) -> None:
    status, out, err = files.run("link", "add", "lucky/1", "faceit", "--quiet")

    assert (status, out.startswith("l-")) == (0, True)
    assert err.startswith("warning: nothing was ever received of player lucky/1")


def test_the_audit_log_holds_until_a_row_is_altered(files: Commands) -> None:
    files.run("link", "add", "lucky/1", "faceit")
    files.run("key", "create", "--scope", "read", "--name", "reader")
    assert [row["act"] for row in files.json("audit", "list")["audit"]] == ["key.create", "link.add"]
    assert [row["act"] for row in files.json("audit", "list", "--act", "link")["audit"]] == ["link.add"]
    assert "link.add" in files.run("audit", "list")[1]
    found = files.json("audit", "verify")
    assert (found["holds"], found["rows"]) == (True, 2)

    database = open_writer(files.root / "control.db", LAYOUT)
    database.rows("UPDATE audit SET reason = 'none of your business' WHERE number = 1")
    database.close()

    status, out, _ = files.run("audit", "verify")
    assert (status, "row 1: the hash does not fit" in out) == (Status.PROBLEMS, True)


def test_rows_cut_off_at_the_end_are_found_by_a_tip_that_was_kept(files: Commands) -> None:
    for number in range(3):
        files.run("link", "add", f"lucky/{number}", "faceit")
    found = files.json("audit", "verify")
    tip = f"{found['rows']}:{found['tip']}"
    assert files.run("audit", "verify", "--expect", tip)[0] == Status.FINE

    database = open_writer(files.root / "control.db", LAYOUT)
    database.rows("DELETE FROM audit WHERE number = 3")
    database.close()

    assert files.run("audit", "verify")[0] == Status.FINE
    assert files.run("audit", "verify", "--expect", tip)[0] == Status.PROBLEMS
    files.run("link", "add", "lucky/9", "faceit")
    assert files.run("audit", "verify", "--expect", tip)[0] == Status.PROBLEMS


def test_a_key_of_the_admin_api_is_made_with_its_scope(files: Commands) -> None:
    made = files.json("key", "create", "--scope", "operate", "--label", "console")

    [listed] = files.json("key", "list")["keys"]
    assert (listed["scope"], listed["label"], listed["source"]) == ("operate", "console", "")
    assert made["key"] not in json.dumps(listed)
    assert "console" in files.run("key", "list")[1]


def test_settings_are_shown_with_where_they_come_from(files: Commands) -> None:
    configured = {s["key"]: s["value"] for s in files.json("settings", "show", "--configured")["settings"]}

    assert configured["brands.happy.time_zone"] == "Europe/Malta"
    assert "rest.port" not in configured
    assert "rest.port" in files.run("settings", "show")[1]


def test_partners_are_listed_with_their_links(files: Commands) -> None:
    files.run("link", "add", "lucky/1", "faceit")

    assert [(p["partner"], p["links"]["linked"]) for p in files.json("partner", "list")["partners"]] == [("faceit", 1)]
    assert "faceit" in files.run("partner", "list")[1]
    assert files.run("partner", "show", "faceit")[0] == Status.FINE


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("link", "show", "l-none"), Status.NOT_FOUND),
        (("link", "remove", "l-none"), Status.NOT_FOUND),
        (("link", "add", "lucky/1", "nobody"), Status.USAGE),
        (("link", "remove-many", "faceit", "--plan", "plan_none"), Status.NOT_FOUND),
        (("partner", "show", "nobody"), Status.NOT_FOUND),
        (("player", "timeline", "lucky/1"), Status.NOT_FOUND),
        (("event", "why", "nothing"), Status.NOT_FOUND),
        (("event", "get", "nothing"), Status.NOT_FOUND),
        (("audit", "list", "--since", "yesterday"), Status.USAGE),
        (("delivery", "list"), Status.UNREACHABLE),
        (("partner", "pause", "faceit", "--reason", "x"), Status.UNREACHABLE),
        (("tail", "events"), Status.UNREACHABLE),
    ],
)
def test_what_cannot_be_done_ends_with_its_status(files: Commands, arguments: tuple[str, ...], status: Status) -> None:
    found, out, err = files.run(*arguments)

    assert (found, out) == (status, "")
    assert err.startswith("countroom: ")


def test_brands_and_sources_are_listed_and_one_that_is_none_is_not_found(files: Commands) -> None:
    assert [brand["brand"] for brand in files.json("brand", "list")["brands"]] == ["lucky", "happy"]
    [source] = files.json("source", "list")["sources"]
    assert files.json("source", "show", source["source"]) == source
    status, out, _ = files.run("source", "list")
    assert (status, source["source"] in out) == (Status.FINE, True)
    status, _, err = files.run("source", "show", "nobody")
    assert (status, "countroom source list" in err) == (Status.NOT_FOUND, True)
