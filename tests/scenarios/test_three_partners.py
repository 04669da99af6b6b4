"""A day in made time: one partner is slow, one down for 24 hours, one refuses a player; links come and go."""

import asyncio
from pathlib import Path
from random import Random

from countroom.sandbox.faceit import Outage, SandboxSettings
from tests.scenarios.three_partners import RATE, World
from tests.unit.flow.simulated import simulated

HOUR = 3600.0
PLAYERS = tuple(f"p{number}" for number in range(800))
LINKS = 10_000
BETS = 12_000
KILLS = 60
SICK = "p13"


async def day(folder: Path) -> World:
    """The story: two busy hours, then a bet now and then, until an hour after the outage."""
    rng = Random(11)
    world = World(
        folder,
        {
            "slow": (SandboxSettings(rate=RATE), 4.0),
            "down": (SandboxSettings(rate=RATE, outages=(Outage(HOUR, 24 * HOUR),), drops=True), 0.03),
            "choosy": (SandboxSettings(rate=RATE, refused_users=frozenset({f"{SICK}.choosy.0"})), 0.03),
        },
    )
    partners = tuple(world.sandboxes)
    world.link(SICK, "choosy")
    # Some at once, so that a lot is written together: every write is synced.
    acts = ["link"] * LINKS + ["bet"] * BETS + ["again"] * 500
    busy = [(float(rng.randrange(0, 7200, 5)), act) for act in acts]
    busy += [(rng.uniform(0, 2 * HOUR), "kill") for _ in range(KILLS)]
    calm = [(rng.uniform(2 * HOUR, 26 * HOUR), act) for act in ["bet"] * 300 + ["link"] * 60 + ["kill"] * 10]
    story = busy + calm
    rng.shuffle(story)
    at_s = 0.0
    for due_s, act in sorted(story, key=lambda step: step[0]):
        await asyncio.sleep(due_s - at_s)
        at_s = due_s
        player, partner = rng.choice(PLAYERS), rng.choice(partners)
        if act == "bet":
            world.bet(player)
        elif act == "again":
            world.say_again(player)
        elif act == "kill":
            await world.restart(steps=rng.randrange(30))
        elif (player, partner) != (SICK, "choosy"):
            (world.unlink if world.account(player, partner) else world.link)(player, partner)
    await asyncio.sleep(HOUR)
    await world.life.deliver.recorded()
    return world


def test_every_partner_holds_exactly_what_it_should_after_a_day_of_trouble(tmp_path: Path) -> None:
    async def story() -> None:
        world = await day(tmp_path)
        for name in world.sandboxes:
            judge(world, name)
        await world.life.stop()
        assert world.acts > LINKS
        assert world.sandboxes["down"].memory.outcomes["Outage"] > 60
        assert world.sandboxes["choosy"].memory.outcomes["UserRefused"] > 60
        assert sum(sandbox.memory.outcomes["repeated"] for sandbox in world.sandboxes.values()) > 0

    simulated(story())


def judge(world: World, name: str) -> None:
    """Hold one partner against what is right."""
    accounts = [each for (_, partner), every in world.accounts.items() if partner == name for each in every]
    got, memory, state = world.got(name), world.sandboxes[name].memory, world.life.state(name)
    refused = 0
    for account in accounts:
        told = got.pop(account.name, [])
        assert told == account.expected[: len(told)], account.name
        if account.name == f"{SICK}.choosy.0":
            assert told == []
            refused = len(account.expected)
        elif account.is_linked or (account.had_time and name != "down"):
            assert told == account.expected, account.name
    assert got == {}
    assert memory.outcomes["conflict"] == 0
    assert memory.peak <= RATE
    assert world.life.waiting(name) == refused
    # What was on its way when the link ended is counted as withdrawn, and as accepted when it was.
    assert state.accepted + state.withdrawn + refused >= sum(len(each.expected) for each in accounts)
    # What was taken and not recorded before a kill may be withdrawn afterwards.
    assert 0 <= memory.outcomes["taken"] - state.accepted <= KILLS
