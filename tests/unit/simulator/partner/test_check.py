"""The judge of deliveries, against a hub in a few lines: what it tells is right, and everything else is seen."""

from collections.abc import Callable
from functools import lru_cache
from random import Random

import pytest

from countroom.simulator.partner import accounts
from countroom.simulator.partner.accounts import Got
from countroom.simulator.partner.check import faults
from countroom.simulator.partner.happened import BET, DEPOSIT, REGISTERED, Story, Window, stories
from countroom.simulator.partner.sabotage import Tampering, tampered
from countroom.simulator.platform import Platform
from tests.unit.simulator.partner.made_up_hub import MadeUpHub, link
from tests.unit.simulator.story import settings

LENGTH_S = 60.0
LINKED_S = 25.0


@lru_cache(maxsize=4)
def told_stories(seed: int) -> dict[str, Story]:
    """A week of play in a minute; answers take between a millisecond and a third of a second."""
    period = settings(seed=seed, events=2500, players=25, late=0.1, rollbacks=0.15, sports=0.5)
    every = list(Platform(period).sendings())
    rng = Random(seed)
    windows = {}
    for sending in every:
        sent = (sending.at - period.starts_at) / (period.ends_at - period.starts_at) * LENGTH_S
        windows[sending.number] = Window(sent, sent + rng.choice((0.001, 0.01, 0.05, 0.3)))
    return stories(every, windows)


def rich(seed: int = 1) -> tuple[str, Story]:
    """A player of whom much happened, deposits before and after the link among it."""

    def riches(one: tuple[str, Story]) -> tuple[bool, int]:
        registered = bool(one[1].of(REGISTERED))
        deposits = [it.window for it in one[1].of(DEPOSIT) if not it.undone]
        early = sum(window.answered < LINKED_S - 1 for window in deposits)
        late = sum(window.sent > LINKED_S + 1 for window in deposits)
        return registered and early >= 1 and late >= 1, len(one[1].of(BET))

    return max(told_stories(seed).items(), key=riches)


def kinds(found: list[accounts.Fault]) -> set[str]:
    return {fault.what for fault in found}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_order_of_folding_and_the_moment_of_linking_a_hub_that_tells_right_has_no_fault(seed: int) -> None:
    for number, (player, story) in enumerate(told_stories(seed).items()):
        for again in range(8):
            rng = Random(f"{seed}/{number}/{again}")
            hub = MadeUpHub(story, rng)
            linked_at = rng.uniform(-1, LENGTH_S + 1)
            got = hub.told(f"acc-{player}", linked_at)
            assert [str(fault) for fault in faults(link(player, linked_at), story, got)] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_an_account_whose_link_ended_any_beginning_of_what_is_due_is_right(seed: int) -> None:
    for number, (player, story) in enumerate(told_stories(seed).items()):
        for again in range(6):
            rng = Random(f"{seed}/{number}/{again}")
            hub = MadeUpHub(story, rng)
            linked_at = rng.uniform(-1, LENGTH_S)
            ended_at = rng.uniform(linked_at, LENGTH_S)
            got = hub.told(f"acc-{player}", linked_at, ended_at)
            got = got[: rng.randrange(len(got) + 1)]
            found = faults(link(player, linked_at, ended_at=ended_at), story, got)
            assert [str(fault) for fault in found] == []


Mistake = Callable[[MadeUpHub, list[Got]], list[Got]]


def without(name: str, place: int) -> Mistake:
    """The event of that name at `place` among its like is gone."""

    def gone(_: MadeUpHub, got: list[Got]) -> list[Got]:
        victim = [n for n, one in enumerate(got) if one.name == name][place]
        return got[:victim] + got[victim + 1 :]

    return gone


def twice(_: MadeUpHub, got: list[Got]) -> list[Got]:
    return [*got, next(one for one in got if one.name == BET)]


