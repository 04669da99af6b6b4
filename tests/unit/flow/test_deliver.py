"""The third leg as partners see it: the linked alone, in order, until accepted, and never more than they take."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from countroom.core.instants import SECOND
from countroom.core.signals import Reply
from tests.unit.flow.delivering import OK, Got, Partner, Rig, fact, refused
from tests.unit.flow.simulated import now, simulated

STATUS = "account_status_changed"
Story = Callable[[Path], Awaitable[None]]


def told(story: Story, folder: Path) -> None:
    async def whole() -> None:
        await story(folder)

    simulated(whole())


def failing(times: int, reply: Reply) -> Callable[[Got], Reply]:
    """Answers so for the first `times`."""
    left = [reply] * times

    def answer(_: Got) -> Reply:
        return left.pop() if left else OK

    return answer


def test_a_linked_player_is_told_and_nobody_else(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.tell("ann", "bet", "1")
        rig.link("ann", "crm", facts=[fact("deposit", "d1"), fact("login", "x")])
        rig.tell("ann", "bet", "2")
        rig.tell("bob", "bet", "3")
        await life.quiet()
        assert crm.accepted == ["ann/deposit/d1", "ann/login/x", "ann/bet/2"]
        await life.stop()

    told(story, tmp_path)


def test_what_the_initial_messages_told_is_not_told_again_live(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm", facts=[fact("bet", "7")])
        rig.tell("ann", "bet", "7")
        await life.quiet()
        rig.tell("ann", "bet", "7")
        rig.tell("ann", "bet", "8")
        await life.quiet()
        assert [got.event_id for got in crm.got] == ["ann/bet/7", "ann/bet/8"]
        await life.stop()

    told(story, tmp_path)


def test_after_linking_nothing_is_sent_before_the_partner_can_have_heard_of_it(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm}, settle=10 * SECOND)
        life = rig.start()
        await asyncio.sleep(5)
        linked_at = now()
        rig.link("ann", "crm", facts=[fact("deposit", "d1")])
        rig.tell("ann", "bet", "2")
        await asyncio.sleep(2)
        assert life.why("ann/deposit/d1").startswith("settling")
        assert life.why("ann/bet/2") == "waiting behind delivery 1 of the same player"
        await life.quiet()
        assert crm.accepted == ["ann/deposit/d1", "ann/bet/2"]
        assert crm.got[0].at >= linked_at + 10 * SECOND
        assert crm.got[0].at <= linked_at + 10.2 * SECOND
        await life.stop()

    told(story, tmp_path)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_every_error_is_tried_again_until_it_is_accepted(tmp_path: Path, status: int) -> None:
    async def story(folder: Path) -> None:
        crm = Partner(failing(3, refused("No", status)))
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        await life.quiet()
        assert [got.status for got in crm.got] == [status, status, status, 200]
        pauses = [(b.at - a.at) / SECOND for a, b in zip(crm.got, crm.got[1:], strict=False)]
        assert [round(pause) for pause in pauses] == [1, 2, 4]
        assert [t.get("status") for t in life.explained("ann/bet/1")["tries"]] == [status, status, status, 200]
        await life.stop()

    told(story, tmp_path)


def test_retry_after_is_honoured_when_it_is_longer_than_the_backoff(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner(failing(1, refused("Later", 404, retry_after="30")))
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        await asyncio.sleep(5)
        assert life.why("ann/bet/1") == "the partner asked for 30 s (Retry-After)"
        await life.quiet()
        assert crm.got[1].at - crm.got[0].at >= 30 * SECOND
        await life.stop()

    told(story, tmp_path)


def test_one_sick_player_waits_in_order_and_holds_up_nobody(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        sick = {"bob"}
        crm = Partner(lambda got: refused() if got.player in sick else OK)
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        for player in ("ann", "bob"):
            rig.link(player, "crm")
            for n in range(100):
                rig.tell(player, "bet", str(n))
        await life.until(lambda: len(crm.of("ann")) == 100, within_s=30)
        await asyncio.sleep(3 * 3600)
        assert {got.event_id for got in crm.got if got.player == "bob"} == {"bob/bet/0"}
        assert life.why("bob/bet/0").startswith("backoff after try ")
        assert (
            life.why("bob/bet/99")
            == f"waiting behind delivery {life.shown('bob/bet/0').delivery.number} of the same player"
        )
        sick.clear()
        await life.quiet()
        assert crm.of("bob") == [f"bob/bet/{n}" for n in range(100)]
        await life.stop()

    told(story, tmp_path)


def test_one_partner_that_is_down_never_holds_up_another(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm, ads = Partner(), Partner()
        crm.is_up = False
        rig = Rig(folder, {"crm": crm, "ads": ads})
        rig.poll_s = 5.0
        life = rig.start()
        for n in range(50):
            rig.link(f"p{n}", "crm")
            rig.link(f"p{n}", "ads")
            rig.tell(f"p{n}", "bet", "1")
        await life.until(lambda: len(ads.accepted) == 50, within_s=10)
        await asyncio.sleep(24 * 3600)
        tries = len(crm.got)
        assert tries < 24 * 60 * 1.1 + 120, "a partner that is down is asked now and then"
        assert life.why("p49/bet/1").startswith("the partner is away: refused")
        crm.is_up = True
        came_back = now()
        await life.quiet()
        assert sorted(crm.accepted) == sorted(f"p{n}/bet/1" for n in range(50))
        assert crm.got[tries].at - came_back < 61 * SECOND
        await life.stop()

    told(story, tmp_path)


def test_unlinking_withdraws_what_waits_and_linking_anew_starts_anew(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        crm.is_up = False
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm", link_id="l-1", account="old")
        for n in range(3):
            rig.tell("ann", "bet", str(n))
        await asyncio.sleep(60)
        rig.unlink("ann", "crm", link_id="l-1")
        rig.tell("ann", "bet", "3")
        await asyncio.sleep(1)
        crm.is_up = True
        assert [life.explained(f"old/bet/{n}")["state"] for n in range(3)] == ["withdrawn"] * 3
        rig.link("ann", "crm", link_id="l-2", account="new", facts=[fact("bet", "3")])
        rig.tell("ann", "bet", "4")
        await life.quiet()
        assert crm.accepted == ["new/bet/3", "new/bet/4"]
        assert life.desk("crm").state.withdrawn == 3
        await life.stop()

    told(story, tmp_path)


@pytest.mark.parametrize(
    ("gate", "kind", "shut", "opened"),
    [
        ("blocked", STATUS, {"kind": "blocked", "active": True}, {"kind": "blocked", "active": False}),
        ("account", STATUS, {"kind": "excluded", "active": True}, {"kind": "excluded", "active": False}),
        ("consent.email", "consent_changed", {"channel": "email", "value": "out"}, {"channel": "email", "value": "in"}),
    ],
)  # fmt: skip
def test_a_closed_gate_keeps_messages_and_opening_releases_them_in_order(
    tmp_path: Path, gate: str, kind: str, shut: dict[str, object], opened: dict[str, object]
) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm}, gates=(gate,))
        life = rig.start()
        consents = {
            "email": {
                "kind": "consent_changed",
                "subject": "s",
                "at": 1,
                "content": {"channel": "email", "value": "in"},
            }
        }
        rig.link("ann", "crm", consents=consents)
        rig.tell("ann", "bet", "1")
        await life.quiet()
        rig.tell("ann", kind, "x", shut)
        rig.tell("ann", "bet", "2")
        await asyncio.sleep(5)
        assert life.why(f"ann/{kind}/x") == f"gate {gate} is closed"
        await life.kill()
        life = rig.start()
        await asyncio.sleep(3600)
        assert crm.accepted == ["ann/bet/1"]
        rig.tell("ann", kind, "y", opened)
        await life.quiet()
        assert crm.accepted == ["ann/bet/1", f"ann/{kind}/x", "ann/bet/2", f"ann/{kind}/y"]
        await life.stop()

    told(story, tmp_path)


def test_a_gate_taken_out_of_the_configuration_opens_at_the_next_start(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm}, gates=("consent.email",))
        life = rig.start()
        rig.link("ann", "crm", facts=[fact("bet", "1")])
        await asyncio.sleep(5)
        assert life.why("ann/bet/1") == "gate consent.email is closed"
        await life.stop()
        rig.terms["gates"] = ()
        life = rig.start()
        await life.quiet()
        assert crm.accepted == ["ann/bet/1"]
        await life.stop()

    told(story, tmp_path)


def test_a_partner_who_is_not_configured_any_more_holds_nothing_up_and_is_not_told(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm, ads = Partner(), Partner()
        rig = Rig(folder, {"crm": crm, "ads": ads})
        life = rig.start()
        rig.link("ann", "crm")
        rig.link("ann", "ads")
        await life.quiet()
        await life.stop()
        rig.partners = {"ads": ads}
        life = rig.start()
        rig.tell("ann", "bet", "1")
        await life.quiet()
        await asyncio.sleep(3)
        assert (crm.accepted, ads.accepted) == ([], ["ann/bet/1"])
        assert rig.outbox("ann").released == len(rig.outbox("ann").rows)
        await life.stop()

    told(story, tmp_path)


def test_a_stop_waits_for_what_is_being_sent_and_records_it(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner(takes_s=2.0)
        rig = Rig(folder, {"crm": crm})
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "bet", "1")
        await life.until(lambda: bool(life.desk("crm").sending), within_s=5)
        await life.stop()
        assert crm.accepted == ["ann/bet/1"]
        life = rig.start()
        await life.quiet()
        assert [got.event_id for got in crm.got] == ["ann/bet/1"]
        await life.stop()

    told(story, tmp_path)


def test_an_exclusion_from_an_initial_load_shuts_the_gate_and_is_told_to_nobody(tmp_path: Path) -> None:
    async def story(folder: Path) -> None:
        crm = Partner()
        rig = Rig(folder, {"crm": crm}, gates=("excluded",))
        life = rig.start()
        rig.link("ann", "crm")
        rig.tell("ann", "account_status_changed", "e1", {"kind": "excluded", "active": True}, quiet=True)
        rig.tell("ann", "bet", "1")
        rig.link("bob", "crm")
        rig.tell("bob", "bet", "2")
        await life.until(lambda: crm.accepted == ["bob/bet/2"])
        await life.deliver.recorded()
        assert "excluded" in life.why("ann/bet/1")
        await life.stop()

    told(story, tmp_path)
