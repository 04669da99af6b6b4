"""Refusals: collected once from wherever they lie, in groups by what is wrong; judged by people."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countroom.core.instants import DAY, Instant, iso
from countroom.runtime.quarantine_collecting import Collector
from tests.unit.runtime.mending_hub import MendingHub, bet, mending_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[MendingHub]:
    with mending_hub(tmp_path / "data") as made:
        yield made


def one_group(hub: MendingHub, **query: str) -> dict[str, Any]:
    [group] = hub.groups(**query)
    return group


def test_refusals_of_sources_logs_and_shards_are_collected_into_groups(hub: MendingHub) -> None:
    hub.post(bet("b1"), bet("b2", amount="NaN"), bet("b1", amount=6, wager_amount=6))
    hub.post(bet("b3", amount="NaN"), answers=False)

    told = {(group["reason"], group["path"], group["seen"]) for group in hub.groups()}
    assert told == {("bad_amount", "$.amount", 2), ("conflicting_duplicate", "$", 1)}
    assert {group["fingerprint"] for group in hub.groups(reason="bad_amount")} == {
        "v1·fasttrack·CASINO·bad_amount·$.amount"
    }


def test_a_body_that_is_sent_again_is_counted_again_and_is_one_body(hub: MendingHub) -> None:
    broken = bet("b1", amount="NaN")
    hub.post(broken)
    assert (one_group(hub)["seen"], one_group(hub)["bodies"]) == (1, 1)
    hub.post(broken, broken, bet("b2", amount="NaN", user_id="4712"))

    group = one_group(hub)
    assert (group["seen"], group["bodies"], group["waiting"], group["players"]) == (4, 2, 2, 2)


def test_collecting_again_finds_nothing_new(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    first = hub.groups()

    assert hub.groups() == first


def test_elements_of_arrays_are_one_place(hub: MendingHub) -> None:
    def consents(number: int) -> dict[str, Any]:
        entries = [{"type": "email", "opted_in": True}] * number + [{"type": "carrier pigeon", "opted_in": True}]
        return {"user_id": "1", "origin": "lucky", "timestamp": iso(hub.now), "consents": entries}

    hub.post(consents(1), consents(3), kind="USER_CONSENTS_V2")

    assert [(g["path"], g["seen"]) for g in hub.groups()] == [("$.consents[].type", 2)]


def test_a_receipt_with_several_errors_is_in_the_group_of_the_first_and_shows_the_others(hub: MendingHub) -> None:
    hub.post(bet("b1", type="Spin", amount="NaN"))

    group = one_group(hub)
    shown = hub.ask("GET", f"/api/quarantine/{group['example']}").json
    assert group["reason"] == "unknown_type"
    assert [each["reason"] for each in shown["rejections"]] == ["unknown_type", "bad_amount"]


def test_a_resolved_group_opens_again_when_it_comes_again(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)["group"]
    hub.ask("POST", f"/api/quarantine/groups/{group}/resolve", {"reason": "sender repaired"})
    assert one_group(hub)["status"] == "resolved"

    hub.post(bet("b2", amount="NaN"))

    story = hub.ask("GET", f"/api/quarantine/groups/{group}").json
    assert story["status"] == "open"
    assert [(row["act"], row["who"]) for row in story["activity"]] == [
        ("quarantine.reopen", "hub"),
        ("quarantine.resolve", "tests"),
    ]


def test_a_group_is_ignored_until_so_many_have_come(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)["group"]
    hub.ask("POST", f"/api/quarantine/groups/{group}/ignore", {"count": 2})

    hub.post(bet("b2", amount="NaN"))
    assert one_group(hub)["status"] == "ignored"
    hub.post(bet("b3", amount="NaN"))
    assert one_group(hub)["status"] == "open"


def test_a_group_is_ignored_until_a_date(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)["group"]
    told = hub.ask("POST", f"/api/quarantine/groups/{group}/ignore", {"until": iso(Instant(hub.now + DAY))})
    assert told.json["status"] == "ignored"

    hub.now = Instant(hub.now + DAY)

    assert one_group(hub)["status"] == "open"


def test_nothing_is_ignored_for_ever(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)["group"]

    assert hub.ask("POST", f"/api/quarantine/groups/{group}/ignore", {}).status == 422


def test_an_acknowledged_group_has_an_owner_and_stays_so(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)["group"]
    hub.ask("POST", f"/api/quarantine/groups/{group}/ack", {"owner": "ann"})
    hub.post(bet("b2", amount="NaN"))

    assert (one_group(hub)["status"], one_group(hub)["owner"]) == ("acknowledged", "ann")


def test_a_group_is_merged_by_people_and_stays_merged_until_they_unmerge(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"), bet("b2", currency="€"))
    into = one_group(hub, reason="bad_amount")["group"]
    other = one_group(hub, reason="bad_currency")["group"]
    hub.ask("POST", f"/api/quarantine/groups/{other}/merge", {"into": into})
    hub.post(bet("b3", currency="€"))

    [group] = hub.groups()
    assert (group["group"], group["seen"], group["members"]) == (into, 3, [other])
    receipts = hub.ask("GET", f"/api/quarantine/groups/{into}/receipts").json["items"]
    assert len(receipts) == 3

    hub.ask("POST", f"/api/quarantine/groups/{other}/unmerge", {})
    assert {(g["group"], g["seen"]) for g in hub.groups()} == {(into, 1), (other, 2)}


def test_groups_that_are_like_a_group_are_shown_with_it(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"), bet("b2", wager_amount="NaN"), bet("b3", currency="€"))
    group = next(g for g in hub.groups() if g["path"] == "$.amount")

    story = hub.ask("GET", f"/api/quarantine/groups/{group['group']}").json

    assert [each["path"] for each in story["similar"]] == ["$.wager_amount"]


def test_a_group_is_found_by_its_fingerprint(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    group = one_group(hub)

    assert hub.ask("GET", f"/api/quarantine/groups/{group['fingerprint']}").json["group"] == group["group"]


def test_a_receipt_is_given_up_for_a_reason_and_is_redriven_no_more(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"))
    name = one_group(hub)["example"]

    assert hub.ask("POST", f"/api/quarantine/{name}/discard", {}).status == 400
    assert hub.ask("POST", f"/api/quarantine/{name}/discard", {"reason": "a test of theirs"}).json["state"] == (
        "discarded"
    )
    assert (one_group(hub)["waiting"], one_group(hub)["discarded"]) == (0, 1)
    assert hub.ask("POST", f"/api/quarantine/{name}/discard", {"reason": "again"}).status == 409


def test_many_are_given_up_in_two_steps(hub: MendingHub) -> None:
    hub.post(*(bet(f"b{n}", amount="NaN") for n in range(5)))
    group = one_group(hub)["group"]
    plan = hub.ask("POST", "/api/quarantine/discard/plan", {"group": group, "reason": "a test of theirs"}).json
    assert (plan["count"], one_group(hub)["waiting"]) == (5, 5)

    ended = hub.ask("POST", f"/api/plans/{plan['plan_id']}/run", {}).json

    assert (ended["outcome"], one_group(hub)["discarded"]) == ({"discarded": 5}, 5)


def test_whose_receipts_are_is_seen_later_when_the_vault_is_away_at_first(hub: MendingHub) -> None:
    hub.post(bet("b1", amount="NaN"), bet("b2", amount="NaN"))
    Collector(hub.view, hub.books, None).collect()
    [before] = hub.books.quarantine.groups.every()

    [after] = hub.groups()

    assert (before.players, before.is_read) == (0, False)
    assert (after["players"], after["players_are_known"]) == (1, True)