def swapped(_: MadeUpHub, got: list[Got]) -> list[Got]:
    bets = [n for n, one in enumerate(got) if one.name == BET]
    got[bets[2]], got[bets[-1]] = got[bets[-1]], got[bets[2]]
    return got


def initial_last(_: MadeUpHub, got: list[Got]) -> list[Got]:
    return [*got[1:], got[0]]


def dearer(_: MadeUpHub, got: list[Got]) -> list[Got]:
    place = [n for n, one in enumerate(got) if one.name == BET][4]
    got[place] = got[place]._replace(attributes={**got[place].attributes, "amount": "123456"})
    return got


def a_second_later(_: MadeUpHub, got: list[Got]) -> list[Got]:
    place = [n for n, one in enumerate(got) if one.name == DEPOSIT][-1]
    got[place] = got[place]._replace(created_at=got[place].created_at + 1)
    return got


def everything(hub: MadeUpHub, got: list[Got]) -> list[Got]:
    return hub.told(got[0].account, -1)


def too_late(hub: MadeUpHub, got: list[Got]) -> list[Got]:
    return hub.told(got[0].account, 40.0)


MISTAKES: list[tuple[Mistake, str]] = [
    (without(BET, 4), accounts.MISSING),
    (without(BET, -1), accounts.MISSING),
    (without(BET, 0), accounts.INITIAL),
    (without(DEPOSIT, 0), accounts.INITIAL),
    (without(DEPOSIT, -1), accounts.MISSING),
    (without("first_deposit", 0), accounts.INITIAL),
    (without("registration", 0), accounts.MISSING),
    (twice, accounts.UNEXPLAINED),
    (swapped, accounts.DISORDERED),
    (initial_last, accounts.EARLY),
    (dearer, accounts.UNEXPLAINED),
    (a_second_later, accounts.UNEXPLAINED),
    (everything, accounts.EARLY),
    (too_late, accounts.MISSING),
]


@pytest.mark.parametrize(("mistake", "what"), MISTAKES)
def test_every_mistake_is_seen_for_what_it_is(mistake: Mistake, what: str) -> None:
    player, story = rich()
    hub = MadeUpHub(story, Random(7))
    got = mistake(hub, hub.told(f"acc-{player}", LINKED_S))

    assert what in kinds(faults(link(player, LINKED_S), story, got))


def test_what_happened_after_the_end_of_a_link_is_not_to_be_told() -> None:
    player, story = rich()
    got = MadeUpHub(story, Random(7)).told(f"acc-{player}", LINKED_S)

    found = kinds(faults(link(player, LINKED_S, ended_at=40.0), story, got))

    assert found <= {accounts.LATE, accounts.UNEXPLAINED}
    assert found


def test_a_gap_is_seen_also_when_the_link_has_ended() -> None:
    player, story = rich()
    hub = MadeUpHub(story, Random(7))
    got = without(BET, 4)(hub, hub.told(f"acc-{player}", LINKED_S, 50.0))

    assert kinds(faults(link(player, LINKED_S, ended_at=50.0), story, got)) == {accounts.MISSING}


@pytest.mark.parametrize("how", ["lose-delivery", "swap-deliveries", "forge-delivery"])
def test_what_sabotage_does_is_seen(how: Tampering) -> None:
    links = [link(player, LINKED_S) for player in told_stories(1)]
    hubs = {one.player: MadeUpHub(told_stories(1)[one.player], Random(7)) for one in links}
    got = {one.account: hubs[one.player].told(one.account, LINKED_S) for one in links}

    changed = tampered(got, links, told_stories(1), how)

    wrong = [one.account for one in links if faults(one, told_stories(1)[one.player], changed[one.account])]
    assert len(wrong) == 1
    assert sum(got[account] != changed[account] for account in got) == 1


def test_sabotage_needs_something_to_spoil() -> None:
    with pytest.raises(ValueError, match="simulate more"):
        tampered({"acc-1": []}, [link("1", LINKED_S)], {}, "lose-delivery")
