"""What a group of the quarantine tells: the money it holds, when it came, under which mapping it began; and pruning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countroom.cli.quarantine import spark
from countroom.core.instants import DAY, HOUR, SECOND, Instant
from countroom.runtime.receipts import held_in
from tests.unit.runtime.mending_hub import MendingHub, bet, mending_hub

AMT = {"do": "rename", "field": "$.stamp", "to": "$.timestamp"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[MendingHub]:
    with mending_hub(tmp_path / "data") as made:
        yield made


def late(own_id: str, amount: Any = 5, currency: str = "EUR", **changes: Any) -> dict[str, Any]:
    """A bet whose time stands under another name, and so cannot be read."""
    stamp = bet(own_id)["timestamp"]
    return bet(own_id, timestamp=None, stamp=stamp, amount=amount, wager_amount=amount, currency=currency, **changes)


def one_group(hub: MendingHub) -> dict[str, Any]:
    [group] = hub.groups()
    return group


def test_a_group_holds_what_its_waiting_receipts_state_each_body_once(hub: MendingHub) -> None:
    broken = late("b1", 5)
    hub.post(broken, broken, late("b2", 2.25), late("b3", 7, "SEK"), late("b4", "unclear"))

    assert one_group(hub)["held"] == {"EUR": "7.25", "SEK": "7"}


def test_what_is_redriven_or_given_up_is_held_no_more(hub: MendingHub) -> None:
    hub.post(late("b1", 5), late("b2", 3), late("b3", 2))
    group = one_group(hub)["group"]
    [first, *_] = hub.ask("GET", f"/api/quarantine/groups/{group}/receipts").json["items"]
    hub.ask("POST", f"/api/quarantine/{first['number']}/discard", {"reason": "a test"})
    assert one_group(hub)["held"] == {"EUR": "8"}

    hub.publish(AMT)
    hub.redrive(group=group)
    hub.work()

    assert one_group(hub)["held"] == {}


def test_groups_that_are_merged_hold_their_sum(hub: MendingHub) -> None:
    hub.post(late("b1", 5), bet("b2", amount=4, wager_amount=4, status="Odd"))
    one, other = (group["group"] for group in hub.groups())
    hub.ask("POST", f"/api/quarantine/groups/{one}/merge", {"into": other})

    assert one_group(hub)["held"] == {"EUR": "9"}
    assert (one_group(hub)["players"], one_group(hub)["bodies"]) == (1, 2)


def test_a_receipt_that_fails_for_another_reason_takes_its_money_along(hub: MendingHub) -> None:
    hub.post(late("b1", 5), late("b2", 10, exchange_rate="x"))
    assert {group["path"]: group["held"] for group in hub.groups()} == {"$.timestamp": {"EUR": "15"}}
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()

    assert {group["path"]: group["held"] for group in hub.groups()} == {
        "$.timestamp": {},
        "$.exchange_rate": {"EUR": "10"},
    }


def test_a_body_that_a_log_refused_twice_is_held_once(hub: MendingHub) -> None:
    hub.post(late("b1", 5), late("b1", 5), answers=False)

    group = one_group(hub)
    assert (group["seen"], group["bodies"], group["held"]) == (2, 1, {"EUR": "5"})


def test_a_group_counts_what_came_in_each_of_the_last_24_hours(hub: MendingHub) -> None:
    broken = late("b1")
    hub.post(broken, late("b2"))
    hub.now = Instant(hub.now + 3 * HOUR)
    hub.post(broken)

    assert one_group(hub)["per_hour"] == [0] * 20 + [2, 0, 0, 1]
    hub.now = Instant(hub.now + 22 * HOUR)
    assert sum(one_group(hub)["per_hour"]) == 1
    hub.now = Instant(hub.now + 3 * DAY)
    assert sum(one_group(hub)["per_hour"]) == 0
    assert one_group(hub)["seen"] == 3


def test_a_group_says_under_which_mapping_it_began_and_why_it_is_one(hub: MendingHub) -> None:
    hub.post(late("b1"))
    hub.now = Instant(hub.now + SECOND)
    hub.publish({"do": "default", "field": "$.status", "value": "Approved"})
    hub.now = Instant(hub.now + SECOND)
    hub.post(bet("b2", amount="NaN"))

    assert {group["reason"]: group["since_mapping"] for group in hub.groups()} == {"malformed": 0, "bad_amount": 1}
    group = hub.groups(reason="bad_amount")[0]["group"]
    why = hub.ask("GET", f"/api/quarantine/groups/{group}").json["why_grouped"]
    assert why.startswith("the first error of each is bad_amount at $.amount, in CASINO of source ft")


def test_what_a_redriven_receipt_held_is_forgotten_after_its_retention_and_stays_counted(hub: MendingHub) -> None:
    hub.post(late("b1"), late("b2"))
    hub.publish(AMT)
    hub.redrive(source="ft")
    hub.work()
    hub.post(bet("b3", amount="NaN"))
    audit = hub.ask("GET", "/api/audit").json["items"]
    name = hub.groups(reason="malformed")[0]["example"]
    before = hub.groups()

    hub.now = Instant(hub.now + 29 * DAY)
    hub.books.look_after()
    assert "payload" in hub.ask("GET", f"/api/quarantine/{name}").json
    hub.now = Instant(hub.now + 2 * DAY)
    hub.books.look_after()

    told = hub.ask("GET", f"/api/quarantine/{name}").json
    assert (told["receipt"], told["state"]) == ("forgotten: it was redriven, and its retention is over", "redriven")
    waiting = hub.groups(reason="bad_amount")[0]["example"]
    assert "payload" in hub.ask("GET", f"/api/quarantine/{waiting}").json
    counts = ("seen", "bodies", "players", "waiting", "redriven")
    assert [[g[n] for n in counts] for g in hub.groups()] == [[g[n] for n in counts] for g in before]
    assert hub.ask("GET", "/api/audit").json["items"] == audit
    assert hub.balance()["unaccounted"] == 0


@pytest.mark.parametrize(
    ("payload", "held"),
    [
        (b'{"amount": 1.10, "currency": "eur"}', "EUR 1.10"),
        (b'{"amount": "12", "currency": "EUR"}', "EUR 12"),
        (b'{"amount": "1,5", "currency": "EUR"}', None),
        (b'{"amount": -3, "currency": "EUR"}', None),
        (b'{"amount": true, "currency": "EUR"}', None),
        (b'{"amount": NaN, "currency": "EUR"}', None),
        (b'{"amount": 1e999999, "currency": "EUR"}', None),
        (b'{"amount": 3, "currency": 978}', None),
        (b'{"amount": 3}', None),
        (b'{"amount": 3, "amount": 4, "currency": "EUR"}', None),
        (b"[1]", None),
        (b"not json", None),
    ],
)
def test_an_amount_is_read_where_nothing_must_be_guessed(payload: bytes, held: str | None) -> None:
    found = held_in(payload)

    assert (f"{found[0]} {found[1]}" if found else None) == held


def test_the_most_has_the_highest_column_and_nothing_a_point() -> None:
    assert spark([0, 1, 4, 8]) == "·▁▄█"
    assert spark([0] * 24) == "·" * 24
    assert spark([1, 1]) == "██"
