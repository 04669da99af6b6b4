"""Whose turn it is at a partner with a pace: how fast he is told, and who does not wait for whom."""

import asyncio
from pathlib import Path

from countroom.core.instants import SECOND
from tests.unit.flow.delivering import OK, Partner, Rig, fact, refused
from tests.unit.flow.simulated import now, simulated


def test_the_pace_holds_over_a_kill_and_a_fresh_player_does_not_wait_for_the_backlog(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        crm.is_up = False
        rig = Rig(folder, {"crm": crm}, rate=40)
        life = rig.start()
        for n in range(3_000):
            rig.link(f"old{n}", "crm", facts=[fact("bet", "1")])
        await asyncio.sleep(120)
        crm.got.clear()
        crm.is_up = True
        await life.until(lambda: len(crm.got) > 100, within_s=70)
        await life.kill()
        life = rig.start()
        await life.until(lambda: len(crm.got) > 300, within_s=70)
        rig.link("new", "crm")
        waits = []
        for n in range(40):
            begun = now()
            rig.tell("new", "bet", str(n))
            await life.until(lambda n=n: len(crm.of("new")) > n, within_s=5)  # type: ignore[misc]
            waits.append((now() - begun) / SECOND)
            await asyncio.sleep(0.1)
        assert max(waits) < 0.2
        await life.quiet()
        moments = [got.at for got in crm.got]
        assert all(b - a > SECOND for a, b in zip(moments, moments[40:], strict=False))
        assert len(set(crm.accepted)) == 3_040
        await life.stop()

    simulated(story(tmp_path))


def test_a_partner_who_answers_steadily_is_told_at_his_limit_however_long_his_answers_take(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner(takes_s=0.3)
        rig = Rig(folder, {"crm": crm}, rate=40)
        life = rig.start()
        for n in range(2_000):
            rig.link(f"p{n}", "crm", facts=[fact("bet", "1")])
        await life.quiet()
        moments = [got.at for got in crm.got]
        assert all(b - a > SECOND for a, b in zip(moments, moments[40:], strict=False))
        assert 39.8 < 1_600 / ((moments[-1] - moments[-1_601]) / SECOND) <= 40
        await life.stop()

    simulated(story(tmp_path))


def test_a_fresh_player_refused_for_a_moment_does_not_fall_behind_the_backlog(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        crm.is_up = False
        rig = Rig(folder, {"crm": crm}, rate=40, settle=3 * SECOND)
        life = rig.start()
        for n in range(3_000):
            rig.link(f"old{n}", "crm", facts=[fact("bet", "1")])
        await asyncio.sleep(120)
        race = [refused()] * 2
        crm.answer = lambda got: race.pop() if got.player == "new" and race else OK
        crm.is_up = True
        await life.until(lambda: len(crm.accepted) > 500, within_s=90)
        linked_at = now()
        rig.link("new", "crm", facts=[fact("bet", "1")])
        await life.until(lambda: bool(crm.of("new")), within_s=70)
        assert now() - linked_at < 7 * SECOND
        assert len(set(crm.accepted)) < 1_000
        await life.stop()

    simulated(story(tmp_path))


def test_what_was_fresh_when_an_outage_began_does_not_stand_in_the_way_of_who_is_fresh_after_it(
    tmp_path: Path,
) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        crm.is_up = False
        rig = Rig(folder, {"crm": crm}, rate=40)
        life = rig.start()
        for n in range(200):
            rig.link(f"old{n}", "crm")
            for m in range(20):
                rig.tell(f"old{n}", "bet", str(m))
        await asyncio.sleep(120)
        crm.is_up = True
        await life.until(lambda: bool(crm.accepted), within_s=70)
        for n in range(20):
            rig.link(f"new{n}", "crm")
            begun = now()
            rig.tell(f"new{n}", "bet", "1")
            await life.until(lambda n=n: bool(crm.of(f"new{n}")), within_s=5)  # type: ignore[misc]
            assert now() - begun < 1.5 * SECOND
        assert len(crm.accepted) < 1_000
        await life.stop()

    simulated(story(tmp_path))
