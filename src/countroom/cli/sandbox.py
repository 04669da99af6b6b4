"""`countroom sandbox faceit`."""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import remark, say
from countroom.cli.shares import Share

if TYPE_CHECKING:
    from countroom.sandbox.faceit import Outage, Sandbox, SandboxSettings

Flag = Annotated[bool, Parameter(negative="")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConductOptions:
    """How the made-up vendor behaves; shares such as 5%, times such as 10s."""

    key: tuple[str, ...] = ("sandbox-key",)
    """API keys that are let in. They protect nothing: give no real one."""
    platform: str = ""
    """The only platform that is known; any when left away."""
    rate: int = 40
    """Requests in any second; 0 is no limit."""
    fail: Share = 0.0
    """Answered with 500."""
    timeout: Share = 0.0
    """Never answered, though every other one is taken."""
    slow: Share = 0.0
    """Answered a second late."""
    outage: tuple[str, ...] = ()
    """An outage as LENGTH@START, counted from the start of the sandbox: 10s@30s."""
    drop: Flag = False
    """Cut the connections in an outage instead of answering 503."""
    retry_after_as_date: Flag = False
    """Say in Retry-After when, not for how long."""
    unknown_users: tuple[str, ...] = ()
    """Answered with UserNotFound."""
    refused_users: tuple[str, ...] = ()
    """Answered with another error for ever."""
    remember: Path | None = None
    """Write what was taken to this file, a line each, and go on from it at the next start."""
    seed: int = 1
    """Another seed, other requests that fail."""


USUAL_CONDUCT = ConductOptions()


def faceit(
    *,
    port: int = 8750,
    host: str = "127.0.0.1",
    conduct: Annotated[ConductOptions, Parameter()] = USUAL_CONDUCT,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Play FACEIT's endpoint until Ctrl-C: take events as its manual says, remember them, fail on request.

    What came is told under /_sandbox/events, /_sandbox/users/{id} and /_sandbox/stats.

    Parameters
    ----------
    port:
        Where to listen; 0 takes a free port.
    host:
        The address to listen on.
    """
    import uvloop

    from countroom.sandbox.faceit import Sandbox

    try:
        sandbox = Sandbox(_settings(conduct))
        uvloop.run(_serve(sandbox, host, port, options=options))
    except OSError as error:
        raise Stop(Status.FAILURE, f"sandbox: cannot be started: {error.strerror or error}") from error
    _tell(sandbox.memory.stats(), options)
    return int(Status.FINE)


async def _serve(sandbox: "Sandbox", host: str, port: int, *, options: Options) -> None:
    until = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    await sandbox.start(host, port)
    try:
        if options.json:
            say(json.dumps({"url": sandbox.url}))
            sys.stdout.flush()
        remark(options, f"FACEIT's endpoint, made up: {sandbox.url}/cdp/v1/users/events/send; Ctrl-C ends it")
        await until.wait()
    finally:
        await sandbox.stop()


def _settings(conduct: ConductOptions) -> "SandboxSettings":
    from countroom.sandbox.faceit import SandboxSettings

    return SandboxSettings(
        keys=conduct.key,
        platform=conduct.platform,
        rate=conduct.rate,
        fails=conduct.fail,
        times_out=conduct.timeout,
        slow=conduct.slow,
        outages=tuple(_outage(text) for text in conduct.outage),
        drops=conduct.drop,
        retry_after_as_date=conduct.retry_after_as_date,
        unknown_users=frozenset(conduct.unknown_users),
        refused_users=frozenset(conduct.refused_users),
        remember=conduct.remember,
        seed=conduct.seed,
    )


def _outage(text: str) -> "Outage":
    from countroom.config.durations import Duration
    from countroom.sandbox.faceit import Outage

    length, _, start = text.partition("@")
    try:
        return Outage(Duration.read(start or "0s").seconds, Duration.read(length).seconds)
    except ValueError as error:
        raise Stop(Status.USAGE, f'--outage: expected LENGTH@START such as 10s@30s, got "{text}"') from error


def _tell(stats: dict[str, Any], options: Options) -> None:
    if options.json:
        say(json.dumps(stats))
        return
    say(
        f"{stats['requests']:,} requests of {stats['users']:,} users: {stats['taken']:,} events taken, "
        f"{stats['repeated']:,} repeats, {stats['conflicts']:,} ids with other content; "
        f"at most {stats['peak_in_a_second']:,} in a second"
    )
    known = ("taken", "repeated", "conflict")
    refused = {code: count for code, count in stats["outcomes"].items() if code not in known}
    if refused:
        say("refused: " + ", ".join(f"{code} {count:,}" for code, count in refused.items()))
