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
    ("settings", "What the hub runs with.", (("show", "settings:show", "Every setting, and where it comes from."),)),
    (
        "key",
        "Keys of those who send, and of those who use the admin API.",
        (
            ("create", "key:create", "Make a key. It is shown once."),
            ("list", "key:show_all", "All keys, without their secrets."),
            ("revoke", "key:revoke", "Take a key back."),
        ),
    ),
    (
        "player",
        "Players.",
        (
            ("show", "player:show", "Everything computed for one player."),
            ("find", "player:find", "Who has an e-mail or phone."),
            ("timeline", "player_lists:timeline", "What happened to a player, the latest first."),
            ("rounds", "player_lists:rounds", "His rounds, the latest first."),
            ("sessions", "player_lists:sessions", "His sessions, the latest first."),
            ("totals", "player_lists:totals", "His totals per day or hour, the latest first."),
        ),
    ),
    (
        "event",
        "Events.",
        (
            ("find", "event:find", "Find an event by its id."),
            ("get", "event:get", "One event as it came."),
            ("why", "event_why:why", "What became of an event, and when."),
        ),
    ),
    ("brand", "Sites.", (("list", "source:brands", "The brands."),)),
    (
        "source",
        "Those who send.",
        (
            ("list", "source:show_all", "The sources, and what came of each."),
            ("show", "source:show", "One source."),
        ),
    ),
    (
        "link",
        "Links between players and accounts at partners.",
        (
            ("add", "link:add", "Link a player to an account at a partner."),
            ("remove", "link:remove", "End a link."),
            ("remove-many", "link:remove_many", "End many links of a partner, in two steps."),
            ("list", "link:show_all", "Links, the latest made first."),
            ("show", "link:show", "One link with its history."),
        ),
    ),
    (
        "partner",
        "Those who are told.",
        (
            ("list", "partner:show_all", "The partners: how they stand, and what waits."),
            ("show", "partner:show", "One partner."),
            ("events", "partner_events:show", "What a partner is sent, as it is to be negotiated."),
            ("pause", "partner:pause", "Send a partner nothing; what comes waits."),
            ("resume", "partner:resume", "Go on after a pause."),
            ("pace", "partner:pace", "How many messages a second a partner is sent."),
        ),
    ),
    (
        "delivery",
        "What partners are told.",
        (
            ("list", "delivery:show_all", "Deliveries, the youngest first."),
            ("show", "delivery:show", "One delivery: every try, the next, and why then."),
            ("requeue", "delivery:requeue", "Try a delivery now."),
            ("drop", "delivery:drop", "Give a waiting delivery up."),
        ),
    ),
    (
        "audit",
        "Who changed what.",
        (
            ("list", "audit:show_all", "Who changed what and why, the latest first."),
            ("verify", "audit:verify", "Whether the audit rows hold."),
        ),
    ),
    (
        "tail",
        "What comes, as it comes.",
        (
            ("events", "tail:events", "Events, as the logs take them."),
            ("deliveries", "tail:deliveries", "What partners are told."),
            ("receipts", "tail:receipts", "What arrived, as the logs take it."),
            ("quarantine", "tail:quarantine", "What is refused."),
        ),
    ),
    (
        "quarantine",
        "What could not be accepted.",
        (
            ("list", "quarantine:show_all", "Refusals in groups."),
            ("show", "quarantine:show", "A group, or one refusal, masked."),
            ("sample", "quarantine:sample", "Some receipts of a group, masked."),
            ("ack", "quarantine:ack", "Somebody has seen a group and looks after it."),
            ("ignore", "quarantine:ignore", "Let a group be until a date, or until so many more have come."),
            ("resolve", "quarantine:resolve", "A group is over; should it come again, it opens again."),
            ("reopen", "quarantine:reopen", "A group is not over."),
            ("merge", "quarantine:merge", "Count a group with another."),
            ("unmerge", "quarantine:unmerge", "Let a group stand by itself again."),
            ("preview", "quarantine_mending:preview", "What a mapping would do to what waits."),
            ("publish", "quarantine_mending:publish", "Publish the next version of a source's mapping."),
            ("redrive", "quarantine_mending:redrive", "Redrive what waits, in two steps."),
            ("discard", "quarantine_mending:discard", "Give receipts up, for a reason."),
        ),
    ),
    (
        "mapping",
        "What turns a source's own words into those that are read.",
        (
            ("list", "mapping:show_all", "Every version."),
            ("show", "mapping:show", "One version."),
            ("diff", "mapping:diff", "What differs between two versions."),
        ),
    ),
    (
        "job",
        "Long work.",
        (
            ("list", "job:show_all", "Jobs, the latest made first."),
            ("show", "job:show", "How far one is."),
            ("pause", "job:pause", "Let one rest."),
            ("resume", "job:resume", "Go on."),
            ("cancel", "job:cancel", "End one; what was done stays."),
            ("pace", "job:pace", "How much one does in a second."),
            ("watch", "job:watch", "Follow one until it is over."),
        ),
    ),
    ("sandbox", "A partner, made up.", (("faceit", "sandbox:faceit", "Play FACEIT's endpoint."),)),
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
