"""Bets, rounds and rollbacks: rows 1 to 20 of the semantics' table of micro-scenarios, as they are numbered there."""

from tests.reference import ReferenceSettings
from tests.scenarios.subject import reference
from tests.scenarios.teller import Teller, day, figures, life, only_round, time, tpg
from tests.scenarios.words import story


def test_row_1_a_round_is_closed_by_its_win_when_the_sender_says_so(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2; 10:01 W a2 r1 5 end").of()

    assert tpg(document) == "2/5/-3"
    assert (figures(document)["rtp"], figures(document)["hold"]) == ("2.5", "-1.5")
    assert [life(document)[count] for count in ("rounds", "bets", "wins")] == [1, 1, 1]
    played = only_round(document)
    assert (played["state"], time(played["closed_at"])) == ("closed", "10:01")
    assert (played["staked"], played["won"]) == ({"EUR": {"real": "2"}}, {"EUR": {"real": "5"}})


def test_row_2_a_repeat_with_another_stamp_is_a_duplicate_and_the_first_stamp_stays(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:02 B a1 r1 2.00", is_first_kept=True)

    assert (tpg(outcome.of()), life(outcome.of())["bets"]) == ("2/0/2", 1)
    assert (outcome.duplicates, outcome.conflicts) == (1, 0)
    assert time(outcome.of()["counters"]["last_bet_at"]) == "10:00"


def test_row_3_a_repeat_with_another_amount_is_refused(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:00 B a1 r1 3", is_first_kept=True)

    assert tpg(outcome.of()) == "2/0/2"
    assert (outcome.duplicates, outcome.conflicts) == (0, 1)


def test_row_4_one_id_for_bet_and_win_is_a_conflict(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:01 W a1 r1 5 end", is_first_kept=True)

    assert (tpg(outcome.of()), outcome.conflicts) == ("2/0/2", 1)
    assert only_round(outcome.of())["state"] == "open"


def test_row_4_one_id_for_bet_and_win_is_two_facts_where_ids_hold_the_type(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2 typed; 10:01 W a1 r1 5 end typed")

    assert (tpg(outcome.of()), outcome.conflicts) == ("2/5/-3", 0)
    assert only_round(outcome.of())["state"] == "closed"


def test_row_5_a_rollback_takes_its_bet_away(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2; 10:01 RB a1").of()

    assert tpg(document) == "0/0/0"
    assert only_round(document)["state"] == "void"
    assert "rounds" not in life(document)
    assert day(document, "03-04")["reversed_stake"] == "2"


def test_row_6_a_rollback_that_comes_before_its_bet_leaves_the_same_state(tell: Teller) -> None:
    before = tell("10:01 RB a1; 10:00 B a1 r1 2")
    after = tell("10:00 B a1 r1 2; 10:01 RB a1")

    assert before.all == after.all


def test_row_7_a_second_rollback_changes_nothing_and_is_counted(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2; 10:01 RB x1→a1; 10:02 RB x2→a1").of()

    assert tpg(document) == "0/0/0"
    assert document["rollbacks"] == {"redundant": 1}


def test_row_8_a_rollback_of_a_rollback_brings_the_bet_back(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2; 10:01 RB x1→a1; 10:02 RB x2→x1").of()

    assert (tpg(document), life(document)["bets"]) == ("2/0/2", 1)
    assert only_round(document)["state"] == "open"


def test_row_9_a_rollback_of_the_closing_win_opens_the_round_again(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:01 W a2 r1 5 end; 10:05 RB a2")

    assert tpg(outcome.of()) == "2/0/2"
    assert only_round(outcome.of())["state"] == "open"
    assert outcome.told is None or outcome.told["round_corrected"] == 1


def test_row_10_bet_and_result_in_one_message_are_two_events_that_close_the_round(tell: Teller) -> None:
    once = tell("10:00 CBW t1 r1 1.00 0.00")
    twice = tell("10:00 CBW t1 r1 1.00 0.00; 10:00 CBW t1 r1 1.00 0.00")

    assert tpg(once.of()) == "1/0/1"
    assert time(only_round(once.of())["closed_at"]) == "10:00"
    assert twice.all == once.all
    assert twice.duplicates == 2  # the message once, which is two events


def test_row_11_several_bets_and_wins_are_one_round(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 1; 10:00:20 B a2 r1 2; 10:01 W a3 r1 0.50; 10:02 W a4 r1 4 end").of()

    assert tpg(document) == "3/4.5/-1.5"
    assert [life(document)[count] for count in ("rounds", "bets", "wins")] == [1, 2, 2]
    assert time(only_round(document)["closed_at"]) == "10:02"
    assert document["counters"]["avg_bet"] == {"EUR": "1.5"}


def test_row_12_a_win_after_the_close_is_added_and_the_round_stays_closed(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 1; 10:01 W a2 r1 0; 10:09 W a3 r1 10")

    assert figures(outcome.of())["ggr"] == "-9"
    played = only_round(outcome.of())
    assert (played["state"], played["closed_by"], time(played["closed_at"])) == ("closed", "zero_win", "10:01")
    assert (played["staked"], played["won"]) == ({"EUR": {"real": "1"}}, {"EUR": {"real": "10"}})
    assert outcome.told is None or (outcome.told["round_closed"], outcome.told["round_corrected"]) == (1, 1)


def test_row_13_a_round_without_an_end_is_closed_by_the_clock(tell: Teller) -> None:
    played = "10:00 B a1 r1 2; 10:01 W a2 r1 5"
    open_ = tell(played).of()
    still_open = tell(f"{played}; 03-05 10:00 tick").of()
    closed = only_round(tell(f"{played}; 03-05 10:00 tick; 03-05 10:01 tick").of())

    assert only_round(open_)["state"] == "open"
    assert only_round(still_open)["state"] == "open"
    assert (closed["state"], closed["closed_by"]) == ("closed", "timeout")
    assert closed["closed_at"] == "2026-03-04T10:01:00.000000Z"


def test_row_13_every_win_closes_where_the_sender_has_no_mark_for_the_end() -> None:
    # For the fold this is said before the log: the decoder marks every win of such a sender.
    always = ReferenceSettings(win_closes="always")
    document = reference(story("10:00 B a1 r1 2; 10:01 W a2 r1 5"), always).of()

    assert time(only_round(document)["closed_at"]) == "10:01"


def test_row_14_a_free_spin_stakes_nothing_and_its_win_counts(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 0 free_stake=0.50 bonus=ub7 mismatch; 10:01 W a2 r1 3b end bonus=ub7").of()

    assert tpg(document) == "0/3/-3"
    assert life(document) == {
        "payout": {"bonus": "3"},
        "free_stake": "0.5",
        "rounds": 1,
        "free_rounds": 1,
        "wins": 1,
    }
    assert figures(document)["ggr_bonus"] == "-3"
    assert only_round(document)["free"] is True
    assert only_round(document)["flags"] == ["amount_mismatch"]
    [bonus] = document["bonuses"]
    assert (bonus["user_bonus_id"], bonus["state"], bonus.get("wagered", "0")) == ("ub7", "unknown", "0")


def test_row_15_players_at_one_live_table_have_rounds_of_their_own(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r9 10 @p1; 10:00 B a1 r9 5 @p2; 10:01 W a2 r9 10 end @p2")

    first, second = only_round(outcome.of("p1")), only_round(outcome.of("p2"))
    assert (first["state"], first["staked"]) == ("open", {"EUR": {"real": "10"}})
    assert (second["state"], second["staked"]) == ("closed", {"EUR": {"real": "5"}})
    assert second["won"] == {"EUR": {"real": "10"}}
    assert (outcome.duplicates, outcome.conflicts) == (0, 0)


def test_row_16_round_ids_of_two_studios_are_two_rounds(tell: Teller) -> None:
    document = tell("10:00 B a1 r5 1; 10:01 B a2 r5 2 studio=77; 10:02 W a3 r5 3 end studio=77").of()

    one, other = document["rounds"]
    assert (one["studio"], one["state"], one["staked"]) == ("41", "open", {"EUR": {"real": "1"}})
    assert (other["studio"], other["state"], other["staked"]) == ("77", "closed", {"EUR": {"real": "2"}})
    assert other["won"] == {"EUR": {"real": "3"}}


def test_row_17_a_round_id_that_comes_back_after_weeks_is_another_round(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 1; 10:01 L a2 r1; 04-13 10:00 B a3 r1 2; 04-13 10:01 L a4 r1").of()

    assert [(one["generation"], one["state"], one["staked"]) for one in document["rounds"]] == [
        (1, "closed", {"EUR": {"real": "1"}}),
        (2, "closed", {"EUR": {"real": "2"}}),
    ]
    assert all("won" not in one for one in document["rounds"])


def test_row_18_a_round_told_as_a_whole_counts_as_one_bet(tell: Teller) -> None:
    document = tell("10:01 GR r1 2+0.5b 0").of()

    assert tpg(document) == "2.5/0/2.5"
    assert life(document)["turnover"] == {"real": "2", "bonus": "0.5"}
    assert [life(document)[count] for count in ("rounds", "bets")] == [1, 1]
    assert time(only_round(document)["closed_at"]) == "10:01"


def test_row_19_beside_raw_events_a_whole_round_is_only_a_check(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2.50; 10:01 W a2 r1 4.00 end; 10:01 GR r1 2.50 4.10").of()

    assert tpg(document) == "2.5/4/-1.5"
    assert only_round(document)["flags"] == ["round_mismatch"]


def test_row_20_two_currencies_in_one_round_are_both_kept(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 10; 10:01 W a2 r1 100 in=SEK rate=0.087 end").of()

    assert (tpg(document), tpg(document, "SEK"), tpg(document, "BASE")) == ("10/0/10", "0/100/-100", "10/8.7/1.3")
    assert only_round(document)["flags"] == ["currency_mixed"]
