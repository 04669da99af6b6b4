"""Keys and certificates that partners' sections point to are looked at before any process is started."""

from pathlib import Path

import pytest

from countroom.cli import main
from countroom.cli.exits import Status
from countroom.config.reading import faults, refuse_unusable
from countroom.config.settings import PartnerSection, Settings
from countroom.core.errors import SettingsError

ANY_CASE = """
[partners.crm]
platform = "op"
key_file = "crm.key"
"""


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "countroom.toml"
    file.write_text(ANY_CASE, "utf-8")
    return file


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "expected a file with the partner's API key: No such file or directory"),
        (b"\xff\xfe", "expected a file with the partner's API key: not text in UTF-8"),
        (b" \n", "expected the partner's API key, found nothing"),
        (b"one\ntwo", "expected the partner's API key alone, one line of at most 4096 printable characters"),
        (b"k" * 4_097, "expected the partner's API key alone"),
    ],
)
def test_a_key_that_cannot_be_had_is_told_with_file_key_rule_and_remedy(
    file: Path, content: bytes | None, told: str
) -> None:
    key = file.with_name("crm.key")
    if content is not None:
        key.write_bytes(content)

    [line] = faults(file)

    assert line.startswith(f"countroom.toml: partners.crm.key_file: {key}: {told}")
    assert line.endswith("; put the key there, readable for the hub's user, or name another file")


def test_a_key_beside_the_file_is_fine_wherever_the_command_is_given(
    file: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.with_name("crm.key").write_text("k3y\n", "utf-8")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert faults(file) == []


def test_certificates_that_are_none_are_told(file: Path) -> None:
    file.write_text(ANY_CASE + 'ca_file = "ca.pem"\n', "utf-8")
    file.with_name("crm.key").write_text("k3y", "utf-8")
    file.with_name("ca.pem").write_text("no certificates", "utf-8")

    [line] = faults(file)

    assert line.startswith(f"countroom.toml: partners.crm.ca_file: {file.with_name('ca.pem')}: expected certificates")


def test_a_variable_is_asked_for_by_who_runs_the_hub_and_by_nobody_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[partners.crm]\nplatform = "op"\nkey_env = "NOBODY_SET_THIS"\n', "utf-8")
    settings = Settings(partners={"crm": PartnerSection(platform="op", key_env="NOBODY_SET_THIS")})

    assert faults(file) == []
    with pytest.raises(SettingsError, match=r"^countroom\.toml: partners\.crm\.key_env: variable NOBODY_SET_THIS: "):
        refuse_unusable(settings, file)
    monkeypatch.setenv("NOBODY_SET_THIS", "k3y")
    refuse_unusable(settings, file)


def test_a_hub_whose_partner_has_no_key_starts_no_process(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.status_of(["config", "check", "--config", str(file)]) == Status.PROBLEMS
    assert main.status_of(["run", "--config", str(file), "--port", "0", "--api-port", "0"]) == Status.FAILURE

    assert "partners.crm.key_file" in capsys.readouterr().err
    assert [path.name for path in file.parent.iterdir()] == ["countroom.toml"]
