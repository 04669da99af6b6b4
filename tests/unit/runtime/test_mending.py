"""Refused receipts mended by mappings and redriven: in order, once, with the books in balance, whatever happens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from countroom.config.settings import BrandSection
from countroom.core.ids import BrandId
from countroom.core.instants import SECOND, Instant, iso
from countroom.core.item import Item
from countroom.ports import Refusal
from countroom.runtime.redriving import LaneLog
from tests.unit.runtime.mending_hub import MendingHub, bet, mending_hub
from tests.unit.runtime.small_hub import NOON, SETTINGS, changed

AMT = {"do": "rename", "field": "$.amt", "to": "$.amount"}


def odd(own_id: str, **changes: object) -> dict[str, Any]:
    """A bet whose sender calls the amount `amt`."""
    return bet(own_id, amount=None, wager_amount=None, amt=5, **changes)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[MendingHub]:
    with mending_hub(tmp_path / "data") as made:
        yield made


def preview(hub: MendingHub, *rules: dict[str, str], **aim: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.ask(
        "POST", "/api/quarantine/preview", {"source": "ft", "rules": list(rules)} | aim
    ).json
    return found


def test_a_preview_says_what_would_decode_and_stores_nothing(hub: MendingHub) -> None:
    hub.post(bet("b0"), odd("b1"), odd("b2", user_id="4712"), odd("b3", currency="€"))
    before = hub.groups()

    told = preview(hub, AMT)

    assert (told["receipts"], told["decode"], told["still_fail"], told["players"]) == (3, 2, 1, 2)
    assert [(g["reason"], g["receipts"]) for g in told["new_groups"]] == [("bad_currency", 1)]
    assert told["players_sample"] == ["lucky/4711", "lucky/4712"]
    assert hub.groups() == before
    assert hub.turnover() == "5"


def test_a_preview_says_what_partners_would_be_told(hub: MendingHub) -> None:
    hub.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"})
    hub.post(odd("b1"), odd("b2"), odd("b3", user_id="4712"))

    assert preview(hub, AMT)["deliveries"] == {"faceit": 2}


def test_a_preview_knows_what_was_counted_meanwhile(hub: MendingHub) -> None:
    hub.post(odd("b1"), odd("b2", user_id="4712"), bet("b1"))

    told = preview(hub, AMT)

    assert (told["decode"], told["known"], told["players"]) == (2, 1, 1)


def test_a_preview_of_a_rule_that_cannot_be_says_which(hub: MendingHub) -> None:
    hub.post(odd("b1"))
    wish = {"source": "ft", "rules": [AMT | {"to": "amount"}]}

    told = hub.ask("POST", "/api/quarantine/preview", wish)

    assert (told.status, told.json["detail"][:9]) == (422, "rules[0]:")


def test_a_mended_group_is_redriven_and_resolved(hub: MendingHub) -> None:
    hub.post(odd("b1"), odd("b2"), bet("b3"))
    assert hub.publish(AMT) == 1
    [group] = hub.groups()
    job = hub.redrive(group=group["group"])
    assert (job["state"], job["total"], job["arguments"]["mapping"]) == ("waiting", 2, 1)

    hub.work()

    job = hub.job(job["job_id"])
    assert (job["state"], job["done"], job["failed"]) == ("done", 2, 0)
    assert hub.turnover() == "15"
    assert hub.logged() == [("CASINO", "b1", 1), ("CASINO", "b2", 1)]
    [group] = hub.groups()
    assert (group["status"], group["waiting"], group["redriven"]) == ("resolved", 0, 2)
    shown = hub.ask("GET", f"/api/quarantine/{group['example']}").json
    assert (shown["state"], shown["job"], shown["mapping"]) == ("redriven", job["job_id"], 1)


def test_what_still_fails_waits_in_the_group_of_its_new_reason(hub: MendingHub) -> None:
    hub.post(odd("b1"), odd("b2", vendor_id=""), odd("b3", vendor_id="", user_id="4712"))
    hub.publish(AMT)
    [before] = hub.groups()

    hub.redrive(source="ft")
    hub.work()

    told = {(g["reason"], g["seen"], g["waiting"], g["redriven"], g["players"], g["status"]) for g in hub.groups()}
    assert told == {("malformed", 1, 0, 1, 1, "resolved"), ("bad_id", 2, 2, 0, 2, "open")}
    assert before["seen"] == 3


def test_what_failed_twice_is_mended_by_the_next_version(hub: MendingHub) -> None:
    hub.post(odd("b1"), odd("b2", vendor_id=""))
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()
    assert hub.publish({"do": "default", "field": "$.vendor_id", "value": "7"}) == 2
    hub.redrive(source="ft")
    hub.work()

    assert hub.turnover() == "10"
    assert hub.logged() == [("CASINO", "b1", 1), ("CASINO", "b2", 2)]


def test_the_intake_reads_by_the_newest_mapping_and_notes_its_version(hub: MendingHub) -> None:
    hub.publish(AMT)

    assert hub.post(odd("b1"), bet("b2")) == [200, 200]
    assert hub.turnover() == "10"
    story = hub.ask("GET", "/api/events/b1/why").lines
    assert next(line["story"]["decoded"]["mapping"] for line in story if "story" in line) == 1


def test_receipts_of_a_player_are_redriven_in_the_order_in_which_they_came(hub: MendingHub) -> None:
    hub.post(odd("b1", timestamp=iso(NOON)), odd("b3", currency="€"), odd("b2", timestamp=iso(Instant(NOON - SECOND))))
    hub.publish(AMT, {"do": "values", "field": "$.currency", "map": {"€": "EUR"}})
    hub.redrive(source="ft")
    hub.work()

    assert [own_id for _, own_id, _ in hub.logged()] == ["b1", "b3", "b2"]


def test_receipts_of_one_instant_are_redriven_in_the_order_of_what_they_tell(hub: MendingHub) -> None:
    bodies = [odd("b2", timestamp=iso(NOON)), odd("b1", timestamp=iso(Instant(NOON - SECOND)))]
    hub.receive([("CASINO", json.dumps(body).encode(), NOON) for body in bodies])
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()

    assert [own_id for _, own_id, _ in hub.logged()] == ["b1", "b2"]


def test_a_redrive_lets_a_sender_speak_for_nobody_but_his_own(tmp_path: Path) -> None:
    brands = {name: BrandSection() for name in ("lucky", "happy", "third")}
    with mending_hub(tmp_path / "data", changed(SETTINGS, brands=brands)) as hub:
        hub.served = (BrandId("lucky"), BrandId("happy"))
        assert hub.post(odd("b1", origin="third"), odd("b2", origin="happy")) == [400, 400]
        hub.publish(AMT)
        hub.redrive(source="ft")
        hub.work()

        assert [own_id for _, own_id, _ in hub.logged()] == ["b2"]
        assert [(g["reason"], g["waiting"]) for g in hub.groups(status="open")] == [("unknown_brand", 1)]


def test_what_was_counted_meanwhile_is_not_counted_again(hub: MendingHub) -> None:
    hub.post(odd("b1"), bet("b1"))
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()

    assert hub.turnover() == "5"
    assert (hub.balance()["duplicates"], hub.balance()["unaccounted"]) == (1, 0)


def test_what_was_answered_400_is_received_when_it_is_redriven(hub: MendingHub) -> None:
    hub.post(odd("b1"), bet("b2"))
    assert (hub.balance()["received"], hub.balance()["folded"]) == (1, 1)
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()

    assert hub.balance() == {
        "received": 2, "duplicates": 0, "folded": 2, "refused": 0, "in_flight": 0, "unaccounted": 0,
    }  # fmt: skip


def test_what_a_log_refused_is_received_once_and_refused_no_more(hub: MendingHub) -> None:
    hub.post(odd("b1"), answers=False)
    assert (hub.balance()["received"], hub.balance()["refused"]) == (1, 1)
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()

    assert hub.balance() == {
        "received": 1, "duplicates": 0, "folded": 1, "refused": 0, "in_flight": 0, "unaccounted": 0,
    }  # fmt: skip


def test_what_a_shard_refused_may_be_redriven_and_is_refused_again_by_itself(hub: MendingHub) -> None:
    hub.post(bet("b1"), bet("b1", amount=6, wager_amount=6))
    [group] = hub.groups()
    hub.redrive(group=group["group"])
    hub.work()

    [group] = hub.groups()
    assert (group["waiting"], group["redriven"], group["seen"], group["source"]) == (1, 1, 2, "ft")
    assert hub.balance() == {
        "received": 2, "duplicates": 0, "folded": 1, "refused": 1, "in_flight": 0, "unaccounted": 0,
    }  # fmt: skip


class Dying(LaneLog):
    """A log in a process that is killed when it has written, or right before."""

    has_written = True

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        if self.has_written:
            super().append(items, refusals, logged_at)
        raise KeyboardInterrupt


class DyingBefore(Dying):
    has_written = False


@pytest.mark.parametrize(("dying", "written"), [(Dying, 2), (DyingBefore, 0)])
def test_a_job_that_is_killed_around_its_write_logs_everything_once(
    tmp_path: Path, dying: type[Dying], written: int
) -> None:
    root = tmp_path / "data"
    with mending_hub(root, writing=dying) as hub:
        hub.post(odd("b1"), odd("b2"))
        hub.publish(AMT)
        job_id = hub.redrive(source="ft")["job_id"]
        with pytest.raises(KeyboardInterrupt):
            hub.work()
        assert (len(hub.logged()), hub.job(job_id)["done"]) == (written, 0)

    with mending_hub(root) as hub:
        hub.work()

        assert [own_id for _, own_id, _ in hub.logged()] == ["b1", "b2"]
        assert (hub.job(job_id)["state"], hub.job(job_id)["done"]) == ("done", 2)
        [group] = hub.groups()
        assert (group["waiting"], group["redriven"]) == (0, 2)


def test_a_job_waits_while_the_vault_is_away(tmp_path: Path) -> None:
    with mending_hub(tmp_path / "data") as hub:
        hub.post(odd("b1"))
        hub.publish(AMT)
        job_id = hub.redrive(source="ft")["job_id"]
        hub.vault.close()
        hub.running_vault.stop()
        hub.runner.turn()
        assert hub.job(job_id)["state"] == "running"
        assert hub.job(job_id)["detail"]

        hub.running_vault.start()
        hub.work()

        assert (hub.job(job_id)["state"], hub.turnover()) == ("done", "5")


def test_a_paused_job_rests_and_goes_on_where_it_was(hub: MendingHub) -> None:
    hub.post(*(odd(f"b{n}") for n in range(4)))
    hub.publish(AMT)
    job_id = hub.redrive(source="ft", pace=2)["job_id"]
    hub.runner.turn()
    assert hub.ask("POST", f"/api/jobs/{job_id}/pause", {}).json["state"] == "paused"
    hub.work()
    assert (hub.job(job_id)["state"], hub.job(job_id)["done"]) == ("paused", 2)

    hub.ask("POST", f"/api/jobs/{job_id}/resume", {})
    hub.work()

    assert (hub.job(job_id)["state"], hub.job(job_id)["done"], len(hub.logged())) == ("done", 4, 4)


def test_a_cancelled_job_keeps_what_it_did_and_does_no_more(hub: MendingHub) -> None:
    hub.post(*(odd(f"b{n}") for n in range(4)))
    hub.publish(AMT)
    job_id = hub.redrive(source="ft", pace=1)["job_id"]
    hub.runner.turn()
    hub.ask("POST", f"/api/jobs/{job_id}/cancel", {"reason": "too early"})
    hub.work()

    assert (hub.job(job_id)["state"], len(hub.logged())) == ("cancelled", 1)
    [group] = hub.groups()
    assert (group["waiting"], group["redriven"]) == (3, 1)


def test_a_job_keeps_its_pace(hub: MendingHub) -> None:
    hub.post(*(odd(f"b{n}") for n in range(6)))
    hub.publish(AMT)
    hub.redrive(source="ft", pace=3)

    assert 0.5 < hub.runner.turn() <= 1.0
    assert len(hub.logged()) == 3


def test_personal_fields_that_a_mapping_finds_are_sealed(hub: MendingHub) -> None:
    body = {"user_id": "4711", "origin": "lucky", "timestamp": iso(NOON), "mail": "ann@example.com", "date": "x"}
    rules = [
        {"do": "rename", "field": "$.mail", "to": "$.email", "types": ["USER_UPDATE_V2"]},
        {"do": "rename", "field": "$.when", "to": "$.timestamp", "types": ["USER_UPDATE_V2"]},
    ]
    del body["timestamp"]
    assert hub.post(body | {"when": iso(NOON)}, kind="USER_UPDATE_V2") == [400]
    hub.publish(*rules)
    hub.redrive(source="ft")
    hub.work()

    profile = hub.ask("GET", "/api/players/lucky/4711").json["profile"]
    assert "email" in str(profile)
    assert b"ann@example.com" not in b"".join(path.read_bytes() for path in hub.place.root.rglob("*") if path.is_file())


def test_every_step_is_in_the_audit_log(hub: MendingHub) -> None:
    hub.post(odd("b1"))
    hub.publish(AMT)
    job_id = hub.redrive(source="ft", reason="ticket 7")["job_id"]
    hub.work()

    acts = [row["act"] for row in hub.ask("GET", "/api/audit").json["items"]]
    assert acts == ["quarantine.resolve", "plan.end", "job.make", "plan.run", "plan.make", "mapping.publish"]
    assert hub.job(job_id)["reason"] == "ticket 7"
    assert hub.ask("GET", "/api/audit/verify").json["holds"]
