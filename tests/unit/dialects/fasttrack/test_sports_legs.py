"""How the legs of a sports bet are named: alike in the bet and in its settlement, and unlike each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countroom.core.events import SelectionReported
from countroom.core.identity import anchor
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.legs import MOST
from tests.unit.dialects.messages import VALID, events, refused

LEG: dict[str, Any] = VALID["SPORTSBOOK"]["bets"][0]
SETTLED: dict[str, Any] = {"type": "Settlement", "activity_id": "s-2", "activity_id_reference": "s-1"}
TEXTS = st.sampled_from(["", "a", "b", "x" * 200])
LEGS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "event_name": TEXTS,
            "market": TEXTS,
            "outcome": TEXTS,
            "id": st.sampled_from([None, "", 1, "1", "a\nb", [1]]),
            "odds": st.sampled_from([None, 1.5, "2"]),
        },
    ),
    max_size=5,
)


def legs(bets: list[dict[str, Any]], **changes: Any) -> list[SelectionReported]:
    found = [each for each in events("SPORTSBOOK", bets=bets, **changes) if isinstance(each, SelectionReported)]
    assert len(found) == len(bets)
    return found


@given(LEGS)
def test_a_leg_has_one_name_in_its_bet_and_in_its_settlement(bets: list[dict[str, Any]]) -> None:
    placed, settled = legs(bets), legs(bets, **SETTLED)

    assert [leg.selection_id for leg in placed] == [leg.selection_id for leg in settled]
    assert {leg.bet_id for leg in placed + settled} <= {"s-1"}
    assert all(leg.settled for leg in settled)
    assert not any(leg.settled for leg in placed)


@given(LEGS)
def test_no_two_legs_of_a_bet_have_one_name(bets: list[dict[str, Any]]) -> None:
    names = [leg.about.business_id for leg in legs(bets) + legs(bets, **SETTLED)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "changes",
    [
        {"odds": 2.9},
        {"match_start": "2026-03-05T20:00:00Z"},
        {"sports_name": "Soccer"},
        {"is_live": True},
        {"outcomes": None, "outcome": "2"},
    ],
)
def test_what_may_change_between_bet_and_settlement_is_no_part_of_a_legs_name(changes: dict[str, Any]) -> None:
    [placed], [settled] = legs([LEG]), legs([{**LEG, **changes}], **SETTLED)

    assert placed.selection_id == settled.selection_id


@pytest.mark.parametrize(
    "changes", [{"event_name": "South vs North"}, {"market": "Totals"}, {"outcomes": [{"outcome_label": "1"}]}]
)
def test_another_match_market_or_outcome_is_another_leg(changes: dict[str, Any]) -> None:
    [one], [other] = legs([LEG]), legs([{**LEG, **changes}])

    assert one.selection_id != other.selection_id


def test_the_order_of_legs_does_not_matter_to_their_names() -> None:
    bets = [LEG, {**LEG, "event_name": "East vs West"}]

    assert {leg.selection_id for leg in legs(bets)} == {leg.selection_id for leg in legs(bets[::-1])}


def test_legs_lie_with_their_bet() -> None:
    bet, leg = events("SPORTSBOOK")
    settlement, settled = events("SPORTSBOOK", **SETTLED)

    assert bet.about.business_id
    assert leg.about.business_id
    assert settled.about.business_id
    assert settlement.about.business_id
    assert anchor(bet.about.business_id) == anchor(leg.about.business_id) == anchor(settled.about.business_id)
    assert anchor(settlement.about.business_id) == "sport:s-2"


def test_legs_without_end_are_refused() -> None:
    [rejection] = refused("SPORTSBOOK", bets=[{}] * (MOST + 1))

    assert (rejection.reason, rejection.path) == (Reason.MALFORMED, "$.bets")
