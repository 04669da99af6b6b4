"""The command `countroom`. Commands are imported when they run: `--help` must be quick."""

import os
import sys
import zoneinfo
from typing import Final

from cyclopts import App, CycloptsError

from countroom import __version__
from countroom.cli.exits import Status, Stop
from countroom.core.errors import CountroomError, SettingsError, Unavailable

COMMANDS: Final = (
    ("run", "run:run", "Run the hub on a data directory, until it is told to stop."),
    ("demo", "demo:demo", "See it work: a hub, a made-up casino, and a verdict to the last digit."),
    ("simulate", "simulate:simulate", "Send a made-up casino's traffic to a hub."),
    ("status", "status:status", "Where everything stands, and whether the books balance."),
)
GROUPS: Final = (
    ("config", "The configuration file.", (("check", "config:check", "Every mistake in the file."),)),
    (
        "key",
        "Keys of those who send.",
        (
            ("create", "key:create", "Make a key. It is shown once."),
            ("list", "key:show_all", "All keys, without their secrets."),
            ("revoke", "key:revoke", "Take a key back."),
        ),
    ),
    ("player", "Players.", (("show", "player:show", "Everything computed for one player."),)),
    ("event", "Events.", (("find", "event:find", "Find an event by its id."),)),
    (
        "quarantine",
        "What could not be accepted.",
        (
            ("list", "quarantine:show_all", "Refusals in groups."),
            ("show", "quarantine:show", "One refusal, masked."),
        ),
    ),
    ("replay", "replay:replay", "Fold everything again from the logs, and compare."),
)
_EPILOGUE: Final = (
    "Exit statuses: 0 fine, 1 failure, 2 usage, 3 a check found problems, 4 not found, 5 partly done, "
    "6 not allowed, 7 cannot reach, 130 interrupted."
)


def application() -> App:
    """The command with all its sub-commands, none of them imported yet."""
    app = App(
        name="countroom",
        help="Countroom: player data in, counted once, delivered on.",
        help_epilogue=_EPILOGUE,
        version=__version__,
        result_action="return_value",
    )
    for name, place, says in COMMANDS:
        app.command(f"countroom.cli.{place}", name=name, help=says)
    for entry in GROUPS:
        name, what, rest = entry
        if isinstance(rest, str):
            app.command(f"countroom.cli.{what}", name=name, help=rest)
            continue
        group = App(name=name, help=what)
        for sub, place, says in rest:
            group.command(f"countroom.cli.{place}", name=sub, help=says)
        app.command(group)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its status."""
    sys.exit(status_of(sys.argv[1:] if arguments is None else arguments))


def status_of(arguments: list[str]) -> int:
    """Run the command; its exit status."""
    # Zones come from the locked package alone: what a day is must not depend on the machine.
    zoneinfo.reset_tzpath(to=[])
    try:
        result = application()(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _complain(Status.USAGE, str(error).strip(), remedy=_usage(arguments))
    except Stop as stop:
        return _complain(stop.status, stop.what, remedy=stop.remedy)
    except SettingsError as error:
        return _complain(Status.FAILURE, str(error))
    except Unavailable as error:
        return _complain(Status.UNREACHABLE, str(error))
    except CountroomError as error:
        return _complain(Status.FAILURE, str(error))
    except KeyboardInterrupt:
        return int(Status.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has seen enough; nothing may be written when Python closes stdout either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Status.FINE)
    return int(result) if isinstance(result, int) else int(Status.FINE)


def _complain(status: Status, what: str, *, remedy: str = "") -> int:
    lines = what.splitlines() or [what]
    sys.stderr.write("".join(f"countroom: {line}\n" if line else "\n" for line in lines))
    if remedy:
        sys.stderr.write(f"  = help: {remedy}\n")
    return int(status)


def _usage(arguments: list[str]) -> str:
    named = [word for word in arguments[:2] if not word.startswith("-")]
    return f"'{' '.join(['countroom', *named])} --help'"


if __name__ == "__main__":
    main()
