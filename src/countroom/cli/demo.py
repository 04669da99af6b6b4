"""`countroom demo`."""

import asyncio
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from cyclopts import Parameter

from countroom.cli.exits import Status
from countroom.cli.hub_client import HubClient
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table
from countroom.cli.traffic import USUAL_NOISE, USUAL_TRAFFIC, NoiseOptions, TrafficOptions

if TYPE_CHECKING:
    from countroom.runtime.demo.play import Ended, Play
    from countroom.simulator.partner.sabotage import Tampering
    from countroom.simulator.sabotage import Sabotage

_USUAL_DIRECTORY = Path("countroom-demo")
_NAME = "countroom"
Flag = Annotated[bool, Parameter(negative="")]
_BETS: "Final[dict[str, Sabotage]]" = {"drop": "drop", "double": "double", "alter": "alter"}
_DELIVERIES: "Final[dict[str, Tampering]]" = {
    "lose-delivery": "lose-delivery",
    "swap-deliveries": "swap-deliveries",
    "forge-delivery": "forge-delivery",
}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """What is done to the hub."""

    shards: int = 2
    """Processes that fold."""
    kill: Flag = False
    """Kill intake, vault, shards, delivery and the admin API at random while it runs."""
    keep_running: Flag = False
    """Leave the hub running at the end, until Ctrl-C."""
    sabotage: Literal["drop", "double", "alter", "lose-delivery", "swap-deliveries", "forge-delivery"] | None = None
    """Change one bet on the way, or one event that the partner remembers: the verdict must end red."""


USUAL_DEMO: Final = DemoOptions()


def demo(
    *,
    demo: Annotated[DemoOptions, Parameter()] = USUAL_DEMO,
    traffic: Annotated[TrafficOptions, Parameter()] = USUAL_TRAFFIC,
    noise: Annotated[NoiseOptions, Parameter()] = USUAL_NOISE,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Run a hub, a made-up casino and a made-up partner side by side; then compare every figure and every message."""
    from countroom.runtime.demo.plan import Noise, Plan

    plan = Plan(
        root=(options.data_dir or _USUAL_DIRECTORY).absolute(),
        seconds=traffic.seconds,
        events=traffic.events,
        players=traffic.players,
        sports=traffic.sports,
        linked=traffic.linked,
        seed=traffic.seed,
        shards=demo.shards,
        noise=Noise(**noise.shares),
        with_kills=demo.kill,
        sabotage=_BETS.get(demo.sabotage or ""),
        tampering=_DELIVERIES.get(demo.sabotage or ""),
    )
    return int(_run(plan, options, keep_running=demo.keep_running))


def _run(plan: Any, options: Options, *, keep_running: bool) -> Status:
    from countroom.core.instants import Instant
    from countroom.runtime.demo import staging
    from countroom.runtime.demo.partner import DemoPartner
    from countroom.runtime.demo.play import Play

    if staging.fresh_directory(plan):
        remark(options, f"{plan.root} held an earlier demo; it was emptied")
    partner = DemoPartner(plan.root)
    staging.configure(plan, partner.url)
    began_s = time.monotonic()
    hub = staging.DemoHub(plan.root, staging.own_command())
    try:
        endpoints = hub.wait_until_ready()
        took_s = time.monotonic() - began_s
        remark(options, f"hub ready in {took_s:.2f} s: messages to {endpoints.rest.url}, admin API {endpoints.api.url}")
        remark(options, f"FACEIT's endpoint, made up: {partner.url}")
        play = Play(plan, partner, connect=_connect, now=Instant(time.time_ns() // 1000))
        ended = asyncio.run(_shown(play, endpoints.rest.url, options=options))
        _tell(ended, plan.root, options=options)
        if keep_running:
            remark(options, "the hub goes on running; Ctrl-C ends it")
            with suppress(KeyboardInterrupt):
                while True:
                    time.sleep(1)
    finally:
        hub.stop()
        partner.close()
    return Status.FINE if ended.verdict.is_green else Status.FAILURE


def _connect(root: Path) -> HubClient:
    from countroom.cli.hub_client import running_hub

    hub = running_hub(Options(data_dir=root))
    if hub is None:
        from countroom.core.errors import Unavailable

        raise Unavailable(f"{root}: the demo's hub is gone")
    return hub


async def _shown(play: "Play", rest_url: str, *, options: Options) -> "Ended":
    from countroom.cli.demo_view import LinesView, LiveView

    if options.quiet or options.json:
        return await play.run(rest_url)
    view = LiveView(options) if sys.stderr.isatty() else LinesView()
    showing = asyncio.create_task(view.follow(play.scene))
    try:
        return await play.run(rest_url)
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


def _tell(ended: "Ended", root: Path, *, options: Options) -> None:
    verdict = ended.verdict
    if options.json:
        document(_json(ended, root))
        return
    say()
    rows = [("ok" if line.is_equal else "DIFFERS", line.what, line.expected, line.found) for line in verdict.lines]
    table(options, title="Verdict", heads=("", "compared", "the casino's ledger>", "the hub>"), rows=rows)
    if ended.kills:
        say()
        say("killed while it ran: " + ", ".join(f"{name} {count}x" for name, count in sorted(ended.kills.items())))
    for player, found in verdict.wrong[:5]:
        say(f"\nplayer {player}: {len(found)} differences")
        for difference in found[:10]:
            say(f"  {difference}")
    for fault in verdict.faults[:10]:
        say(f"  {fault}")
    for failure in ended.progress.failures[:5]:
        say(f"  {failure}")
    say()
    say(
        f"{ended.sendings:,} messages in {ended.took_s:.0f} s: "
        + ("every figure is equal" if verdict.is_green else "NOT EQUAL")
    )
    say()
    say("What to look at next (the data is kept; these also work when the hub is stopped):")
    command, where = _command(), f"--data-dir {_relative(root)}"
    say(f"  {command} player show {ended.example} {where}")
    say(f"  {command} quarantine list {where}")
    say(f"  {command} link list {where}")
    say(f"  {command} status {where}")
    say(f"  {command} replay --check {where}")
    say(f"  {command} run --config {_relative(root)}/countroom.toml")


def _command() -> str:
    """What to type for this very command: its name where the shell finds it, else its path."""
    own = Path(sys.argv[0])
    if own.name != _NAME:
        return f"{sys.executable} -m countroom.cli.main"
    found = shutil.which(_NAME)
    return _NAME if found and Path(found).samefile(own) else str(own)


def _relative(root: Path) -> Path:
    return root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root


def _json(ended: "Ended", root: Path) -> dict[str, Any]:
    progress, verdict = ended.progress, ended.verdict
    return {
        "is_green": verdict.is_green,
        "data_dir": str(root),
        "sendings": ended.sendings,
        "took_s": round(ended.took_s, 1),
        "retried": progress.retried,
        "failed": [str(failure) for failure in progress.failures],
        "p50_ms": _ms(progress, 0.5),
        "p99_ms": _ms(progress, 0.99),
        "kills": ended.kills,
        "balance": ended.status["balance"],
        "lines": [
            {"what": line.what, "expected": line.expected, "found": line.found, "is_equal": line.is_equal}
            for line in verdict.lines
        ],
        "faults": [str(fault) for fault in verdict.faults],
        "differences": {player: [str(d) for d in found] for player, found in verdict.wrong},
    }


def _ms(progress: Any, share: float) -> float | None:
    quantile = progress.latencies.quantile(share)
    return None if quantile is None else round(quantile * 1000, 2)
