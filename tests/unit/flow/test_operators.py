"""What operators do to partners and deliveries, and what a delivery says of it."""

import asyncio
from pathlib import Path

import pytest

from countroom.core.deliveries import State
from countroom.core.errors import Contradicted, Missing
from countroom.flow.explain import partner
from tests.unit.flow.delivering import OK, Partner, Rig, fact, refused
from tests.unit.flow.simulated import now, simulated


def test_a_paused_partner_is_sent_nothing_until_resumed_also_over_a_restart(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner()
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        await asyncio.sleep(2)
        await life.operator.pause("crm", by="jo", reason="their migration")
        rig.link("ann", "crm", facts=[fact("bet", "1")])
        await asyncio.sleep(60)
        assert life.why("ann/bet/1") == "paused by jo: their migration"
        await life.kill()
        life = rig.start()
        await asyncio.sleep(3600)
        assert crm.got == []
        await life.operator.resume("crm", by="jo", reason="done")
        await life.quiet()
        assert crm.accepted == ["ann/bet/1"]
        await life.stop()

    simulated(story())


def test_a_dropped_delivery_is_never_sent_again_and_the_next_one_goes(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner(lambda got: refused("Bad", 400) if got.event_id.endswith("/1") else OK)
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        for n in (1, 2, 3):
            rig.tell("ann", "bet", str(n))
        await asyncio.sleep(10)
        await life.operator.drop(life.shown("ann/bet/1"), by="jo", reason="made up by a test")
        await life.quiet()
        assert crm.accepted == ["ann/bet/2", "ann/bet/3"]
        said = life.explained("ann/bet/1")
        assert said["state"] == "dropped"
        assert [(act["act"], act["by"], act["reason"]) for act in said["acts"]] == [("drop", "jo", "made up by a test")]
        with pytest.raises(Contradicted, match="it is accepted already"):
            await life.operator.drop(life.shown("ann/bet/2"), by="jo", reason="no")
        await life.stop()

    simulated(story())


def test_a_delivery_behind_others_can_be_dropped_and_the_order_of_the_rest_stays(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner()
        crm.is_up = False
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        for n in range(5):
            rig.tell("ann", "bet", str(n))
        await asyncio.sleep(10)
        await life.operator.drop(life.shown("ann/bet/2"), by="jo", reason="no")
        crm.is_up = True
        await life.quiet()
        assert crm.accepted == [f"ann/bet/{n}" for n in (0, 1, 3, 4)]
        await life.stop()

    simulated(story())


def test_a_delivery_dropped_while_it_is_being_sent_is_not_tried_again(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner(lambda got: refused("Bad", 400) if got.event_id.endswith("/1") else OK, takes_s=5.0)
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        rig.tell("ann", "bet", "2")
        await asyncio.sleep(2)
        assert life.why("ann/bet/1") == "it is being sent"
        await life.operator.drop(life.shown("ann/bet/1"), by="jo", reason="no")
        await life.quiet()
        assert [got.event_id for got in crm.got] == ["ann/bet/1", "ann/bet/2"]
        assert life.explained("ann/bet/1")["state"] == "dropped"
        await life.stop()

    simulated(story())


def test_what_is_given_up_on_its_way_and_accepted_counts_once_and_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner(takes_s=5.0)
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        for player in ("ann", "bob"):
            rig.link(player, "crm")
            rig.tell(player, "bet", "1")
            rig.tell(player, "bet", "2")
        await asyncio.sleep(2)
        rig.unlink("ann", "crm")
        await life.operator.drop(life.shown("bob/bet/1"), by="jo", reason="no")
        await asyncio.sleep(1)
        for event, state in (("ann/bet/1", "withdrawn"), ("bob/bet/1", "dropped")):
            found = life.explained(event)
            assert (found["state"], found["next"]) == (state, None)
            assert found["note"].startswith("it was on its way already")
        with pytest.raises(Contradicted, match="being sent right now"):
            await life.operator.requeue(life.shown("bob/bet/1"), by="jo", reason="yes")
        await life.quiet()
        kept = life.desk("crm").state
        assert (kept.accepted, kept.withdrawn, kept.dropped) == (3, 1, 0)
        assert sorted(crm.accepted) == ["ann/bet/1", "bob/bet/1", "bob/bet/2"]
        for event, word in (("ann/bet/1", "its link ended"), ("bob/bet/1", "it was dropped")):
            found = life.explained(event)
            assert found["state"] == "accepted"
            assert found["note"] == f"{word} while it was on its way; the partner accepted it all the same"
        assert "note" not in life.explained("bob/bet/2")
        await life.stop()

    simulated(story())


def test_what_is_given_up_on_its_way_and_refused_stays_given_up(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner(lambda _: refused("Bad", 400), takes_s=5.0)
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        await asyncio.sleep(2)
        rig.unlink("ann", "crm")
        await asyncio.sleep(1_000)
        found = life.explained("ann/bet/1")
        assert (found["state"], found["attempts"], "note" in found) == ("withdrawn", 1, False)
        stands = partner(life.desk("crm"), oldest=0, held=0, now=now())
        assert (stands["state"], stands["last_failed_try"]["said"]) == ("flowing", "400 Bad")
        state = life.desk("crm").state
        assert (state.accepted, state.withdrawn, life.desk("crm").waiting) == (0, 1, 0)
        await life.stop()

    simulated(story())


def test_an_act_on_what_ended_a_moment_ago_does_not_take_it_for_waiting(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner(takes_s=1.0)
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        await life.until(lambda: life.desk("crm").state.accepted == 1, step_s=0.001)
        shown = life.shown("ann/bet/1")
        assert shown.state is State.WAITING  # What was accepted is not recorded yet.
        with pytest.raises(Contradicted, match="accepted already"):
            await life.operator.drop(shown, by="jo", reason="no")
        await life.operator.requeue(shown, by="jo", reason="once more")
        await life.quiet(within_s=10)
        assert crm.accepted == ["ann/bet/1", "ann/bet/1"]
        rig.tell("ann", "bet", "2")
        await asyncio.sleep(0.5)
        crm.takes_s = 60.0
        rig.tell("ann", "bet", "3")
        await asyncio.sleep(2)
        shown = life.shown("ann/bet/3")
        rig.unlink("ann", "crm")
        await life.until(lambda: life.desk("crm").state.withdrawn == 1, step_s=0.001)
        with pytest.raises(Contradicted, match="withdrawn already"):
            await life.operator.drop(shown, by="jo", reason="no")
        assert life.desk("crm").waiting == 0
        await life.stop()

    simulated(story())


def test_a_requeued_delivery_goes_at_once_and_a_dropped_one_goes_ahead_of_later_ones(tmp_path: Path) -> None:
    async def story() -> None:
        answers = {"ann/bet/1": refused("Bad", 400)}
        crm = Partner(lambda got: answers.get(got.event_id, OK))
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        rig.tell("ann", "bet", "2")
        await asyncio.sleep(1_000)
        await life.operator.drop(life.shown("ann/bet/1"), by="jo", reason="no")
        await life.quiet()
        answers.clear()
        crm.is_up = False
        rig.tell("ann", "bet", "3")
        await asyncio.sleep(1_000)
        await life.operator.requeue(life.shown("ann/bet/1"), by="jo", reason="mended")
        crm.is_up = True
        await life.operator.requeue(life.shown("ann/bet/3"), by="jo", reason="now")
        await life.quiet(within_s=70)
        assert crm.accepted == ["ann/bet/2", "ann/bet/1", "ann/bet/3"]
        await life.stop()

    simulated(story())


def test_what_was_accepted_can_be_sent_once_more_with_the_same_id(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner()
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm", facts=[fact("bet", "1")])
        await life.quiet()
        await life.operator.requeue(life.shown("ann/bet/1"), by="jo", reason="they lost it")
        await life.quiet()
        assert crm.accepted == ["ann/bet/1", "ann/bet/1"]
        rig.unlink("ann", "crm")
        await life.quiet()
        with pytest.raises(Contradicted, match="l-ann-crm has ended"):
            await life.operator.requeue(life.shown("ann/bet/1"), by="jo", reason="again")
        await life.stop()

    simulated(story())


def test_a_pace_set_by_hand_holds_over_a_restart_until_it_is_taken_back(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner()
        rig = Rig(tmp_path, {"crm": crm}, rate=40)
        life = rig.start()
        await life.operator.set_rate("crm", 5, by="jo", reason="they asked")
        await life.kill()
        life = rig.start()
        for n in range(50):
            rig.link(f"p{n}", "crm", facts=[fact("bet", "1")])
        await life.quiet()
        moments = [got.at for got in crm.got]
        assert all(b - a > 1_000_000 for a, b in zip(moments, moments[5:], strict=False))
        await life.operator.set_rate("crm", None, by="jo", reason="over")
        assert life.desk("crm").rate == 40
        with pytest.raises(Contradicted, match="expected 0"):
            await life.operator.set_rate("crm", -1, by="jo", reason="no")
        with pytest.raises(Missing, match="known here: crm"):
            await life.operator.pause("cmr", by="jo", reason="typo")
        await life.stop()

    simulated(story())
