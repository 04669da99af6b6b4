"""The quarantine from the command line, on the files of a hub that is stopped: everything but what needs the vault."""

from pathlib import Path

import pytest

from countroom.cli.exits import Status
from tests.unit.cli.commands import Commands, alone
from tests.unit.runtime.mending_hub import bet, mending_hub

RULES = """
[[rules]]
do = "rename"
field = "$.amt"
to = "$.amount"
"""


@pytest.fixture
def commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A hub that refused three messages, and is stopped."""
    alone(tmp_path, monkeypatch)
    with mending_hub(tmp_path / "data") as hub:
        hub.post(*(bet(f"b{n}", amount=None, wager_amount=None, amt=5) for n in range(3)))
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    (tmp_path / "rules.json").write_text('[{"do": "default", "field": "$.amount", "value": 1}]', "utf-8")
    return Commands(tmp_path / "data", capsys)


def test_groups_are_listed_shown_and_sampled(commands: Commands) -> None:
    group = commands.group()

    assert group["group"] in commands.run("quarantine", "list")[1]
    assert group["fingerprint"] in commands.run("quarantine", "show", group["group"])[1]
    assert "expected the required field" in commands.run("quarantine", "show", group["example"])[1]
    assert len(commands.json("quarantine", "sample", group["group"], "--limit", "2")["receipts"]) == 2
    assert commands.json("quarantine", "list", "--status", "resolved")["groups"] == []


def test_what_people_decide_is_kept_under_their_name(commands: Commands) -> None:
    name = commands.group()["group"]
    for act, more, status in [
        ("ack", (), "acknowledged"),
        ("ignore", ("--count", "5"), "ignored"),
        ("resolve", ("--reason", "repaired"), "resolved"),
        ("reopen", (), "open"),
    ]:
        assert commands.json("quarantine", act, name, *more)["status"] == status
    story = commands.json("quarantine", "show", name)
    assert {row["who"] for row in story["activity"]} == {"command (ann)"}
    assert [row["act"] for row in story["activity"]] == [
        "quarantine.reopen", "quarantine.resolve", "quarantine.ignore", "quarantine.ack",
    ]  # fmt: skip


def test_a_group_cannot_be_merged_into_itself(commands: Commands) -> None:
    name = commands.group()["group"]

    assert commands.run("quarantine", "merge", name, name)[0] == Status.FAILURE
    assert commands.run("quarantine", "unmerge", name)[0] == Status.FAILURE


def test_versions_of_a_mapping_are_published_listed_shown_and_compared(commands: Commands) -> None:
    assert commands.run("quarantine", "publish", "ft", "--mapping", "rules.toml")[1].strip() == "1"
    assert commands.run("quarantine", "publish", "ft", "--mapping", "rules.json")[1].strip() == "2"
    assert commands.run("quarantine", "publish", "ft", "--mapping", "rules.json", "--replace")[1].strip() == "3"

    listed = commands.json("mapping", "list")["mappings"]
    assert [(m["version"], len(m["rules"]), m["is_newest"]) for m in listed] == [
        (3, 1, True), (2, 2, False), (1, 1, False),
    ]  # fmt: skip
    assert commands.run("mapping", "show", "ft")[1].splitlines()[-1] == "default $.amount value=1"
    status, out, _ = commands.run("mapping", "diff", "ft", "1")
    assert (status, out.splitlines()) == (
        Status.PROBLEMS,
        ['- rename $.amt to="$.amount"', "+ default $.amount value=1"],
    )
    assert commands.run("mapping", "diff", "ft", "3")[0] == Status.FINE
    assert commands.run("mapping", "show", "ft", "9")[0] == Status.NOT_FOUND


def test_a_file_that_holds_no_rules_says_so(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}", "utf-8")
    (tmp_path / "odd.toml").write_text("rules = ", "utf-8")
    for name in ("odd.json", "odd.toml", "nowhere.json"):
        assert commands.run("quarantine", "publish", "ft", "--mapping", name)[0] == Status.USAGE


def test_a_rule_that_cannot_be_is_named(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('[{"do": "rename", "field": "amt", "to": "$.amount"}]', "utf-8")

    status, _, err = commands.run("quarantine", "publish", "ft", "--mapping", "odd.json")

    assert (status, "rules[0]: expected a path" in err) == (Status.USAGE, True)


def test_redriving_is_planned_then_made_a_job_that_waits_for_the_hub(commands: Commands) -> None:
    name = commands.group()["group"]
    status, out, err = commands.run("quarantine", "redrive", name, "--pace", "50")
    assert (status, "3 receipts would be redriven" in err) == (Status.FINE, True)
    status, out, err = commands.run("quarantine", "redrive", "--plan", out.strip(), "--reason", "ticket 7")
    job_id = out.strip()

    assert "3 receipts" in err
    job = commands.json("job", "show", job_id)
    assert (job["state"], job["total"], job["pace"], job["reason"]) == ("waiting", 3, 50, "ticket 7")
    assert [j["job_id"] for j in commands.json("job", "list", "--kind", "redrive")["jobs"]] == [job_id]
    for act, more, state in [
        ("pause", (), "paused"), ("resume", (), "waiting"), ("pace", ("9",), "waiting"), ("cancel", (), "cancelled"),
    ]:  # fmt: skip
        assert commands.json("job", act, job_id, *more)["state"] == state
    status, out, _ = commands.run("job", "watch", job_id)
    assert (status, out.startswith("cancelled: 0 of 3")) == (Status.FAILURE, True)


def test_a_preview_needs_the_vault_and_so_a_hub_that_runs(commands: Commands) -> None:
    assert commands.run("quarantine", "preview", "--source", "ft", "--mapping", "rules.toml")[0] == Status.UNREACHABLE


def test_receipts_are_given_up_one_by_one_and_in_two_steps(commands: Commands) -> None:
    group = commands.group()
    assert commands.run("quarantine", "discard", group["example"], "--reason", "a test")[0] == Status.FINE
    assert commands.run("quarantine", "discard", group["group"])[0] == Status.USAGE
    _, out, err = commands.run("quarantine", "discard", group["group"], "--reason", "a test")
    assert "2 receipts would be given up" in err
    status, told, _ = commands.run("quarantine", "discard", "--plan", out.strip(), "--reason", "a test")

    assert (status, told.strip(), commands.group()["discarded"]) == (Status.FINE, "2 given up", 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("quarantine", "show", "q-0000000000"),
        ("quarantine", "ack", "q-0000000000"),
        ("quarantine", "redrive", "q-0000000000"),
        ("quarantine", "discard", "rest.ft.99", "--reason", "x"),
        ("job", "show", "job_none"),
        ("mapping", "show", "ft"),
    ],
)
def test_what_is_not_there_ends_with_4(commands: Commands, arguments: tuple[str, ...]) -> None:
    assert commands.run(*arguments)[0] == Status.NOT_FOUND
