"""Flags that all commands share, and where the data lies."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.config.settings import Settings


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Options:
    """Flags that all commands share."""

    data_dir: Annotated[Path | None, Parameter(env_var="COUNTROOM_DATA_DIR")] = None
    """Where the hub keeps everything."""
    config: Annotated[Path | None, Parameter(env_var="COUNTROOM_CONFIG")] = None
    """The configuration file; `countroom.toml` here, if there is one."""
    url: Annotated[str | None, Parameter(env_var="COUNTROOM_URL")] = None
    """The admin API of a hub; found by the data directory when left away."""
    token_file: Annotated[Path | None, Parameter(env_var="COUNTROOM_TOKEN_FILE")] = None
    """The file with the admin token; needed beside --url."""
    json: Annotated[bool, Parameter(negative="")] = False
    """One JSON document on stdout, nothing for people."""
    jsonl: Annotated[bool, Parameter(negative="")] = False
    """Of what goes on and on: one JSON object per line."""
    quiet: Annotated[bool, Parameter(negative="", alias="-q")] = False
    """No progress and no remarks."""
    no_color: Annotated[bool, Parameter(negative="")] = False
    """No colours; the variable NO_COLOR does the same."""

    @property
    def has_color(self) -> bool:
        """True when colours are wanted."""
        return not self.no_color and not os.environ.get("NO_COLOR")

    def settings(self) -> tuple[Settings, Path]:
        """What is configured, and the data directory: --data-dir, else as configured beside the file.

        Raises:
            SettingsError: the file cannot be used.
        """
        from countroom.config.reading import beside, find_file, read_settings

        file = find_file(self.config)
        settings = read_settings(file)
        if file is not None:
            settings = beside(settings, file.parent.absolute())
        return settings, self.data_dir or (file.parent if file else Path()) / settings.hub.data_dir

    def place(self) -> Path:
        """The data directory.

        Raises:
            Stop: neither named nor configured, and not where it usually is.
            SettingsError: the configuration file cannot be used.
        """
        directory = self.data_dir or self.settings()[1]
        if not (directory / "hub.json").is_file():
            raise Stop(
                Status.NOT_FOUND,
                f"{directory}: expected the data directory of a hub, found none",
                remedy="name it with --data-dir, or make one: 'countroom run' or 'countroom demo'",
            )
        return directory


USUAL = Options()
