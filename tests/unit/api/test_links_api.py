"""Links over the API: made, ended, listed, once for each name; and many at once in two steps."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from countroom.core.instants import MINUTE, Instant
from tests.unit.runtime.small_hub import NOON, SmallHub, bet, small_hub

ANN = {"brand": "lucky", "player": "4711", "partner": "faceit", "account": "a-1"}


def links(hub: SmallHub, **query: str) -> list[dict[str, Any]]:
    url = "/api/links?" + "&".join(f"{name}={value}" for name, value in query.items())
    items: list[dict[str, Any]] = hub.ask("GET", url).json["items"]
    return items


def test_a_link_is_made_shown_and_ended_with_its_history(hub: SmallHub) -> None:
    made = hub.ask("POST", "/api/links", ANN | {"reason": "ticket 7"}, token="operate")
    hub.now = Instant(NOON + MINUTE)
    ended = hub.ask("DELETE", f"/api/links/{made.json['link_id']}?reason=asked", token="operate")

    assert (made.status, made.json["state"], ended.json["state"]) == (201, "linked", "unlinked")
    story = hub.ask("GET", f"/api/links/{made.json['link_id']}").json
    assert [(s["state"], s["cause"], s["by"], s["is_told"]) for s in story["history"]] == [
        ("linked", "ticket 7", "tests", True),
        ("unlinked", "asked", "tests", True),
    ]


def test_a_link_made_over_the_api_reaches_the_fold(hub: SmallHub) -> None:
    hub.ask("POST", "/api/links", ANN)
    hub.fold()

    [link] = hub.ask("GET", "/api/players/lucky/4711").json["links"]
    assert (link["partner"], link["account"], link["state"]) == ("faceit", "a-1", "linked")


def test_who_is_linked_so_already_is_answered_with_200(hub: SmallHub) -> None:
    first, again = hub.ask("POST", "/api/links", ANN), hub.ask("POST", "/api/links", ANN)

    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json


def test_a_second_claim_is_409_and_names_the_link(hub: SmallHub) -> None:
    holder = hub.ask("POST", "/api/links", ANN).json["link_id"]

    told = hub.ask("POST", "/api/links", ANN | {"player": "9"})

    assert (told.status, told.json["code"]) == (409, "CR-1008")
    assert holder in told.json["detail"]
    assert "4711" not in told.json["detail"]


def test_of_many_who_claim_one_account_at_once_one_gets_it(hub: SmallHub) -> None:
    def claim(player: int) -> int:
        return hub.ask("POST", "/api/links", ANN | {"player": str(player)}).status

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(claim, range(24)))

    assert sorted(told) == [201, *[409] * 23]
    assert len(links(hub)) == 1
    assert hub.ask("GET", "/api/audit/verify").json["holds"]


def test_a_plan_that_many_run_at_once_is_run_once(hub: SmallHub) -> None:
    hub.ask("POST", "/api/links", ANN)
    url = f"/api/plans/{plan(hub)['plan_id']}/run"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: hub.ask("POST", url, {}).status, range(16)))

    assert sorted(told) == [200, *[409] * 15]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"partner": "nobody"}, 422, "partner: expected one of faceit"),
        ({"brand": "elsewhere"}, 422, "brand: expected one of happy, lucky"),
        ({"state": "unlinked"}, 400, "Invalid enum value 'unlinked'"),
        ({"player": ""}, 422, "player: expected"),
        ({"reason": "x" * 501}, 400, "Expected `str` of length <= 500"),
    ],
)
def test_a_link_that_cannot_be_is_told_why(hub: SmallHub, change: dict[str, str], status: int, says: str) -> None:
    told = hub.ask("POST", "/api/links", ANN | change)

    assert (told.status, says in told.json["detail"]) == (status, True)
    assert links(hub) == []


def test_the_same_request_under_one_name_is_done_once(hub: SmallHub) -> None:
    name = {"idempotency-key": "order-1"}
    first = hub.ask("POST", "/api/links", ANN, headers=name)
    hub.ask("DELETE", f"/api/links/{first.json['link_id']}")
    again = hub.ask("POST", "/api/links", ANN, headers=name)

    assert again.json["link_id"] == first.json["link_id"]
    assert len(links(hub)) == 1


def test_a_name_under_which_something_else_was_asked_is_409(hub: SmallHub) -> None:
    name = {"idempotency-key": "order-1"}
    hub.ask("POST", "/api/links", ANN, headers=name)

    told = hub.ask("POST", "/api/links", ANN | {"player": "9", "account": "a-9"}, headers=name)

    assert (told.status, "Idempotency-Key" in told.json["detail"]) == (409, True)


def test_a_name_that_is_none_is_400(hub: SmallHub) -> None:
    assert hub.ask("POST", "/api/links", ANN, headers={"idempotency-key": "a b"}).json["path"] == (
        "header Idempotency-Key"
    )


def test_a_name_is_known_over_a_restart(tmp_path: Path) -> None:
    name = {"idempotency-key": "order-1"}
    with small_hub(tmp_path / "data") as hub:
        first = hub.ask("POST", "/api/links", ANN, headers=name).json
        hub.ask("DELETE", f"/api/links/{first['link_id']}")
    with small_hub(tmp_path / "data") as hub:
        again = hub.ask("POST", "/api/links", ANN, headers=name).json

    assert again["link_id"] == first["link_id"]


def test_links_are_found_by_what_they_are(hub: SmallHub) -> None:
    for number in range(3):
        hub.ask("POST", "/api/links", ANN | {"player": str(number), "account": f"a-{number}"})
    hub.ask("POST", "/api/links", ANN | {"brand": "happy", "account": "h", "state": "pending"})

    assert [link["player"] for link in links(hub)] == ["4711", "2", "1", "0"]
    assert [link["player"] for link in links(hub, state="linked")] == ["2", "1", "0"]
    assert [link["brand"] for link in links(hub, brand="happy", player="4711")] == ["happy"]
    assert [link["player"] for link in links(hub, account="a-1")] == ["1"]
    assert links(hub, since="2027-01-01") == []


def test_a_list_is_read_to_its_end_a_page_at_a_time(hub: SmallHub) -> None:
    for number in range(5):
        hub.ask("POST", "/api/links", ANN | {"player": str(number), "account": f"a-{number}"})
    found, url = [], "/api/links?limit=2"
    while True:
        page = hub.ask("GET", url).json
        found += [link["player"] for link in page["items"]]
        if page["next"] is None:
            break
        hub.ask("POST", "/api/links", ANN | {"player": f"n{len(found)}", "account": f"n{len(found)}"})
        url = f"/api/links?limit=2&cursor={page['next']}"

    assert found == ["4", "3", "2", "1", "0"]


def test_a_partner_is_shown_with_his_links_by_state(hub: SmallHub) -> None:
    hub.ask("POST", "/api/links", ANN)
    hub.ask("POST", "/api/links", ANN | {"player": "2", "account": "b", "state": "pending"})

    assert hub.ask("GET", "/api/partners/faceit").json["links"] == {"pending": 1, "linked": 1, "unlinked": 0}


# ---------------------------------------------------------------- many


@pytest.fixture
def three(hub: SmallHub) -> SmallHub:
    """Three players are linked."""
    for number in range(3):
        hub.ask("POST", "/api/links", ANN | {"player": str(number), "account": f"a-{number}"})
    return hub


def plan(hub: SmallHub, **more: Any) -> dict[str, Any]:
    told = hub.ask("POST", "/api/links/remove/plan", {"partner": "faceit", "reason": "contract over", **more})
    assert told.status == 201
    found: dict[str, Any] = told.json
    return found


def test_a_plan_says_what_would_happen_and_changes_nothing(three: SmallHub) -> None:
    made = plan(three)

    assert (made["count"], len(made["sample"]), made["outcome"]) == (3, 3, None)
    assert len(links(three, state="linked")) == 3


def test_running_the_plan_does_what_it_said(three: SmallHub) -> None:
    ran = three.ask("POST", f"/api/plans/{plan(three)['plan_id']}/run", {})

    assert (ran.status, ran.json["outcome"]) == (200, {"removed": 3})
    assert {link["cause"] for link in links(three, state="unlinked")} == {"contract over"}


def test_a_plan_is_run_once(three: SmallHub) -> None:
    url = f"/api/plans/{plan(three, may_change_by=9)['plan_id']}/run"
    three.ask("POST", url, {})
    three.ask("POST", "/api/links", ANN | {"account": "a-9"})

    again = three.ask("POST", url, {})

    assert (again.status, "it was run before" in again.json["detail"]) == (409, True)
    assert len(links(three, state="linked")) == 1


@pytest.mark.parametrize(
    ("meant", "says"),
    [
        ({"act": "quarantine.redrive"}, "expected one to do quarantine.redrive, it is one to do links.remove"),
        (
            {"act": "links.remove", "arguments": {"partner": "other"}},
            "expected one for partner 'other', it was made for",
        ),
        ({"arguments": {"group": "q-1"}}, "expected one for group 'q-1', it was made for None"),
    ],
)
def test_a_plan_is_not_run_by_who_takes_it_for_another(three: SmallHub, meant: dict[str, Any], says: str) -> None:
    url = f"/api/plans/{plan(three)['plan_id']}/run"

    told = three.ask("POST", url, meant)

    assert (told.status, says in told.json["detail"]) == (409, True), told.json
    assert {link["state"] for link in links(three)} != {"unlinked"}
    assert three.ask("POST", url, {"act": "links.remove", "arguments": {"partner": "faceit"}}).status == 200
    assert "it was run before, at" in three.ask("POST", url, {}).json["detail"]


def test_a_link_of_a_player_nobody_has_heard_of_is_made_with_a_warning(hub: SmallHub) -> None:
    assert "nothing was ever received of player lucky/4711" in hub.ask("POST", "/api/links", ANN).json["warning"]
    assert [link["state"] for link in links(hub)] == ["linked"]

    hub.take(bet("b1", player="9"))
    assert hub.ask("POST", "/api/links", ANN | {"player": "9", "account": "a-9"}).json["warning"] == ""


def test_a_plan_is_over_after_ten_minutes(three: SmallHub) -> None:
    url = f"/api/plans/{plan(three)['plan_id']}/run"
    three.now = Instant(NOON + 10 * MINUTE)

    told = three.ask("POST", url, {})

    assert (told.status, "it stood until" in told.json["detail"]) == (409, True)
    assert len(links(three, state="linked")) == 3


@pytest.mark.parametrize(("may_change_by", "status"), [(0, 409), (1, 200)])
def test_a_plan_that_no_longer_fits_is_not_run(three: SmallHub, may_change_by: int, status: int) -> None:
    url = f"/api/plans/{plan(three, may_change_by=may_change_by)['plan_id']}/run"
    three.ask("POST", "/api/links", ANN | {"account": "a-9"})

    assert three.ask("POST", url, {}).status == status
    assert len(links(three, state="linked")) == (4 if status == 409 else 0)


def test_a_plan_may_ask_for_part_of_the_links(three: SmallHub) -> None:
    three.now = Instant(NOON + MINUTE)
    three.ask("POST", "/api/links", ANN | {"brand": "happy", "account": "h"})

    assert plan(three, since="2026-11-21T12:00:30Z")["count"] == 1
    assert plan(three, brand="lucky")["count"] == 3
    assert plan(three, state="pending")["count"] == 0


def test_plan_run_and_end_are_kept_as_evidence(three: SmallHub) -> None:
    made = plan(three)
    three.ask("POST", f"/api/plans/{made['plan_id']}/run", {"reason": "now"})

    rows = three.ask("GET", f"/api/audit?target={made['plan_id']}").json["items"]
    assert [(row["act"], row["reason"]) for row in rows] == [
        ("plan.end", "now"),
        ("plan.run", "now"),
        ("plan.make", "contract over"),
    ]
