"""Rows 21-25 of semantics.md 12 and the rules of sessions beside them."""

from typing import Any

import pytest

from tests.unit.simulator.story import Story, life


@pytest.fixture
def story() -> Story:
    return Story()


def iso(clock: str) -> str:
    return f"2026-03-04T{clock}:00.000000Z"


def three_bets(story: Story) -> None:
    for number, clock in enumerate(("10:00", "10:30", "11:01"), start=1):
        story.bet(clock, f"a{number}", f"r{number}", 1)


def spans(document: Any) -> list[tuple[str, str, int, str]]:
    return [
        (it["started_at"][11:16], it["ended_at"][11:16], it["bets"], it["stake"]["EUR"]["real"])
        for it in document["sessions"]
    ]


def test_row_21_thirty_minutes_join_and_thirty_one_split(story: Story) -> None:
    three_bets(story)

    assert spans(story.document()) == [("10:00", "10:30", 2, "2"), ("11:01", "11:01", 1, "1")]


def test_row_22_a_late_bet_joins_two_sessions(story: Story) -> None:
    three_bets(story)
    story.bet("10:45", "a4", "r4", 1)

    assert spans(story.document()) == [("10:00", "11:01", 4, "4")]


def test_row_23_a_rollback_does_not_split_them_again(story: Story) -> None:
    three_bets(story)
    story.bet("10:45", "a4", "r4", 1)
    story.roll_back("11:30", "a4", amount=1)

    document = story.document()

    assert spans(document) == [("10:00", "11:01", 3, "3")]
    assert document["sessions"][0]["rounds"] == 3


def test_row_24_a_jackpot_hours_later_belongs_to_the_session_that_earned_it(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.end_win("18:00", "a2", "r1", 500)

    document = story.document()

    [session] = document["sessions"]
    assert (session["started_at"], session["ended_at"]) == (iso("10:00"), iso("10:00"))
    assert (session["stake"], session["payout"]) == ({"EUR": {"real": "1"}}, {"EUR": {"real": "500"}})
    assert document["counters"]["biggest_multiplier"] == "500"


def test_row_25_points_are_bets_and_wins_alike(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.end_win("10:25", "a2", "r1", 2)
    story.bet("10:50", "a3", "r2", 1)

    document = story.document()

    assert spans(document) == [("10:00", "10:50", 2, "2")]
    assert (document["sessions"][0]["open_rounds"], document["sessions"][0]["state"]) == (1, "open")


@pytest.mark.parametrize(
    ("tick", "state"),
    [
        ("10:31", "open"),
        ("10:31:01", "ended"),
        ("03-06 10:01", "ended"),
        ("03-06 10:01:01", "final"),
    ],
)
def test_a_session_ends_after_the_idle_time_and_is_final_after_the_grace(story: Story, tick: str, state: str) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.loss("10:01", "a2", "r1")

    [session] = story.document(tick)["sessions"]

    assert session["state"] == state


def test_a_win_without_any_bet_falls_into_the_session_around_it_or_outside(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.end_win("10:29", "a2", "prize", 3)
    story.end_win("15:00", "a3", "prize-2", 4)

    document = story.document()

    [session] = document["sessions"]
    assert (session["payout"], document["outside"]) == ({"EUR": {"real": "3"}}, {"EUR": {"real": "4"}})
    assert life(document)["rounds"] == 1


def test_a_session_knows_the_latest_login_of_the_day_before_its_start(story: Story) -> None:
    story.login("03-03 09:59")
    story.login("09:00")
    story.login("11:00")
    story.bet("10:00", "a1", "r1", 1)

    [session] = story.document()["sessions"]

    assert session["login"] == iso("09:00")
