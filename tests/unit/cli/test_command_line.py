"""The command line without any hub: help, usage, exit statuses, what goes where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from countroom.cli import main
from countroom.cli.exits import Status
from countroom.cli.shares import read_share

COMMANDS = [name for name, *_ in (*main.COMMANDS, *main.GROUPS)]
EVERY = [
    *((name,) for name, *_ in main.COMMANDS),
    *((name, sub) for name, _, subs in main.GROUPS if not isinstance(subs, str) for sub, *_ in subs),
    *((name,) for name, _, subs in main.GROUPS if isinstance(subs, str)),
]
REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "cli.md"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration and no data of somebody's lies here."""
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTROOM_DATA_DIR", "COUNTROOM_CONFIG", "COUNTROOM_URL", "COUNTROOM_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> int:
    return main.status_of(list(arguments))


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == Status.FINE

    told = capsys.readouterr().out
    assert [name for name in COMMANDS if f"│ {name} " not in told] == []


def test_help_imports_no_command() -> None:
    heavy = ("countroom.runtime", "countroom.config", "starlette", "uvicorn")
    code = (
        "import sys; from countroom.cli import main; main.status_of(['--help']);"
        f"print([name for name in sys.modules if name.startswith({heavy})])"
    )

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", EVERY)
def test_each_command_has_help_and_its_place_in_the_reference(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(*arguments, "--help") == Status.FINE

    assert capsys.readouterr().out.startswith(f"Usage: countroom {' '.join(arguments)}")
    has_line = f"| `countroom {' '.join(arguments)}" in REFERENCE.read_text("utf-8")
    assert has_line, "give it a line in docs/reference/cli.md"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("rnu",), Status.USAGE),
        (("run", "--prot", "1"), Status.USAGE),
        (("run", "--port", "many"), Status.USAGE),
        (("demo", "--late", "ten"), Status.USAGE),
        (("demo", "--sabotage", "burn"), Status.USAGE),
        (("run",), Status.FAILURE),
        (("status",), Status.NOT_FOUND),
        (("player", "show", "lucky/1"), Status.NOT_FOUND),
        (("player", "show", "1"), Status.USAGE),
        (("player", "find"), Status.USAGE),
        (("player", "find", "--email", "--phone"), Status.USAGE),
        (("link", "add", "1", "faceit"), Status.USAGE),
        (("link", "list"), Status.NOT_FOUND),
        (("key", "create", "--scope", "king"), Status.USAGE),
        (("delivery", "drop", "1"), Status.USAGE),
        (("partner", "pace", "faceit", "fast", "--reason", "x"), Status.USAGE),
        (("tail", "events"), Status.NOT_FOUND),
        (("config", "check"), Status.NOT_FOUND),
        (("run", "--config", "nowhere.toml"), Status.FAILURE),
        (("status", "--url", "http://127.0.0.1:1"), Status.USAGE),
        (("status", "--url", "http://127.0.0.1:1", "--token-file", "nowhere"), Status.NOT_ALLOWED),
        (("simulate", "--key-file", "nowhere", "--to", "http://127.0.0.1:1"), Status.FAILURE),
    ],
)
def test_what_cannot_be_done_ends_with_its_status_and_words_on_stderr_alone(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: Status
) -> None:
    assert run(*arguments) == status

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("countroom: ")


def test_a_hub_that_cannot_be_reached_is_7(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("t", "ascii")

    assert run("status", "--url", "http://127.0.0.1:1", "--token-file", str(token)) == Status.UNREACHABLE
    assert "does not answer" in capsys.readouterr().err


def test_a_file_with_mistakes_is_3_and_each_of_them_is_on_stdout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "countroom.toml").write_text("[hub]\nshards = 0\nfoo = 1\n", "utf-8")

    assert run("config", "check") == Status.PROBLEMS
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run("config", "check", "--json") == Status.PROBLEMS
    assert len(json.loads(capsys.readouterr().out)["mistakes"]) == 2


def test_a_file_without_mistakes_is_0(tmp_path: Path) -> None:
    (tmp_path / "countroom.toml").write_text("[brands.lucky]\n", "utf-8")

    assert run("config", "check") == Status.FINE


def test_every_exit_status_is_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")

    assert [status for status in Status if f"\n| {int(status)} | " not in text] == []


class Given:
    def __init__(self, value: str) -> None:
        self.value = value


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("100%", 1.0), ("0", 0.0), (" 2 %", 0.02)])
def test_a_share_is_read_as_percent_or_as_a_number(text: str, share: float) -> None:
    assert read_share(float, [Given(text)]) == pytest.approx(share)  # type: ignore[list-item]


@pytest.mark.parametrize("text", ["ten", "", "101%", "-1", "1.5", "nan"])
def test_what_is_no_share_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="expected a share"):
        read_share(float, [Given(text)])  # type: ignore[list-item]
