"""What is killed in a round, and how: every seam once, two processes at their start, one hub whole, some at random."""

import asyncio
from random import Random

import msgspec

from tests.faults.seamed.running import SHARDS, SeamedHub, until
from tests.faults.seamed.seams import INTAKE, OPENED, OPENING, SHARD, VAULT

KILLS = 20
PASSAGE_S = 6.0
"""How long an armed seam waits for its passage; then it is armed again later."""
_MOST_TRIES = 6


class Kill(msgspec.Struct, frozen=True):
    """One fall of one process; `at` is a seam, or empty for a kill from outside. An empty process is the whole hub."""

    process: str
    at: str = ""


def plan(chance: Random) -> list[Kill]:
    """As many kills as make a round."""
    shards = [f"shard-{number}" for number in range(SHARDS)]
    kills = [Kill(chance.choice(shards), seam) for seam in SHARD]
    kills += [Kill("intake", seam) for seam in INTAKE]
    kills += [Kill("vault", seam) for seam in VAULT]
    opening = [(process, seam) for process in (*shards, "vault", "intake") for seam in (OPENING, OPENED)]
    for process, seam in chance.sample(opening, 2):
        kills.append(Kill(process, seam))
    while fallen(kills) < KILLS - 1:
        kills.append(Kill(chance.choice([*shards, "vault", "control"])))
    kills = _spread(kills, chance)
    kills.insert(len(kills) // 2, Kill(""))
    return kills


def _spread(kills: list[Kill], chance: Random) -> list[Kill]:
    """In a random order in which each process has its falls apart: the supervisor waits ever longer between them."""
    chance.shuffle(kills)
    of: dict[str, list[Kill]] = {}
    for kill in kills:
        of.setdefault(kill.process, []).append(kill)
    placed = [((n + chance.random()) / len(its), kill) for its in of.values() for n, kill in enumerate(its)]
    return [kill for _, kill in sorted(placed, key=lambda pair: pair[0])]


def fallen(kills: list[Kill]) -> int:
    """How many SIGKILLs that makes: who is to fall at its start was killed before."""
    return sum(2 if kill.at in (OPENING, OPENED) else 1 for kill in kills)


async def carry_out(hub: SeamedHub, kills: list[Kill], *, chance: Random, done: list[Kill]) -> None:
    """Let all of them fall, in this order as far as they are passed; those that did are added to `done`."""
    waiting = [(kill, 1) for kill in kills]
    while waiting:
        kill, tries = waiting.pop(0)
        if await _carried_out(hub, kill, chance=chance):
            done.append(kill)
        elif tries < _MOST_TRIES:
            waiting.append((kill, tries + 1))


async def _carried_out(hub: SeamedHub, kill: Kill, *, chance: Random) -> bool:
    if not kill.process:
        await hub.kill_whole()
        return True
    if not kill.at:
        await asyncio.sleep(chance.uniform(0, 0.2))  # Anywhere: that is what it is for.
        await hub.kill(kill.process)
        return True
    await hub.up(kill.process)
    state = hub.state(kill.process)
    assert state is not None
    arming = hub.arming(kill.process)
    if kill.at in (OPENING, OPENED):
        arming.arm(kill.at)
        await hub.kill(kill.process)
        await hub.restarted(kill.process, state.restarts + 1)
        return True
    arming.arm(kill.at, chance.randint(1, 3) if kill.process != "vault" else 1)
    try:
        await until(lambda: arming.fell, kill.at, within_s=PASSAGE_S)
    except TimeoutError:
        if arming.disarm():
            return False
    await hub.restarted(kill.process, state.restarts)
    return True
