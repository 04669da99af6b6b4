"""The vendor's own sequences: a whole round (A), and a round played on a bonus (B), in every order and disorder."""

import pytest

from tests.reference import ReferenceSettings
from tests.scenarios.subject import Subject
from tests.scenarios.teller import Teller, life, only_round, tpg
from tests.scenarios.words import story

A_WON = "10:00 B a1 12345 2; 10:01 W a2 12345 5 end"
A_LOST = "10:00 B a1 12345 2; 10:01 L a2 12345"
B = """09:00 bonus ABCD credited 20 required=30; 10:00 B a1 12345 2b bonus=ABCD
       10:01 W a2 12345 5b end bonus=ABCD; 11:00 bonus ABCD completed 20 turned=12"""

SEQUENCES = {"A won": A_WON, "A lost": A_LOST, "B": B}


@pytest.mark.parametrize("sequence", [A_WON, A_LOST])
def test_sequence_a_is_one_closed_round_in_whatever_order_it_comes(tell: Teller, sequence: str) -> None:
    document = tell(sequence).of()

    assert only_round(document)["state"] == "closed"
    assert [life(document)[count] for count in ("rounds", "bets")] == [1, 1]


def test_sequence_b_is_a_completed_bonus_with_its_round_in_whatever_order_it_comes(tell: Teller) -> None:
    document = tell(B).of()

    [bonus] = document["bonuses"]
    assert tpg(document) == "2/5/-3"
    assert (bonus["state"], bonus["wagered"], bonus["converted"]) == ("completed", "2", "12")
    assert bonus["payouts"] == {"EUR": {"bonus": "5"}}


@pytest.mark.parametrize("status", ["auto_completed", "lost", "forfeited", "expired", "not_applicable", "reversed"])
def test_sequence_b_may_close_with_any_end(tell: Teller, status: str) -> None:
    [bonus] = tell(B.replace("completed 20 turned=12", f"{status} 20")).of()["bonuses"]

    assert (bonus["state"], bonus["wagered"]) == (status, "2")


@pytest.mark.parametrize("name", sorted(SEQUENCES))
def test_a_sequence_sent_twice_over_changes_nothing(subject: Subject, name: str) -> None:
    settings = ReferenceSettings()
    events = story(SEQUENCES[name])

    twice = subject([*events, *events], settings)

    assert twice.all == subject(events, settings).all
    assert twice.duplicates == len(events)


@pytest.mark.parametrize("name", sorted(SEQUENCES))
@pytest.mark.parametrize("undone", [("a1",), ("a2",), ("a1", "a2")])
def test_what_of_a_sequence_is_rolled_back_is_gone_from_the_totals(
    tell: Teller, name: str, undone: tuple[str, ...]
) -> None:
    rollbacks = "; ".join(f"10:05 RB {one}" for one in undone)
    left = [event for event in story(SEQUENCES[name]) if getattr(event, "activity_id", "") not in undone]

    outcome = tell(f"{SEQUENCES[name]}; {rollbacks}").of()
    as_if = tell.subject(left, ReferenceSettings())

    assert tpg(outcome) == (tpg(as_if.of()) if left else "0/0/0")
    counts = ("bets", "wins", "rounds")
    assert [life(outcome).get(one, 0) for one in counts] == (
        [life(as_if.of()).get(one, 0) for one in counts] if left else [0, 0, 0]
    )


def test_a_round_that_is_rolled_back_as_a_whole_is_void(tell: Teller) -> None:
    document = tell(f"{A_WON}; 10:05 RB a1; 10:06 RB a2").of()

    assert only_round(document)["state"] == "void"
    assert tpg(document) == "0/0/0"


def test_a_win_whose_bet_is_rolled_back_stays_and_is_marked(tell: Teller) -> None:
    document = tell(f"{A_WON}; 10:05 RB a1").of()

    assert only_round(document)["flags"] == ["win_without_bet"]
    assert tpg(document) == "0/5/-5"
