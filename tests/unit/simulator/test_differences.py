from copy import deepcopy
from typing import Any

import pytest

from countroom.simulator.differences import differences
from tests.unit.simulator.story import Story


@pytest.fixture
def document() -> Any:
    story = Story()
    story.registration("09:00", currency="EUR", email="a@mail.example")
    story.bet("10:00", "a1", "r1", 2)
    story.bet("10:00", "a2", "r2", 3)
    story.end_win("10:01", "a3", "r1", 5)
    story.payment("10:02", "p1", "Approved", 100)
    return story.document("03-06 00:00")


def test_equal_documents_have_none(document: Any) -> None:
    assert differences(document, deepcopy(document)) == []


def test_a_changed_digit_is_found_with_its_place(document: Any) -> None:
    other = deepcopy(document)
    other["totals"]["life"]["casino"]["EUR"]["turnover"]["real"] = "5.0001"

    [found] = differences(document, other)

    assert str(found) == '$.totals.life.casino.EUR.turnover.real: expected "5", got "5.0001"'


def test_what_is_missing_and_what_is_too_much_is_said(document: Any) -> None:
    other = deepcopy(document)
    del other["rounds"][0]["won"]
    other["outside"] = {"EUR": {"real": "1"}}

    found = [str(it) for it in differences(document, other)]

    assert found == [
        '$.outside: expected nothing, got {"EUR":{"real":"1"}}',
        '$.rounds[r1/41/1].won: expected {"EUR":{"real":"5"}}, got nothing',
    ]


def test_one_round_too_many_is_one_difference(document: Any) -> None:
    other = deepcopy(document)
    other["rounds"].insert(0, {**other["rounds"][0], "round_id": "r0"})

    assert [it.path for it in differences(document, other)] == ["$.rounds[r0/41/1]"]


def test_the_order_of_a_list_matters(document: Any) -> None:
    other = deepcopy(document)
    other["rounds"].reverse()

    assert [it.path for it in differences(document, other)] == ["$.rounds (order)"]


def test_numbers_and_truth_and_text_are_told_apart(document: Any) -> None:
    other = deepcopy(document)
    other["rounds"][0]["bets"] = True
    other["rounds"][1]["bets"] = "1"

    assert len(differences(document, other)) == 2


def test_what_only_the_hub_can_know_is_not_compared(document: Any) -> None:
    other = deepcopy(document)
    other["handling"] = {"duplicates": 3}
    other["profile"]["fields"]["email"]["token"] = "0badc0de"

    assert differences(document, other) == []


def test_a_personal_field_of_another_time_is_found(document: Any) -> None:
    other = deepcopy(document)
    other["profile"]["fields"]["email"]["at"] = "2026-03-04T09:00:01.000000Z"

    assert [it.path for it in differences(document, other)] == ["$.profile.fields.email.at"]
