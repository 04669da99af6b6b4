"""The course of a demonstration: start, send, kill if asked, wait until all is folded, judge."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

import msgspec

from countroom.core.errors import CountroomError, Unavailable
from countroom.core.instants import Instant
from countroom.runtime.demo import staging
from countroom.runtime.demo.plan import BRAND, FACTOR, SOURCE, Plan
from countroom.runtime.demo.verdict import Verdict, judge
from countroom.simulator.ledger.books import Ledger
from countroom.simulator.platform import Platform
from countroom.simulator.progress import Progress
from countroom.simulator.sender import Pace, Sender, Target
from countroom.simulator.sending import Sending

Json = dict[str, Any]
_SETTLE_S: Final = 60.0
_KILL_EVERY_S: Final = (0.8, 2.5)
_LOOK_S: Final = 0.5
_VICTIMS: Final = ("intake", "vault", "shard")


class Asks(Protocol):
    """The hub's admin API."""

    def get(self, path: str) -> Json:
        """What it answers."""
        ...

    def post(self, path: str, body: Json) -> Json:
        """What it answers."""
        ...


class Scene(msgspec.Struct):
    """What the live view shows."""

    act: str = "starting"
    progress: Progress | None = None
    status: Json | None = None
    kills: dict[str, int] = {}
    began_s: float = 0.0


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration that came to its end."""

    verdict: Verdict
    progress: Progress
    kills: dict[str, int]
    took_s: float
    sendings: int
    status: Json
    example: str
    """A player worth looking at."""


class Play:
    """One demonstration. `scene` changes while it runs, for whoever shows it."""

    def __init__(self, plan: Plan, *, connect: Callable[[Path], Asks], now: Instant) -> None:
        self.scene = Scene()
        self._plan = plan
        self._connect = connect
        self._traffic = plan.traffic(now)

    async def run(self, rest_url: str) -> Ended:
        """Send everything to the hub at `rest_url`, wait, and judge.

        Raises:
            Unavailable: the hub does not come to rest.
        """
        plan, scene = self._plan, self.scene
        began_s = scene.began_s = time.monotonic()
        hub = self._connect(plan.root)
        key = hub.post("/api/keys", {"source": SOURCE, "brands": [BRAND], "label": "demo"})["key"]
        scene.act = "making up the traffic"
        sendings = await asyncio.to_thread(lambda: list(Platform(self._traffic).sendings()))
        sender = Sender(Target(url=rest_url, api_key=key), Pace(factor=FACTOR), sabotage=plan.sabotage)
        scene.progress = sender.progress
        scene.act = "sending"
        beside = [asyncio.create_task(self._watch(hub))]
        if plan.with_kills:
            beside.append(asyncio.create_task(self._kill()))
        try:
            progress = await sender.run(sendings)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        scene.act = "waiting until everything is folded"
        status = await asyncio.to_thread(self._settled, hub)
        scene.act = "comparing every figure"
        return await asyncio.to_thread(self._judged, hub, sendings, progress=progress, status=status, began_s=began_s)

    def _judged(self, hub: Asks, sendings: list[Sending], *, progress: Progress, status: Json, began_s: float) -> Ended:
        ledger = Ledger(self._traffic, sendings)
        verdict = judge(
            ledger,
            lambda player: _player(hub, player),
            sendings=sendings,
            progress=progress,
            status=status,
            groups=hub.get("/api/quarantine")["groups"],
        )
        [(busiest, _)] = Counter(sending.player for sending in sendings).most_common(1)
        return Ended(
            verdict=verdict,
            progress=progress,
            kills=dict(self.scene.kills),
            took_s=time.monotonic() - began_s,
            sendings=len(sendings),
            status=status,
            example=f"{BRAND}/{verdict.wrong[0][0] if verdict.wrong else busiest}",
        )

    def _settled(self, hub: Asks) -> Json:
        """The hub's status once it is ready again and nothing is in flight."""
        until_s = time.monotonic() + _SETTLE_S
        while time.monotonic() < until_s:
            try:
                status = hub.get("/api/status")
            except CountroomError:
                time.sleep(_LOOK_S)
                continue
            self.scene.status = status
            balance = status["balance"]
            if status["is_ready"] and not balance["in_flight"] and all(s["answers"] for s in status["shards"]):
                return status
            time.sleep(_LOOK_S / 5)
        raise Unavailable(f"the demo's hub did not come to rest within {_SETTLE_S:g} s")

    async def _watch(self, hub: Asks) -> None:
        while True:
            with suppress(CountroomError):  # The next look will tell.
                self.scene.status = await asyncio.to_thread(hub.get, "/api/status")
            await asyncio.sleep(_LOOK_S)

    async def _kill(self) -> None:
        """Kill one process after the other, at random."""
        chance = Random(self._plan.seed)  # noqa: S311 - which process falls is no secret
        while True:
            await asyncio.sleep(chance.uniform(*_KILL_EVERY_S))
            alive = staging.pids(self._plan.root)
            able = sorted(name for name in alive if name.startswith(_VICTIMS))
            if able:
                name = chance.choice(able)
                if staging.kill(alive[name]):
                    self.scene.kills = {**self.scene.kills, name: self.scene.kills.get(name, 0) + 1}


def _player(hub: Asks, player: str) -> Json | None:
    try:
        return hub.get(f"/api/players/{BRAND}/{player}")
    except CountroomError:
        return None
