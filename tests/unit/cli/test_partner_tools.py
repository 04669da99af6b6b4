"""The commands that need no hub: the vendor made up, and the list to agree on with him."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from countroom.cli import main
from countroom.cli.exits import Status

CONFIG = """
[brands.lucky]
[partners.faceit]
key_env = "FACEIT_KEY"
platform = "brand-a"
[[partners.faceit.events]]
slug = "deposit"
name = "deposit_done"
"""


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    file = tmp_path / "countroom.toml"
    file.write_text(CONFIG, "utf-8")
    return str(file)


def test_the_list_to_agree_on_names_what_is_sent(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.status_of(["partner", "events", "faceit", "--csv", "--config", config]) == Status.FINE
    table = capsys.readouterr().out
    assert main.status_of(["partner", "events", "faceit", "--json", "--config", config]) == Status.FINE
    document = json.loads(capsys.readouterr().out)

    assert "deposit_done,amount,amount (plain decimal),every time,yes\n" in table
    assert document["platform"] == "brand-a"
    assert "deposit_done" in [event["event"] for event in document["events"]]


def test_a_partner_that_is_not_configured_has_no_list(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.status_of(["partner", "events", "other", "--config", config]) == Status.NOT_FOUND
    assert "partners: faceit" in capsys.readouterr().err


def test_the_sandbox_says_where_it_is_and_at_the_end_what_came() -> None:
    command = [sys.executable, "-m", "countroom.cli.main", "sandbox", "faceit", "--port", "0", "--json", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        url = json.loads(child.stdout.readline())["url"]
        with urlopen(f"{url}/_sandbox/stats", timeout=10) as answer:
            assert json.load(answer)["requests"] == 0
        child.send_signal(signal.SIGTERM)
        ended = json.loads(child.stdout.readline())

    assert child.returncode == Status.FINE
    assert ended["taken"] == 0


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("delivery", "drop", "7", "--reason", " "), "Expected why, in words, found nothing"),
        (("delivery", "requeue", "7"), "--reason requires an argument"),
        (("partner", "pause", "faceit", "--reason", ""), "Expected why, in words, found nothing"),
        (("partner", "pace", "faceit", "ten", "--reason", "x"), "expected a number, 0 for no limit, or `configured`"),
        (("delivery", "list", "--state", "open"), "waiting"),
        (("delivery", "show", "first"), 'unable to convert "first" into int'),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_asked(
    command: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.status_of(list(command)) == Status.USAGE
    assert told in capsys.readouterr().err


def test_an_outage_must_be_a_length_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.status_of(["sandbox", "faceit", "--outage", "soon"]) == Status.USAGE
    assert "expected LENGTH@START such as 10s@30s" in capsys.readouterr().err
