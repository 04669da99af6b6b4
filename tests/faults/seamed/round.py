"""One round: a hub under the simulator's traffic, twenty kills, then every figure against the simulator's ledger."""

import asyncio
from pathlib import Path
from random import Random

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.instants import HOUR
from countroom.engines.local.reads import ShardReads
from countroom.engines.local.shard import wall_clock
from countroom.flow.project import ADMIN
from countroom.runtime.demo.plan import BRAND, SOURCE
from countroom.runtime.demo.verdict import Verdict, judge
from countroom.runtime.place import Place
from countroom.simulator.ledger.books import Ledger
from countroom.simulator.platform import Platform
from countroom.simulator.progress import Progress
from countroom.simulator.sender import Sender, Target, Timing
from countroom.simulator.sending import Sending
from countroom.simulator.settings import SimulatorSettings
from tests.faults.seamed.kills import Kill, carry_out, plan
from tests.faults.seamed.links import LinkLog
from tests.faults.seamed.pace import Course, RoundPace
from tests.faults.seamed.readable import unreadable
from tests.faults.seamed.running import Json, SeamedHub, until

EVENTS = 2_500
SETTLE_S = 40.0


class Ended(msgspec.Struct, frozen=True):
    """A round that came to rest."""

    verdict: Verdict
    done: list[Kill]
    planned: list[Kill]
    sendings: list[Sending]
    retried: int
    unreadable: list[str]


def traffic(seed: int) -> SimulatorSettings:
    """Two days of a platform that behaves badly."""
    now = wall_clock()
    return SimulatorSettings(
        seed=seed, players=120, starts_at=now - 48 * HOUR, ends_at=now, events=EVENTS,
        duplicates=0.05, retries=0.03, late=0.1, shuffled=0.1, rollbacks=0.05, malformed=0.05,
    )  # fmt: skip


async def play(hub: SeamedHub, seed: int) -> Ended:
    """Send everything, kill meanwhile, wait until nothing is in flight, and judge."""
    chance = Random(seed)
    settings = traffic(seed)
    sendings = list(Platform(settings).sendings())
    url = await hub.ready()
    key = hub.ask("/api/keys", {"source": SOURCE, "brands": [BRAND], "label": "faults"})["key"]
    planned = plan(chance)
    course = Course(sendings=len(sendings), kills=len(planned), done=[])
    sender = Sender(Target(url=url, api_key=key), RoundPace(course=course), timing=Timing(request_timeout_s=5))
    sending = asyncio.create_task(sender.run(sendings))
    links = LinkLog(hub.data)
    players = sorted({sending.player for sending in sendings})
    for player in players[::3]:
        links.link(player)
    half = len(planned) // 2
    await carry_out(hub, planned[:half], chance=chance, done=course.done)
    for player in players[::6]:
        links.unlink(player)
    await carry_out(hub, planned[half:], chance=chance, done=course.done)
    assert not sending.done(), "the traffic ended before the kills did"
    course.kills = len(course.done)
    progress = await sending
    links.close()
    status = await _settled(hub, links.positions)
    verdict = await asyncio.to_thread(_verdict, hub, Ledger(settings, sendings), sendings, progress, status)
    sealed = await asyncio.to_thread(unreadable, hub.data, sendings)
    return Ended(verdict, course.done, planned, sendings, progress.retried, sealed)


def _verdict(hub: SeamedHub, ledger: Ledger, sendings: list[Sending], progress: Progress, status: Json) -> Verdict:
    def document(player: str) -> Json | None:
        found = hub.ask(f"/api/players/{BRAND}/{player}")
        found.pop("links", None)  # The simulator knows nothing of them.
        return found or None

    groups = hub.ask("/api/quarantine")["groups"]
    return judge(ledger, document, sendings=sendings, progress=progress, status=status, groups=groups)


async def _settled(hub: SeamedHub, admin: dict[int, int]) -> Json:
    status: Json = {}

    def is_settled() -> bool:
        nonlocal status
        status = hub.ask("/api/status")
        return bool(
            status
            and status["is_ready"]
            and not status["balance"]["in_flight"]
            and all(shard["answers"] for shard in status["shards"])
            and all(_position(hub.data, shard) >= seq for shard, seq in admin.items())
        )

    await until(is_settled, "nothing is in flight", within_s=SETTLE_S)
    return status


def _position(data: Path, shard: int) -> int:
    reads = ShardReads(Place(data).shard_socket(shard))
    try:
        positions = reads.status()["positions"]
    except Unavailable:
        return 0
    finally:
        reads.close()
    assert isinstance(positions, dict)
    return int(positions.get(ADMIN, 0))
