"""The demonstration while it runs: a live view in a terminal, else a line every five seconds."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from countroom.cli.options import Options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from countroom.runtime.demo.play import Scene
    from countroom.simulator.progress import Progress

_LINE_EVERY_S = 5.0
_FRAME_EVERY_S = 0.25


class LinesView:
    """A line every five seconds, for logs and pipes."""

    async def follow(self, scene: "Scene") -> None:
        """Write until cancelled."""
        last = ""
        while True:
            line = told(scene)
            if line != last:
                sys.stderr.write(f"{line}\n")
                sys.stderr.flush()
                last = line
            await asyncio.sleep(_LINE_EVERY_S)


class LiveView:
    """A table that changes in its place."""

    def __init__(self, options: Options) -> None:
        self._has_color = options.has_color

    async def follow(self, scene: "Scene") -> None:
        """Draw until cancelled."""
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True, no_color=not self._has_color, highlight=False)
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while True:
                live.update(_drawn(scene), refresh=True)
                await asyncio.sleep(_FRAME_EVERY_S)


def told(scene: "Scene") -> str:
    """The scene in one line."""
    progress, status = scene.progress, scene.status
    parts = [f"{scene.act}"]
    if progress is not None and progress.total:
        parts.append(f"sent {progress.sent}/{progress.total}, answered {progress.answered}, again {progress.retried}")
        parts.append(f"p50 {_ms(progress, 0.5)}, p99 {_ms(progress, 0.99)}")
    if status is not None:
        balance = status["balance"]
        parts.append(
            f"folded {balance['folded']}, in flight {balance['in_flight']}, unaccounted {balance['unaccounted']}"
        )
        restarts = sum(process["restarts"] for process in status["processes"])
        parts.append(f"restarts {restarts}")
    if scene.partner:
        parts.append(_partner_told(scene))
    return " | ".join(parts)


def _partner_told(scene: "Scene") -> str:
    """Links and deliveries in some words."""
    partner, (made, ended) = scene.partner or {}, scene.links
    state = "away" if scene.is_outage else partner.get("state", "unknown")
    return (
        f"links {made}, ended {ended} | partner {state}: told {partner.get('accepted', 0)}, "
        f"waiting {partner.get('waiting', 0)}, tried again {partner.get('failed_tries', 0)}"
    )


def _drawn(scene: "Scene") -> "RenderableType":
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    progress, status = scene.progress, scene.status
    parts: list[RenderableType] = [Text(f"Countroom demo: {scene.act}", style="bold")]
    if progress is not None and progress.total:
        figures = Table(box=None, show_header=False, pad_edge=False)
        figures.add_row("", ProgressBar(total=progress.total, completed=progress.answered, width=60))
        for row in _sent_rows(scene, progress):
            figures.add_row(*row)
        parts.append(figures)
    if status is not None:
        parts.extend(_hub_parts(scene, status))
    if scene.partner:
        parts.append(_partner_part(scene, scene.partner))
    return Group(*parts)


def _sent_rows(scene: "Scene", progress: "Progress") -> list[tuple[str, str]]:
    took_s = max(time.monotonic() - scene.began_s, 0.001)
    at = progress.business_at
    clock = datetime.fromtimestamp(at / 1_000_000, UTC).strftime("%a %d %b %H:%M UTC") if at else ""
    rate = f"{progress.sent / took_s:,.0f}/s"
    return [
        ("casino's clock", clock),
        ("sent", f"{progress.sent:,} of {progress.total:,} ({rate}), in flight {progress.in_flight}"),
        ("answered", f"{progress.accepted:,} with 200, {sum(progress.refused.values()):,} with 400 as they must be"),
        ("tried again", f"{progress.retried:,}"),
        ("answer time", f"p50 {_ms(progress, 0.5)}, p99 {_ms(progress, 0.99)}"),
    ]


def _hub_parts(scene: "Scene", status: dict[str, Any]) -> list["RenderableType"]:
    from rich.table import Table
    from rich.text import Text

    processes = Table(box=None, pad_edge=False)
    for head in ("process", "state", "restarts", "killed"):
        processes.add_column(head)
    for process in status["processes"]:
        name, state = process["name"], process["state"]
        killed = str(scene.kills.get(name, "")) if scene.kills else ""
        processes.add_row(
            name, Text(state, style="green" if state == "up" else "red"), str(process["restarts"]), killed
        )
    events: dict[str, int] = {}
    for shard in status["shards"]:
        for kind, count in shard["events"].items():
            events[kind] = events.get(kind, 0) + count
    folded = ", ".join(f"{kind} {count:,}" for kind, count in sorted(events.items(), key=lambda e: -e[1])[:6])
    b = status["balance"]
    balance = (
        f"received {b['received']:,} - duplicates {b['duplicates']:,} - folded {b['folded']:,} - "
        f"refused {b['refused']:,} - in flight {b['in_flight']:,} = {b['unaccounted']}"
    )
    signals = sum(shard["signals"] for shard in status["shards"])
    return [processes, Text(f"folded: {folded}"), Text(f"signals told: {signals:,}"), Text(f"balance: {balance}")]


def _partner_part(scene: "Scene", partner: dict[str, Any]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    made, ended = scene.links
    state = str(partner.get("state", "unknown"))
    figures = Table(box=None, pad_edge=False)
    for head in ("partner", "state", "links", "ended", "told", "waiting", "tried again", "withdrawn", "took in"):
        figures.add_column(head)
    shown = f"{state}, away itself" if scene.is_outage else state
    figures.add_row(
        str(partner["partner"]),
        Text(shown, style="green" if shown == "flowing" else "red"),
        str(made),
        str(ended),
        *(f"{partner.get(name, 0):,}" for name in ("accepted", "waiting", "failed_tries", "withdrawn")),
        f"{scene.at_partner.get('taken', 0):,}",
    )
    return figures


def _ms(progress: "Progress", share: float) -> str:
    quantile = progress.latencies.quantile(share)
    return "-" if quantile is None else f"{quantile * 1000:.1f} ms"
