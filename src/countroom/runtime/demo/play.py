"""The course of a demonstration: start, send, kill if asked, wait until all is folded, judge."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from countroom.core.errors import CountroomError, Unavailable
from countroom.core.instants import Instant
from countroom.runtime.demo import staging
from countroom.runtime.demo.linking import Asks, Linking
from countroom.runtime.demo.partner import DemoPartner
from countroom.runtime.demo.plan import BRAND, FACTOR, PARTNER, SOURCE, Plan
from countroom.runtime.demo.told import Told
from countroom.runtime.demo.told import judge as judge_told
from countroom.runtime.demo.verdict import Verdict, judge
from countroom.simulator.ledger.books import Ledger
from countroom.simulator.partner.happened import stories
from countroom.simulator.partner.sabotage import tampered
from countroom.simulator.platform import Platform
from countroom.simulator.progress import Progress
from countroom.simulator.sender import Pace, Sender, Target
from countroom.simulator.sending import Sending

Json = dict[str, Any]
_SETTLE_S: Final = 60.0
_KILL_EVERY_S: Final = (0.8, 2.5)
_LOOK_S: Final = 0.5
_VICTIMS: Final = ("intake", "vault", "shard", "delivery", "control")
_OUTAGE: Final = (0.45, 0.08)
"""Of the partner: when it begins and how long it lasts, as shares of the demo."""
_LONGEST_OUTAGE_S: Final = 6.0
_DELIVERED_S: Final = 90.0
_STILL_S: Final = 2.0
"""So long nothing more must come before all is taken to be delivered."""


class Scene(msgspec.Struct):
    """What the live view shows."""

    act: str = "starting"
    progress: Progress | None = None
    status: Json | None = None
    partner: Json | None = None
    """How the partner stands, as the hub says."""
    links: tuple[int, int] = (0, 0)
    """Made and ended so far."""
    at_partner: dict[str, int] = {}
    """What came there."""
    is_outage: bool = False
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

    def __init__(self, plan: Plan, partner: DemoPartner, *, connect: Callable[[Path], Asks], now: Instant) -> None:
        self.scene = Scene()
        self._plan = plan
        self._partner = partner
        self._connect = connect
        self._traffic = plan.traffic(now)

    async def run(self, rest_url: str) -> Ended:
        """Send everything to the hub at `rest_url`, link players meanwhile, wait, and judge.

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
        linking = Linking(plan, self._traffic, hub=hub, partner=self._partner)
        await self._sent(hub, linking, sender, sendings=sendings)
        scene.act = "waiting until everything is folded"
        status = await asyncio.to_thread(self._settled, hub)
        scene.act = "waiting until everything is delivered"
        await asyncio.to_thread(self._delivered, hub)
        scene.act = "comparing every figure"
        told = await asyncio.to_thread(self._told, linking, sender, sendings)
        return await asyncio.to_thread(
            self._judged, hub, sendings, progress=sender.progress, status=status, told=told, began_s=began_s
        )

    async def _sent(self, hub: Asks, linking: Linking, sender: Sender, *, sendings: list[Sending]) -> None:
        """Send everything while players are linked, the partner goes away, and processes are killed if asked."""
        beside = [asyncio.create_task(self._watch(hub, linking))]
        before = asyncio.Event()
        links = asyncio.create_task(linking.run(before))
        try:
            self.scene.act = "linking the first players"
            await asyncio.wait(
                [links, first := asyncio.create_task(before.wait())], return_when=asyncio.FIRST_COMPLETED
            )
            first.cancel()
            self.scene.act = "sending"
            beside.append(asyncio.create_task(self._outage()))
            if self._plan.with_kills:
                beside.append(asyncio.create_task(self._kill()))
            await sender.run(sendings)
            await links
        finally:
            for task in (links, *beside):
                task.cancel()
            await asyncio.gather(links, *beside, return_exceptions=True)

    async def _outage(self) -> None:
        starts, lasts = _OUTAGE
        await asyncio.sleep(starts * self._plan.seconds)
        self._partner.go_away(min(_LONGEST_OUTAGE_S, lasts * self._plan.seconds))

    def _told(self, linking: Linking, sender: Sender, sendings: list[Sending]) -> Told:
        told = stories(sendings, sender.windows)
        return judge_told(
            linking.links,
            told,
            tampered(self._partner.got(), linking.links, told, self._plan.tampering),
            arrivals=self._partner.arrivals(),
            counts=self._partner.counts,
        )

    def _delivered(self, hub: Asks) -> None:
        """Returns once nothing has waited for the partner, and nothing come to him, for a while.

        Raises:
            Unavailable: it does not come to that.
        """
        until_s = time.monotonic() + _DELIVERED_S
        still_since_s, came = time.monotonic(), -1
        while time.monotonic() < until_s:
            try:
                partner = hub.get(f"/api/partners/{PARTNER}")
            except CountroomError:
                partner = {}
            self.scene.partner, self.scene.at_partner = partner, self._partner.counts
            is_still = partner.get("waiting") == 0 and partner["accepted"] == came
            came = partner.get("accepted", -1)
            if not is_still:
                still_since_s = time.monotonic()
            elif time.monotonic() - still_since_s > _STILL_S:
                return
            time.sleep(_LOOK_S / 5)
        raise Unavailable(f"the demo's hub did not tell the partner everything within {_DELIVERED_S:g} s")

    def _judged(
        self, hub: Asks, sendings: list[Sending], *, progress: Progress, status: Json, told: Told, began_s: float
    ) -> Ended:
        ledger = Ledger(self._traffic, sendings)
        verdict = judge(
            ledger,
            lambda player: _player(hub, player),
            sendings=sendings,
            progress=progress,
            status=status,
            groups=hub.get("/api/quarantine")["groups"],
        ).with_told(told)
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

    async def _watch(self, hub: Asks, linking: Linking) -> None:
        scene = self.scene
        while True:
            with suppress(CountroomError):  # The next look will tell.
                asked_s = time.monotonic()
                scene.status = await asyncio.to_thread(hub.get, "/api/status")
                linking.note(scene.status, asked_s)
                scene.partner = await asyncio.to_thread(hub.get, f"/api/partners/{PARTNER}")
            scene.links = len(linking.links), linking.ended
            scene.at_partner, scene.is_outage = self._partner.counts, self._partner.is_away
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
