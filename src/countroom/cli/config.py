"""`countroom config check`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say


def check(*, file: Path | None = None, options: Annotated[Options, Parameter()] = USUAL) -> int:
    """Every mistake in the configuration file, a line each. Exit status 3 when there are any.

    Parameters
    ----------
    file:
        The file; else --config, else `countroom.toml` here.
    """
    from countroom.config.reading import FILE_NAME, faults, find_file

    path = find_file(file or options.config)
    if path is None:
        raise Stop(
            Status.NOT_FOUND,
            f"{FILE_NAME}: expected a configuration file here, found none",
            remedy="name it with --file",
        )
    found = faults(path)
    if options.json:
        document({"file": str(path), "mistakes": found})
    else:
        for line in found:
            say(line)
        if not found:
            say(f"{path}: nothing wrong")
    return int(Status.PROBLEMS if found else Status.FINE)
