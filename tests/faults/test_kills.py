"""Twenty SIGKILLs a round, at named seams and at random, over a hub with traffic: nothing lost, nothing twice."""

import asyncio
import os
from pathlib import Path

import pytest

from countroom.runtime.replaying import replay_all
from tests.faults.seamed.kills import KILLS, fallen
from tests.faults.seamed.round import play
from tests.faults.seamed.running import SeamedHub

ROUNDS = int(os.environ.get("COUNTROOM_FAULT_ROUNDS", "1"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_a_hub_killed_twenty_times_has_every_figure_right_and_replays_to_equal_bytes(seed: int, tmp_path: Path) -> None:
    with SeamedHub(tmp_path) as hub:
        ended = asyncio.run(play(hub, seed))
        status = hub.stop()
    results = replay_all(hub.data, None, progress=lambda _: None)

    assert [line for line in ended.verdict.lines if not line.is_equal] == [], ended.verdict.wrong
    assert sorted(map(str, ended.done)) == sorted(map(str, ended.planned))
    assert fallen(ended.done) >= KILLS
    assert ended.retried > 0
    assert status == 0
    assert [result.differences for result in results] == [(), ()]
