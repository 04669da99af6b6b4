"""`countroom simulate`."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say
from countroom.cli.progress import Progress
from countroom.cli.traffic import USUAL_NOISE, USUAL_TRAFFIC, NoiseOptions, TrafficOptions

if TYPE_CHECKING:
    from countroom.simulator.sender import Sender
    from countroom.simulator.sending import Sending
    from countroom.simulator.settings import SimulatorSettings

_HOUR = 3_600_000_000
_LOOK_S = 0.25


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AimOptions:
    """Where to, and as whom."""

    key_file: Annotated[Path, Parameter(allow_leading_hyphen=True)]
    """The file with the sender's key, as `countroom key create` printed it; - reads it from stdin."""
    to: str | None = None
    """Where the hub takes messages; the hub on the data directory when left away."""
    brand: str = "lucky"
    """The hub's name for the site."""
    origin: str = "lucky.example"
    """What the messages call the site."""


def simulate(
    *,
    per_second: float | None = None,
    sabotage: Literal["drop", "double", "alter"] | None = None,
    aim: Annotated[AimOptions, Parameter()],
    traffic: Annotated[TrafficOptions, Parameter()] = USUAL_TRAFFIC,
    noise: Annotated[NoiseOptions, Parameter()] = USUAL_NOISE,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Send a made-up casino's traffic to a hub, until each message has its answer.

    Parameters
    ----------
    per_second:
        Send at this rate instead of an hour per second.
    sabotage:
        Change one bet on the way, to see it missed.
    """
    from countroom.runtime.demo.plan import FACTOR
    from countroom.simulator.platform import Platform
    from countroom.simulator.sender import Pace, Sender, Target

    pace = Pace(per_second=per_second) if per_second else Pace(factor=FACTOR)
    target = Target(url=aim.to or _rest_url(options), api_key=_key(aim.key_file))
    sender = Sender(target, pace, sabotage=sabotage)
    asyncio.run(_sent(sender, list(Platform(_settings(aim, traffic, noise=noise)).sendings()), options=options))
    return int(_told(sender, options))


def _settings(aim: AimOptions, traffic: TrafficOptions, *, noise: NoiseOptions) -> "SimulatorSettings":
    from countroom.runtime.demo.plan import EVENTS_PER_SECOND
    from countroom.simulator.settings import SimulatorSettings

    now = time.time_ns() // 1_000_000_000 * 1_000_000
    return SimulatorSettings(
        seed=traffic.seed,
        brand=aim.brand,
        origin=aim.origin,
        players=traffic.players,
        starts_at=now - max(1, round(traffic.seconds)) * _HOUR,
        ends_at=now,
        sports=traffic.sports,
        events=traffic.events or round(traffic.seconds * EVENTS_PER_SECOND),
        duplicates=noise.duplicates,
        retries=noise.retries,
        late=noise.late,
        shuffled=noise.shuffled,
        rollbacks=noise.rollbacks,
        malformed=noise.malformed,
    )


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
