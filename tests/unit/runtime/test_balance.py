"""The balance: what was received is a duplicate, folded, refused, or still in flight; anything else shows."""

from pathlib import Path
from typing import Any

import pytest

from countroom.config.settings import HubSection, Settings, SourceSection
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.rejection import Reason, Rejection
from countroom.ports import Refusal
from countroom.runtime.place import Place
from countroom.runtime.view import HubView
from countroom.stores.embedded.log import SqliteLog

SETTINGS = Settings(hub=HubSection(shards=2), sources={"ft": SourceSection()})
ITEM = Item("CASINO", (), b"{}")
REFUSAL = Refusal("CASINO", (Rejection(Reason.BAD_AMOUNT, "x"),), b"", Instant(5))


class Shard:
    """A shard that says what it is told to say; None: it is away."""

    def __init__(self, says: dict[str, Any] | None) -> None:
        self.says = says

    def status(self) -> dict[str, Any]:
        if self.says is None:
            raise Unavailable("being started again")
        return self.says

    def player(self, brand: str, player: str) -> None:
        return None

    def read_list(self, request: dict[str, Any]) -> None:
        return None

    def refusals(self, after: int, limit: int) -> list[dict[str, Any]]:
        return []


def shard(position: int, *, folded: int = 0, duplicates: int = 0, refused: int = 0) -> Shard:
    return Shard({"positions": {"ft": position}, "folded": folded, "duplicates": duplicates, "refused": refused})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Three items for shard 0 at position 1, two for shard 1 at 2, one refusal, then four for shard 0 at 3."""
    made = Place(tmp_path)
    log = SqliteLog(made.log("ft"))
    log.append({0: [ITEM] * 3, 1: [ITEM] * 2}, [REFUSAL], Instant(10))
    log.append({0: [ITEM] * 4}, [], Instant(20))
    log.close()
    return made


def balance(place: Place, *shards: Shard) -> dict[str, Any]:
    found: dict[str, Any] = HubView(place, SETTINGS, shards=shards).status()["balance"]
    return found


def test_what_no_shard_has_taken_is_in_flight(place: Place) -> None:
    assert balance(place, shard(0), shard(0)) == {
        "received": 10, "duplicates": 0, "folded": 0, "refused": 1, "in_flight": 9, "unaccounted": 0,
    }  # fmt: skip


def test_what_shards_took_is_no_longer_in_flight(place: Place) -> None:
    found = balance(place, shard(1, folded=2, duplicates=1), shard(2, folded=1, refused=1))

    assert (found["in_flight"], found["folded"], found["duplicates"], found["refused"]) == (4, 3, 1, 2)
    assert found["unaccounted"] == 0


def test_an_item_that_a_shard_passed_over_shows(place: Place) -> None:
    assert balance(place, shard(3, folded=6), shard(2, folded=2))["unaccounted"] == 1


def test_an_item_that_was_folded_twice_shows(place: Place) -> None:
    assert balance(place, shard(3, folded=8), shard(2, folded=2))["unaccounted"] == -1


def test_the_balance_is_not_known_before_every_shard_has_answered_once(place: Place) -> None:
    assert balance(place, shard(3, folded=7), Shard(None))["unaccounted"] is None


def test_what_a_shard_last_said_stays_good_while_it_is_away(place: Place) -> None:
    shards = (shard(1, folded=3), shard(2, folded=2))
    view = HubView(place, SETTINGS, shards=shards)
    view.status()
    shards[0].says = None

    status = view.status()

    assert [s["answers"] for s in status["shards"]] == [False, True]
    assert (status["balance"]["in_flight"], status["balance"]["unaccounted"]) == (4, 0)


def test_the_age_of_what_waits_is_that_of_the_oldest(place: Place) -> None:
    view = HubView(place, SETTINGS, shards=(shard(1), shard(2)))

    assert view.status()["oldest_waiting_at"] == 20
    assert HubView(place, SETTINGS, shards=(shard(3), shard(2))).status()["oldest_waiting_at"] is None
