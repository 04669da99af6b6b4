"""Why: what became of an event; and the tail: what the logs took, none missed and none twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from countroom.cli.event_why import told
from countroom.core.instants import HOUR, MINUTE, SECOND, Instant
from countroom.core.item import Item
from tests.unit.runtime.small_hub import NOON, SmallHub, bet, small_hub, win


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHub]:
    """Nothing has happened yet."""
    with small_hub(tmp_path_factory.mktemp("hub") / "data") as made:
        yield made


def stories(hub: SmallHub, event_id: str, query: str = "") -> list[dict[str, Any]]:
    lines = hub.ask("GET", f"/api/events/{event_id}/why{query}").lines
    assert "done" in lines[-1]
    return [line["story"] for line in lines if "story" in line]


def test_a_bet_says_when_it_came_where_it_lies_and_what_it_is_part_of(hub: SmallHub) -> None:
    hub.take(bet("b1"), win("w1", "b1", NOON + SECOND), at=NOON + 2 * SECOND)

    [story] = stories(hub, "b1")

    assert story["event"]["type"] == "bet_placed"
    assert (story["received"]["log"], story["received"]["seq"], story["received"]["item"]) == ("ft", 1, 0)
    assert story["received"]["logged_at"] == "2026-11-21T12:00:02.000000Z"
    assert story["decoded"]["dialect"] == "fasttrack"
    assert story["folded"]["outcome"] == "folded"
    assert [fact["kind"] for fact in story["folded"]["facts"]] == ["bet"]
    [part] = story["folded"]["part_of"]["rounds"]
    assert (part["state"], part["staked"], part["won"]) == ("closed", {"EUR": {"real": "5"}}, {"EUR": {"real": "8"}})


def test_a_round_id_tells_of_all_that_happened_in_it(hub: SmallHub) -> None:
    hub.take(bet("b1"), win("w1", "b1", NOON + SECOND))

    assert [story["event"]["type"] for story in stories(hub, "r-b1")] == ["bet_placed", "win_paid"]


def test_a_repeat_and_a_conflict_are_told_apart(hub: SmallHub) -> None:
    hub.take(bet("b1"))
    hub.take(bet("b1"))
    hub.take(bet("b1", amount=6))

    [story] = stories(hub, "b1")

    repeat, conflict = story["again"]
    assert repeat["outcome"] == "duplicate"
    assert (conflict["outcome"], conflict["reason"], conflict["number"]) == (
        "refused",
        "conflicting_duplicate",
        "shard.0.1",
    )


def test_what_is_not_folded_yet_waits(hub: SmallHub) -> None:
    hub.log.append({0: [Item("CASINO", (bet("b1"),), b"{}")]}, [], Instant(NOON))

    [story] = stories(hub, "b1")
    assert story["folded"]["outcome"] == "waiting"


def test_equal_ids_of_two_players_are_two_events_and_one_can_be_asked_for(hub: SmallHub) -> None:
    hub.take(bet("b1"), bet("b1", player="9"))

    assert len(stories(hub, "b1")) == 2
    assert [s["event"]["player"] for s in stories(hub, "b1", "?player=lucky/9")] == ["9"]


def test_a_search_from_an_instant_on_leaves_out_what_lies_long_before_and_says_so(hub: SmallHub) -> None:
    for number in range(20):
        at = Instant(NOON + number * HOUR)
        hub.now = at
        hub.take(bet("same", player=str(number)), at=at)

    lines = hub.ask("GET", "/api/events/same/why?at=2026-11-22T00:05:00Z").lines

    found = [line["story"]["event"]["player"] for line in lines if "story" in line]
    assert found == [str(number) for number in range(12, 20)]
    assert lines[-1]["done"]["looked"]["ft"] == {"after": 12, "to": 20}


def test_an_event_that_is_nowhere_has_no_story(hub: SmallHub) -> None:
    assert stories(hub, "nothing") == []


def test_a_link_has_a_story_too(hub: SmallHub) -> None:
    link = hub.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"}).json["link_id"]
    hub.now = Instant(NOON + SECOND)
    hub.fold()

    [story] = stories(hub, link)
    assert (story["event"]["type"], story["received"]["log"], story["folded"]["outcome"]) == (
        "linked",
        "admin",
        "folded",
    )


def test_the_tree_has_a_line_for_each_step(hub: SmallHub) -> None:
    hub.take(bet("b1"), win("w1", "b1", NOON + SECOND))
    hub.take(bet("b1", amount=6), at=NOON + MINUTE)
    [story] = stories(hub, "b1")
    story["delivered"] = [
        {"partner": "faceit", "name": "bet", "state": "waiting", "delivery": 7, "signal": "bet_placed"}
        | {"tries": [{"at": "2026-11-21T12:00:05.000000Z", "status": 503, "said": "busy", "latency_ms": 12.5}]}
        | {"next": {"at": "2026-11-21T12:01:05.000000Z", "why": "backoff after try 1"}}
    ]

    tree = list(told(story))

    assert tree[0].startswith("bet_placed  player lucky/4711  at 2026-11-21 12:00:00.000")
    assert [line.split()[0] for line in tree[1:]] == ["├─"] * (len(tree) - 2) + ["└─"]
    text = "\n".join(tree)
    for part in (
        "received   by ft, in its log at 1.0 (-1000 ms)  (seen 2x, 0 duplicates, payload equal)",
        "decoded    fasttrack CASINO  as it came",
        "folded",
        "round r-b1: closed",
        "totals.life.casino.EUR.turnover.real: nothing -> 5",
        "again      in ft",
        "delivered  faceit bet waiting (delivery 7, of bet_placed)",
        "  try 1 at 2026-11-21 12:00:05.000: 503 busy (12.5 ms)",
        "  next: 2026-11-21 12:01:05.000, backoff after try 1",
    ):
        assert part in text


# ---------------------------------------------------------------- the tail


def latest(hub: SmallHub, cursor: str = "", limit: int = 100) -> tuple[list[str], str]:
    page = hub.ask("GET", f"/api/events/latest?limit={limit}&cursor={cursor}").json
    return [item["events"][0].get("activity_id", item["kind"]) for item in page["items"]], page["next"]


def test_the_tail_begins_with_the_last_few_and_goes_on_with_what_is_new(hub: SmallHub) -> None:
    for number in range(30):
        hub.take(bet(f"b{number}"))

    first, cursor = latest(hub)
    assert first == [f"b{number}" for number in range(20, 30)]
    assert latest(hub, cursor) == ([], cursor)

    hub.take(bet("b30"))
    hub.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"})
    assert sorted(latest(hub, cursor)[0]) == ["LINK", "b30"]


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_the_tail_misses_nothing_however_little_is_asked_for(hub: SmallHub, limit: int) -> None:
    _, cursor = latest(hub)
    for number in range(20):
        hub.take(bet(f"b{number}"))
    found: list[str] = []
    while True:
        items, cursor = latest(hub, cursor, limit)
        if not items:
            break
        found += items

    assert found == [f"b{number}" for number in range(20)]
