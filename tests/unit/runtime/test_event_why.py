"""Why: what an event changed, before and after; what partners were told of it, by identity and not by the hour."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from countroom.config.partners import dialect_of
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import SECOND, Instant
from countroom.core.signals import Recipient
from countroom.ports import TracedDialect
from countroom.runtime.desk.deliveries import DeliveriesDesk
from countroom.runtime.desk.told import Told
from countroom.runtime.event_story import why
from countroom.runtime.refusal_search import refusal_at
from tests.unit.runtime.small_hub import NOON, SETTINGS, SmallHub, bet, small_hub, win

Json = dict[str, Any]


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHub]:
    """Nothing has happened yet."""
    with small_hub(tmp_path_factory.mktemp("hub") / "data") as made:
        yield made


def stories(hub: SmallHub, event_id: str) -> list[Json]:
    return [line["story"] for line in why(hub.view, event_id, player="", at=None) if "story" in line]


def changed(story: Json) -> dict[str, tuple[Any, Any]]:
    return {one["path"]: (one["before"], one["after"]) for one in story["folded"]["changed"]}


def test_a_bet_says_what_stood_before_it_and_what_after(hub: SmallHub) -> None:
    hub.take(bet("b1"), bet("other", player="9"))
    hub.take(bet("b2", NOON + SECOND, amount=6))
    hub.take(bet("b3", NOON + 2 * SECOND, amount=7))

    [story] = stories(hub, "b2")

    assert changed(story)["totals.life.casino.EUR.turnover.real"] == ("5", "11")
    assert changed(story)["rounds[r-b2].state"] == (None, "open")
    assert not any("r-b3" in path for path in changed(story))


def test_a_win_closes_its_round_and_says_so(hub: SmallHub) -> None:
    hub.take(bet("b1"))
    hub.take(win("w1", "b1", NOON + SECOND))

    [story] = stories(hub, "w1")

    assert changed(story)["rounds[r-b1].state"] == ("open", "closed")
    assert ("round_closed", "7/r-b1/1/1") in story["signals"]


def test_a_repeat_that_says_the_same_and_one_that_says_something_else_are_told_apart(hub: SmallHub) -> None:
    hub.take(bet("b1"))
    hub.take(bet("b1"))

    [story] = stories(hub, "b1")

    assert (story["received"]["times"], story["received"]["duplicates"]) == (2, 1)
    assert [one["payload"] for one in story["again"]] == ["equal"]


def test_a_refusal_is_found_among_very_many_with_few_questions(hub: SmallHub) -> None:
    hub.take(bet("b0"))
    for _ in range(12):
        hub.take(*(bet("b0", amount=6 + n) for n in range(100)))
    shard = hub.view.shards[0]
    asked: list[int] = []

    class Counting:
        def refusals(self, after: int, limit: int) -> list[Json]:
            asked.append(limit)
            return shard.refusals(after, limit)

    last = int(shard.status()["refusals"])
    assert last == 1200
    found = [
        refusal_at(Counting(), "ft", (chunk, item), last=last)  # type: ignore[arg-type]
        for chunk in range(2, 14)
        for item in (0, 57, 99)
    ]
    assert [(one["seq"], one["item"]) for one in found if one] == [(c, i) for c in range(2, 14) for i in (0, 57, 99)]
    assert sum(asked) / len(found) < 400
    assert refusal_at(shard, "ft", (1, 0), last=last) is None
    assert refusal_at(shard, "other", (5, 5), last=last) is None


# ---------------------------------------------------------------- told


class Delivered:
    """What the delivery process would answer: deliveries by the id that the partner knows."""

    def __init__(self) -> None:
        self.by_event: dict[str, Json] = {}

    def deliveries(self, *, limit: int, before: int | None = None, **wanted: str) -> Json:
        del limit, before
        found = self.by_event.get(wanted["event_id"])
        return {"deliveries": [found] if found else [], "next": None}

    def explain(self, number: int) -> Json:
        return {
            "tries": [{"at": "2026-11-21T12:00:05.000000Z", "status": 503}],
            "next": {"why": f"backoff of {number}"},
        }

    def close(self) -> None:
        """Nothing is held."""


def linked(hub: SmallHub, player: str = "4711") -> str:
    made = hub.ask("POST", "/api/links", {"brand": "lucky", "player": player, "partner": "faceit"}).json
    hub.now = Instant(hub.now + SECOND)
    hub.fold()
    return str(made["link_id"])


def own_id(kind: str, subject: str, link: str, player: str = "4711") -> str:
    dialect = dialect_of("faceit", SETTINGS.partners["faceit"])
    assert isinstance(dialect, TracedDialect)
    to = Recipient(PartnerId("faceit"), LinkId(link), BrandId("lucky"), PlayerId(player), player, NOON)
    [found] = dialect.ids_of(kind, subject, to) or []
    return found


def told(hub: SmallHub, event_id: str, delivered: Delivered) -> list[Json]:
    [story] = stories(hub, event_id)
    desk = DeliveriesDesk(delivered, hub.books)  # type: ignore[arg-type]
    return Told(desk, hub.books, SETTINGS).of(story, story["signals"])


def test_of_two_bets_of_one_instant_each_finds_its_own_delivery(hub: SmallHub) -> None:
    link = linked(hub)
    delivered = Delivered()
    hub.take(bet("b1"), bet("b2"))
    for number, name in enumerate(("b1", "b2"), 1):
        [story] = stories(hub, name)
        mine = own_id("bet_placed", story["event"]["identity"], link)
        delivered.by_event[mine] = {"delivery": number, "link_id": link, "state": "waiting"}

    assert [one["delivery"] for one in told(hub, "b1", delivered)] == [1]
    [second] = told(hub, "b2", delivered)
    assert (second["delivery"], second["signal"], second["next"]) == (2, "bet_placed", {"why": "backoff of 2"})
    assert second["tries"][0]["status"] == 503


@pytest.mark.parametrize(
    ("event_id", "why_not"),
    [
        ("before", "it came before the link, and was none of the initial events"),
        ("after", "delivery has none"),
        ("w1", "no rule of the partner listens to win_paid, round_closed"),
        ("quiet", "it is marked quiet"),
    ],
)
def test_where_nothing_was_told_it_says_why(hub: SmallHub, event_id: str, why_not: str) -> None:
    hub.take(bet("before"))
    hub.now = Instant(NOON + SECOND)
    linked(hub)
    quiet = bet("quiet", NOON + 2 * SECOND)
    quiet = msgspec.structs.replace(quiet, about=msgspec.structs.replace(quiet.about, quiet=True))
    hub.take(bet("after", NOON + 2 * SECOND), win("w1", "after", NOON + 3 * SECOND), quiet)

    [one] = told(hub, event_id, Delivered())

    assert one["state"] == "nothing"
    assert one["detail"].startswith(why_not)


def test_of_a_player_without_a_link_it_says_that(hub: SmallHub) -> None:
    hub.take(bet("b1"))

    assert told(hub, "b1", Delivered()) == [{"state": "nothing", "detail": "the player is linked to no partner"}]
