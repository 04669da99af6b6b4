"""Twenty SIGKILLs a round, at named seams and at random, over a hub with traffic: nothing lost, nothing twice."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from countroom.runtime.replaying import replay_all
from countroom.simulator.person import personal_values
from countroom.simulator.sending import ACCEPTED, Sending
from tests.faults.laid_open import lay_open
from tests.faults.leaks import search
from tests.faults.seamed.kills import KILLS, fallen
from tests.faults.seamed.round import play
from tests.faults.seamed.running import SeamedHub
from tests.faults.seamed.seams import FIRST_START

ROUNDS = int(os.environ.get("COUNTROOM_FAULT_ROUNDS", "1"))

TELLING = ("email", "username", "address", "last_name")


def personal(sendings: list[Sending]) -> set[str]:
    """What a few players told of themselves, in forms that come about by no accident."""
    told = {
        value
        for sending in sendings[:400]
        if sending.expect == ACCEPTED and b"first_name" in sending.body
        for name, value in personal_values(json.loads(sending.body)).items()
        if name in TELLING
    }
    assert len(told) > 20
    return set(sorted(told)[:20])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_a_hub_killed_twenty_times_has_every_figure_right_and_replays_to_equal_bytes(seed: int, tmp_path: Path) -> None:
    hub = SeamedHub(tmp_path)
    for process, seam in FIRST_START.items():
        hub.arming(process).arm(seam)
    with hub:
        ended = asyncio.run(play(hub, seed))
        status = hub.stop()
    results = replay_all(hub.data, None, progress=lambda _: None)
    found = search(hub.data, personal(ended.sendings)) + search(
        lay_open(hub.data, tmp_path / "open"), personal(ended.sendings)
    )

    assert [line for line in ended.verdict.lines if not line.is_equal] == [], ended.verdict.wrong
    assert sorted(map(str, ended.done)) == sorted(map(str, ended.planned))
    assert fallen(ended.done) >= KILLS
    assert all(hub.arming(process).fell for process in FIRST_START)
    assert ended.retried > 0
    assert ended.unreadable == []
    assert status == 0
    assert [result.differences for result in results] == [(), ()]
    assert found == []
