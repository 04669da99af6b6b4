"""Rows 1-20, 31, 32, 34 and 35 of semantics.md 12, as far as Fast Track can say them."""

from itertools import permutations
from typing import Any

import pytest

from countroom.simulator.sending import CONFLICT
from tests.unit.simulator.story import Story, figures, life, t_p_g


@pytest.fixture
def story() -> Story:
    return Story()


def iso(clock: str) -> str:
    return f"2026-03-04T{clock}:00.000000Z"


def only_round(document: Any) -> Any:
    [found] = document["rounds"]
    return found


def test_row_1_a_bet_and_a_win_that_ends_the_round(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.end_win("10:01", "a2", "r1", 5)

    document = story.document()

    assert t_p_g(document) == (2, 5, -3)
    assert (figures(document)["rtp"], figures(document)["hold"]) == ("2.5", "-1.5")
    found = only_round(document)
    assert (found["state"], found["closed_at"], found["closed_by"]) == ("closed", iso("10:01"), "round_end")
    assert (found["staked"], found["won"]) == ({"EUR": {"real": "2"}}, {"EUR": {"real": "5"}})
    assert life(document) == {
        "turnover": {"real": "2"},
        "payout": {"real": "5"},
        "bets": 1,
        "wins": 1,
        "rounds": 1,
    }


def test_row_2_a_repeat_changes_nothing_and_the_first_time_stays(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.again("10:02", timestamp="2026-03-04T10:02:00Z", amount=2.00)

    document = story.document()

    assert life(document)["bets"] == 1
    assert document["counters"]["last_bet_at"] == iso("10:00")


@pytest.mark.parametrize("again", [{"amount": 3}, {"type": "Win", "amount": 5}])
def test_rows_3_and_4_what_contradicts_an_earlier_message_is_refused(story: Story, again: dict[str, Any]) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.play("10:01", **{"what": "Bet", "ids": ("a1", "r1"), **again}, expect=CONFLICT)

    document = story.document()

    assert t_p_g(document) == (2, 0, 2)
    assert only_round(document)["state"] == "open"


@pytest.mark.parametrize("first", ["bet", "rollback"])
def test_rows_5_and_6_a_rolled_back_bet_leaves_a_void_round_whatever_came_first(story: Story, first: str) -> None:
    if first == "bet":
        story.bet("10:00", "a1", "r1", 2)
    story.roll_back("10:01", "a1")
    if first == "rollback":
        story.bet("10:00", "a1", "r1", 2)

    document = story.document()

    assert only_round(document) == {
        "studio": "41",
        "round_id": "r1",
        "generation": 1,
        "state": "void",
        "opened_at": iso("10:00"),
        "game": "g1",
    }
    assert life(document) == {"reversed_stake": "2"}
    assert document["totals"]["hours"]["2026-03-04T10"]["casino"] == {"EUR": {"reversed_stake": "2"}}


def test_row_9_rolling_back_the_win_that_closed_it_opens_the_round_again(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.end_win("10:01", "a2", "r1", 5)
    story.roll_back("10:05", "a2", type="Win", amount=5)

    document = story.document()

    assert t_p_g(document) == (2, 0, 2)
    assert only_round(document)["state"] == "open"
    assert "rollbacks" not in document


def test_row_11_several_bets_and_wins_of_one_round(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.bet("10:00:20", "a2", "r1", 2)
    story.win("10:01", "a3", "r1", 0.50)
    story.end_win("10:02", "a4", "r1", 4)

    document = story.document()

    assert t_p_g(document) == (3, 4.5, -1.5)
    assert (life(document)["rounds"], life(document)["bets"], life(document)["wins"]) == (1, 2, 2)
    assert only_round(document)["closed_at"] == iso("10:02")
    assert document["counters"]["avg_bet"] == {"EUR": "1.5"}


def test_row_12_a_win_after_the_zero_win_is_added_and_the_round_stays_closed(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.win("10:01", "a2", "r1", 0)
    story.win("10:09", "a3", "r1", 10)

    document = story.document()

    found = only_round(document)
    assert (found["closed_at"], found["closed_by"], found["last_at"]) == (iso("10:01"), "zero_win", iso("10:09"))
    assert t_p_g(document)[2] == -9


@pytest.mark.parametrize(("tick", "state"), [(None, "open"), ("03-05 10:00", "open"), ("03-05 10:01", "closed")])
def test_row_13_a_round_without_word_of_its_end_is_closed_by_time(story: Story, tick: str | None, state: str) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.win("10:01", "a2", "r1", 5)

    found = only_round(story.document(tick))

    assert found["state"] == state
    if state == "closed":
        assert (found["closed_at"], found["closed_by"]) == (iso("10:01"), "timeout")


def test_row_14_a_free_spin_stakes_nothing_and_pays_bonus_money(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 0, wager_amount=0, bonus_wager_amount=0.50, user_bonus_id="ub7")
    story.end_win("10:01", "a2", "r1", 3, wager_amount=0, bonus_wager_amount=3, user_bonus_id="ub7")

    document = story.document()

    assert t_p_g(document) == (0, 3, -3)
    assert life(document) == {"payout": {"bonus": "3"}, "wins": 1, "rounds": 1, "free_rounds": 1, "free_stake": "0.5"}
    assert figures(document)["ggr_bonus"] == "-3"
    assert only_round(document)["flags"] == ["amount_mismatch"]
    [bonus] = document["bonuses"]
    assert (bonus["state"], "wagered" in bonus) == ("unknown", False)


def test_row_15_two_players_at_one_table_share_ids_and_nothing_else(story: Story) -> None:
    story.bet("10:00", "a1", "r9", 10)
    story.bet("10:00", "a1", "r9", 5, player="p2")
    story.end_win("10:01", "a2", "r9", 10, player="p2")

    first, second = only_round(story.document()), only_round(story.document(player="p2"))

    assert (first["state"], first["staked"]) == ("open", {"EUR": {"real": "10"}})
    assert (second["state"], second["staked"], second["won"]) == (
        "closed",
        {"EUR": {"real": "5"}},
        {"EUR": {"real": "10"}},
    )


def test_row_16_two_studios_share_a_round_id_and_nothing_else(story: Story) -> None:
    story.bet("10:00", "a1", "r5", 1)
    story.bet("10:01", "a2", "r5", 2, vendor_id="77")
    story.end_win("10:02", "a3", "r5", 3, vendor_id=77)

    found = [(it["studio"], it["state"], it["staked"]["EUR"]["real"]) for it in story.document()["rounds"]]

    assert found == [("41", "open", "1"), ("77", "closed", "2")]


def test_row_17_a_round_id_used_again_after_a_month_is_another_round(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 1)
    story.loss("10:01", "a2", "r1")
    story.bet("04-13 10:00", "a3", "r1", 2)
    story.loss("04-13 10:01", "a4", "r1")

    found = [(it["generation"], it["state"], it["staked"]["EUR"]["real"]) for it in story.document()["rounds"]]

    assert found == [(1, "closed", "1"), (2, "closed", "2")]


def test_row_18_a_round_told_as_a_whole_counts(story: Story) -> None:
    story.whole("10:01", "r1", bet=(2, 0.5))

    document = story.document()

    assert t_p_g(document) == (2.5, 0, 2.5)
    assert life(document) == {"turnover": {"real": "2", "bonus": "0.5"}, "bets": 1, "rounds": 1}
    assert (only_round(document)["closed_at"], only_round(document)["closed_by"]) == (iso("10:01"), "whole")


def test_row_19_beside_its_bets_and_wins_a_whole_is_only_a_check(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2.50)
    story.end_win("10:01", "a2", "r1", 4.00)
    story.whole("10:01", "r1", bet=(2.50, 0), win=(4.10, 0))

    for arrivals in permutations(story.sendings):
        document = story.document(arrivals=arrivals)

        assert t_p_g(document) == (2.5, 4, -1.5)
        assert only_round(document)["flags"] == ["round_mismatch"]


def test_row_20_a_win_in_another_currency_is_kept_apart_and_joined_in_base(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 10)
    story.end_win("10:01", "a2", "r1", 100, currency="SEK", exchange_rate=0.087)

    document = story.document()

    assert t_p_g(document) == (10, 0, 10)
    assert t_p_g(document, "SEK") == (0, 100, -100)
    assert [figures(document, "BASE")[name] for name in ("turnover", "payout", "ggr")] == ["10", "8.7", "1.3"]
    assert only_round(document)["flags"] == ["currency_mixed"]


def test_row_31_days_turn_where_the_brand_is() -> None:
    story = Story("Europe/Malta")
    story.bet("22:59:59", "a1", "r1", 1)
    story.bet("23:00:00", "a2", "r2", 1)

    days = story.document()["totals"]["days"]

    assert {day: scope["casino"]["EUR"]["turnover"] for day, scope in days.items()} == {
        "2026-03-04": {"real": "1"},
        "2026-03-05": {"real": "1"},
    }


def test_row_32_the_day_of_the_clock_change_has_23_hours() -> None:
    story = Story("Europe/Malta")
    story.bet("03-28 23:00", "a1", "r1", 1)
    story.bet("03-29 21:59", "a2", "r2", 2)
    story.bet("03-29 22:00", "a3", "r3", 4)

    days = story.document()["totals"]["days"]

    assert {day: scope["casino"]["EUR"]["turnover"]["real"] for day, scope in days.items()} == {
        "2026-03-29": "3",
        "2026-03-30": "4",
    }


def test_row_34_play_tokens_are_counted_apart(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 500, currency="GC", is_free_money=True, exchange_rate=0)
    story.bet("10:05", "a2", "r2", 1)

    document = story.document()

    assert t_p_g(document) == (1, 0, 1)
    assert document["totals"]["life"]["base"]["casino"] == {"turnover": {"real": "1"}}
    assert document["free_totals"]["life"] == {"casino": {"GC": {"turnover": {"real": "500"}, "bets": 1, "rounds": 1}}}
    assert document["counters"]["first_bet_at"] == document["counters"]["last_bet_at"] == iso("10:05")


def test_row_35_what_the_parts_do_not_explain_is_unsplit(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 5, wager_amount=3, bonus_wager_amount=1)
    story.bet("10:00", "a2", "r2", 5, bonus_wager_amount=1)

    first, second = story.document()["rounds"]

    assert (first["staked"]["EUR"], first["flags"]) == (
        {"real": "3", "bonus": "1", "unsplit": "1"},
        ["amount_mismatch"],
    )
    assert (second["staked"]["EUR"], "flags" in second) == ({"real": "4", "bonus": "1"}, False)


def test_a_bet_rolled_back_without_its_win_leaves_a_flag(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.end_win("10:01", "a2", "r1", 5)
    story.roll_back("10:02", "a1")

    assert only_round(story.document())["flags"] == ["win_without_bet"]


@pytest.mark.parametrize(("tick", "orphaned"), [("03-11 09:59", None), ("03-11 10:00", {"orphaned": 1})])
def test_a_rollback_of_what_never_came_is_an_orphan_after_a_week(
    story: Story, tick: str, orphaned: dict[str, int] | None
) -> None:
    story.bet("09:00", "a1", "r1", 2)
    story.roll_back("10:00", "never")

    assert story.document(tick).get("rollbacks") == orphaned


def test_a_rollback_that_states_another_amount_takes_the_bets_own(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.roll_back("10:01", "a1", amount=3)

    document = story.document()

    assert life(document) == {"reversed_stake": "2"}
    assert document["rollbacks"] == {"amount_mismatch": 1}


def test_a_refund_takes_whatever_stands_under_the_id_and_its_amount_says_nothing(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.play("10:01", "Refund", ("a1", "r1"), amount=3)

    document = story.document()

    assert life(document) == {"reversed_stake": "2"}
    assert "rollbacks" not in document


def test_amounts_in_base_currency_are_exact_and_those_without_a_rate_are_counted(story: Story) -> None:
    story.bet("10:00", "a1", "r1", "0.00000001", currency="BTC", exchange_rate="61873.252391")
    story.bet("10:01", "a2", "r2", 1, currency="BTC", exchange_rate=0)

    base = story.document()["totals"]["life"]["base"]["casino"]

    assert base == {"turnover": {"real": "0.00061873252391"}, "missing": 1}
