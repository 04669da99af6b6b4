"""The timeline of a player of very many rounds: what is read is what is asked for, and nothing is left out for it."""

import random
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest

from countroom.config.switches import fold_settings
from countroom.core.events import Event, RolledBack
from countroom.core.identity import identity
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import HOUR, MINUTE, SECOND
from countroom.engines.local.player_reads import read_list
from countroom.engines.local.round_spans import Wish, apart
from countroom.fold.codec import encode
from countroom.fold.keys import of_player
from countroom.fold.memory import fold_all
from countroom.fold.reader import Reader
from countroom.fold.step import exactly
from countroom.fold.timeline import Wanted, timeline
from countroom.stores.memory import MemoryShardStore
from tests.unit.runtime.small_hub import NOON, SETTINGS, about, bet, win

FOLD = fold_settings(SETTINGS, version("tzdata"))
KEY = PlayerKey(BrandId("lucky"), PlayerId("4711"))


class Counting(MemoryShardStore):
    """Counts the rows that are asked for by name."""

    asked = 0

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """The rows for `keys`."""
        self.asked += len(keys)
        return super().get_many(keys)


def history(count: int, chance: random.Random) -> Iterator[Event]:
    """Rounds of all lengths, some of them long and some rolled back long after."""
    for n in range(count):
        at = NOON + n * MINUTE + chance.randrange(40) * SECOND
        length = chance.choice((SECOND, SECOND, MINUTE, 20 * HOUR))
        yield bet(f"b{n}", at)
        yield win(f"w{n}", f"b{n}", at + length)
        if chance.random() < 0.1:
            target = identity("casino", f"b{n}", "fasttrack.approved")
            undone = about(f"undo{n}", at + chance.choice((SECOND, 9 * HOUR)), role="rollback")
            yield RolledBack(about=undone, target=target)


def stored(events: Iterator[Event]) -> tuple[Counting, list[Any]]:
    """The pages of these events as rows, and the whole timeline of them, made of all pages at once."""
    pages = fold_all(events, FOLD).pages
    with exactly():
        whole = timeline(Reader(pages, KEY, FOLD.brands[KEY.brand]), Wanted(limit=1_000_000))
    return Counting({key: encode(page) for key, page in pages.pages.items()}), whole


def paged(store: Counting, limit: int, **wanted: Any) -> list[Any]:
    found: list[Any] = []
    before = None
    while True:
        request = {"list": "timeline", "brand": KEY.brand, "player": KEY.player, "limit": limit, "before": before}
        page = read_list(store, FOLD, request | wanted)
        assert page is not None
        found += page["items"]
        before = page["next"]
        if before is None:
            return found


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [7, 150])
def test_pages_of_the_timeline_are_the_whole_timeline_of_all_pages(seed: int, limit: int) -> None:
    store, whole = stored(history(300, random.Random(seed)))

    assert paged(store, limit) == [entry.shown for entry in whole]


@pytest.mark.parametrize("limit", [1, 7, 150])
def test_pages_of_rounds_are_all_rounds_the_latest_first(limit: int) -> None:
    store, _ = stored(history(300, random.Random(1)))

    whole = paged(store, 1000, list="rounds")
    assert paged(store, limit, list="rounds") == whole
    assert len(whole) == 300
    starts = [shown["opened_at"] for shown in whole if "opened_at" in shown]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize("kinds", [["rollback"], ["win", "session"], ["login"]])
def test_so_are_pages_of_some_kinds_and_of_a_span(kinds: list[str]) -> None:
    store, whole = stored(history(300, random.Random(0)))
    since, until = NOON + HOUR, NOON + 4 * HOUR

    found = paged(store, 20, kinds=kinds, since=since, until=until)

    assert found == [e.shown for e in whole if e.shown["kind"] in kinds and since <= e.at < until]


def test_a_page_reads_about_as_many_rounds_as_it_shows_however_many_there_are() -> None:
    store, _ = stored(bet(f"b{n}", NOON + n * MINUTE) for n in range(5000))

    read_list(store, FOLD, {"list": "timeline", "brand": KEY.brand, "player": KEY.player, "limit": 50})

    assert store.asked < 250


@pytest.mark.parametrize("of_starts", [False, True])
def test_of_very_many_rounds_only_those_that_can_matter_are_held_in_memory(of_starts: bool) -> None:
    store, _ = stored(bet(f"b{n}", NOON + n * MINUTE) for n in range(5000))

    _, spans = apart(store, of_player(KEY.brand, KEY.player), Wish(10, NOON + 900 * MINUTE, of_starts))

    assert 11 <= len(spans) <= 140
    assert {NOON + n * MINUTE for n in range(890, 901)} <= {span.first for span in spans}
