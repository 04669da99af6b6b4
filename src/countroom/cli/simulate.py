"""`countroom simulate`."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.noise import USUAL_NOISE, NoiseOptions
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say
from countroom.cli.progress import Progress

if TYPE_CHECKING:
    from countroom.simulator.sender import Sender
    from countroom.simulator.sending import Sending

_HOUR = 3_600_000_000
_LOOK_S = 0.25


def simulate(
    *,
    key_file: Path,
    to: str | None = None,
    brand: str = "lucky",
    origin: str = "lucky.example",
    seconds: float = 60.0,
    events: int = 0,
    per_second: float | None = None,
    players: int = 200,
    seed: int = 1,
    sabotage: Literal["drop", "double", "alter"] | None = None,
    noise: Annotated[NoiseOptions, Parameter()] = USUAL_NOISE,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Send a made-up casino's traffic to a hub, until each message has its answer.

    Parameters
    ----------
    key_file:
        The file with the sender's key, as `countroom key create` printed it; - reads it from stdin.
    to:
        Where the hub takes messages; the hub on the data directory when left away.
    brand:
        The hub's name for the site.
    origin:
        What the messages call the site.
    seconds:
        Hours of the casino's business, sent one per second.
    events:
        About how many messages; as many as fit the time when left away.
    per_second:
        Send at this rate instead.
    players:
        How many players the casino has.
    seed:
        Another seed, another story.
    sabotage:
        Change one bet on the way.
    """
    from countroom.runtime.demo.plan import EVENTS_PER_SECOND, FACTOR
    from countroom.simulator.platform import Platform
    from countroom.simulator.sender import Pace, Sender, Target
    from countroom.simulator.settings import SimulatorSettings

    now = time.time_ns() // 1_000_000_000 * 1_000_000
    traffic = SimulatorSettings(
        seed=seed,
        brand=brand,
        origin=origin,
        players=players,
        starts_at=now - max(1, round(seconds)) * _HOUR,
        ends_at=now,
        events=events or round(seconds * EVENTS_PER_SECOND),
        duplicates=noise.duplicates,
        retries=noise.retries,
        late=noise.late,
        shuffled=noise.shuffled,
        rollbacks=noise.rollbacks,
        malformed=noise.malformed,
    )
    pace = Pace(per_second=per_second) if per_second else Pace(factor=FACTOR)
    sender = Sender(Target(url=to or _rest_url(options), api_key=_key(key_file)), pace, sabotage=sabotage)
    asyncio.run(_sent(sender, list(Platform(traffic).sendings()), options=options))
    return int(_told(sender, options))


async def _sent(sender: "Sender", sendings: "list[Sending]", *, options: Options) -> None:
    with Progress(options, "sending", total=len(sendings)) as progress:

        async def show() -> None:
            while True:
                progress.at(sender.progress.answered)
                await asyncio.sleep(_LOOK_S)

        showing = asyncio.create_task(show())
        try:
            await sender.run(sendings)
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)


def _told(sender: "Sender", options: Options) -> Status:
    progress = sender.progress
    result: dict[str, Any] = {
        "sent": progress.sent,
        "accepted": progress.accepted,
        "refused": dict(sorted(progress.refused.items())),
        "retried": progress.retried,
        "failed": progress.failed,
        "failures": [str(failure) for failure in progress.failures],
    }
    if options.json:
        document(result)
    else:
        refused = sum(progress.refused.values())
        say(
            f"sent {progress.sent:,}: {progress.accepted:,} accepted, {refused:,} refused as they must be, "
            f"{progress.failed:,} answered otherwise; {progress.retried:,} requests tried again"
        )
        for failure in progress.failures[:10]:
            say(f"  {failure}")
    return Status.PARTLY if progress.failed else Status.FINE


def _rest_url(options: Options) -> str:
    from countroom.runtime.endpoints import read_endpoints

    endpoints = read_endpoints(options.place())
    if endpoints is None:
        raise Stop(
            Status.UNREACHABLE,
            f"{options.place()}: expected a running hub, found none",
            remedy="start it with 'countroom run', or name another with --to",
        )
    return endpoints.rest.url


def _key(path: Path) -> str:
    """Secrets come from files and stdin only: arguments can be read by every user of a machine."""
    import sys

    try:
        key = sys.stdin.readline().strip() if str(path) == "-" else path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(Status.FAILURE, f"{path}: expected a file with a key, cannot read it") from error
    if not key:
        raise Stop(Status.FAILURE, f"{path}: expected a key, found nothing", remedy="'countroom key create' makes one")
    return key
