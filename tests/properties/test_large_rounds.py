"""Rounds of hundreds of plays, as senders make them that name a sitting, or everything, with one round id."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countroom.core import identity
from countroom.core.events import BetLost, BetPlaced, Event, Linked, RolledBack, Ticked, WinPaid
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.instants import HOUR, MINUTE, SECOND
from countroom.core.money import EMPTY, plain, pockets
from countroom.fold import keys
from countroom.fold.memory import Folded, fold_all
from countroom.fold.pages import RoundPage, RoundPart
from countroom.fold.round_parts import MOST, PART
from countroom.fold.settings import BrandSettings, FoldSettings
from tests.properties.play_events import about, approved
from tests.properties.stamps import EVENING
from tests.reference import ReferenceSettings
from tests.scenarios.subject import fold, reference

P1, OWN = PlayerId("p1"), SourceName("rest")
SETTINGS = FoldSettings(brands={BrandId("lucky"): BrandSettings(time_zone="UTC")})


def play(kind: type[Any], at: int, n: int, *, round_id: str = "one", **rest: Any) -> Event:
    """One play of a round."""
    role, activity_id = "bet" if kind is BetPlaced else "result", f"{kind.__name__}{n}"
    amounts = EMPTY if kind is BetLost else pockets(Decimal(n % 7 + 1) / 4)
    shared: dict[str, Any] = {
        "studio": "41",
        "currency": "EUR",
        "rate": None,
        "game": f"g{n % 3}",
    }
    return kind(  # type: ignore[no-any-return]
        about=about(P1, OWN, at, source_id=approved(activity_id), business_id=identity.casino(role, activity_id)),
        activity_id=activity_id, round_id=round_id, game_type="Slots", **(shared | {"pockets": amounts} | rest),
    )  # fmt: skip


def story(chance: Random, count: int) -> list[Event]:
    """Plays of a sitting or two, mostly in order; some late, at one instant, sent twice, taken back, in other money."""
    events: list[Event] = []
    at, sitting = EVENING - 3 * HOUR, chance.choice([25, 60, count])
    for n in range(count):
        at += chance.choice([0, SECOND, 20 * SECOND, MINUTE])
        when = at - chance.choice([2 * MINUTE, 40 * MINUTE]) if chance.random() < 0.04 else at
        kind = chance.choice([BetPlaced, BetPlaced, WinPaid, BetLost])
        rest: dict[str, Any] = {"round_id": "two" if chance.random() < 0.02 else f"r{n // sitting}"}
        if chance.random() < 0.02:
            rest |= {"currency": "SEK", "rate": chance.choice([None, Decimal("0.087")])}
        if chance.random() < 0.03:
            rest |= {"user_bonus_id": "ub1"}
        if kind is not BetLost and chance.random() < 0.05:
            rest |= {"ends": True}
        events.append(play(kind, when, n, **rest))
        if chance.random() < 0.02:
            events.append(chance.choice(events))
        if chance.random() < 0.02:
            target = chance.choice(events).about.source_id or ""
            own = about(P1, OWN, at, source_id=identity.identity("casino", f"rb{n}", "fasttrack.rollback"))
            events.append(RolledBack(about=own, target=target))
        if chance.random() < 0.005:
            events.append(Ticked(about=about(P1, OWN, at)))
    return events


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.booleans())
def test_a_large_round_comes_to_what_the_naive_reference_comes_to(seed: int, is_shuffled: bool) -> None:
    events = story(Random(seed), 2 * MOST)
    if is_shuffled:
        Random(seed).shuffle(events)
    brand = ReferenceSettings()

    folded, expected = fold(events, brand), reference(events, brand)

    assert folded.all == expected.all
    assert (folded.duplicates, folded.refused) == (expected.duplicates, expected.refused)


def in_order(count: int) -> list[Event]:
    """Bets and losses of one round, one second after the other."""
    return [play((BetPlaced, BetLost)[n % 2], EVENING + n * SECOND, n // 2) for n in range(count)]


def sizes(folded: Folded) -> tuple[int, list[int]]:
    """Activities in the round's page, and in each of its parts."""
    pages = folded.pages.pages
    [page] = [page for page in pages.values() if isinstance(page, RoundPage)]
    return len(page.activities), [len(page.activities) for page in pages.values() if isinstance(page, RoundPart)]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(MOST, (MOST, [])), (MOST + 1, (MOST + 1 - PART, [PART])), (5 * MOST, (MOST, [PART] * 8))],
)
def test_what_a_page_holds_beyond_its_bound_lies_in_parts(count: int, expected: tuple[int, list[int]]) -> None:
    assert sizes(fold_all(in_order(count), SETTINGS)) == expected


def test_parts_do_not_depend_on_which_way_the_plays_took() -> None:
    events = in_order(5 * MOST)
    late = play(BetPlaced, EVENING - SECOND, 10_000)

    straight = fold_all([*events, late], SETTINGS)
    gathered = fold_all([late, *events], SETTINGS)

    assert sizes(straight) == sizes(gathered)


def test_a_play_in_order_writes_its_page_and_no_part() -> None:
    events = in_order(4 * MOST)
    start = fold_all(events[:-2], SETTINGS)
    part = keys.round_part(keys.of_player("lucky", "p1"), keys.ROUND + b"41\0one", 0)
    del start.pages.pages[part]  # Whoever read it would stumble.

    folded = fold_all(events[-2:], SETTINGS, start=start)

    assert part not in folded.pages.pages
    assert folded.refused == []


def test_what_is_told_of_a_large_round_is_what_the_document_shows() -> None:
    link = Linked(about=about(P1, OWN, EVENING - HOUR), link_id=LinkId("l1"), partner=PartnerId("crm"), account="x")
    plays = [
        play((BetPlaced, WinPaid)[n % 2], EVENING + n * SECOND, n // 2, ends=n > 3 * MOST) for n in range(4 * MOST)
    ]

    folded = fold_all([link, *plays], SETTINGS)

    told: Any = [s.content for s in folded.signals if s.kind == "round_corrected"][-1]
    document: Any = folded.documents["lucky", "p1"]
    [shown] = document["rounds"]
    staked, won = ({"EUR": {"real": plain(told[name]["EUR"][0])}} for name in ("staked", "won"))
    assert (staked, won, told["bets"], told["wins"]) == tuple(shown[k] for k in ("staked", "won", "bets", "wins"))
    assert (told["game"], told["state"]) == (shown["game"], shown["state"])
    base = {name: plain(amount) for name, amount in told["base"].items()}
    assert base == {"staked": staked["EUR"]["real"], "won": won["EUR"]["real"]}
