"""Commands on the data directory of a hub that is stopped."""

import json
from pathlib import Path
from typing import Any

import pytest

from countroom.cli import main
from countroom.cli.exits import Status


class Commands:
    """Commands on one data directory."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        status = main.status_of([*arguments, "--data-dir", str(self.root)])
        told = self._capsys.readouterr()
        return status, told.out, told.err

    def json(self, *arguments: str) -> Any:
        status, out, err = self.run(*arguments, "--json")
        assert status == Status.FINE, err
        return json.loads(out)

    def group(self) -> dict[str, Any]:
        [group] = self.json("quarantine", "list")["groups"]
        found: dict[str, Any] = group
        return found


def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder as `ann`, with nothing said by the environment."""
    monkeypatch.chdir(folder)
    for name in ("COUNTROOM_DATA_DIR", "COUNTROOM_CONFIG", "COUNTROOM_URL", "COUNTROOM_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "ann")
