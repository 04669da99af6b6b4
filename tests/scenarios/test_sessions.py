"""Sessions: rows 21 to 25 of the semantics' table of micro-scenarios."""

from tests.scenarios.teller import Teller, sessions, time

ROW_21 = "10:00 B a1 r1 1; 10:30 B a2 r2 1; 11:01 B a3 r3 1"
ROW_22 = f"{ROW_21}; 10:45 B a4 r4 1"


def test_row_21_half_an_hour_joins_and_a_minute_more_parts(tell: Teller) -> None:
    assert sessions(tell(ROW_21).of()) == ["10:00-10:30 2 2", "11:01-11:01 1 1"]


def test_row_22_a_late_bet_joins_two_sessions(tell: Teller) -> None:
    outcome = tell(ROW_22)

    assert sessions(outcome.of()) == ["10:00-11:01 4 4"]
    assert outcome.told is None or outcome.told["session_merged"] == 1


def test_row_23_a_rollback_does_not_part_them_again(tell: Teller) -> None:
    document = tell(f"{ROW_22}; 11:30 RB a4").of()

    assert sessions(document) == ["10:00-11:01 3 3"]
    assert document["sessions"][0]["rounds"] == 3


def test_row_24_a_win_hours_later_belongs_to_the_session_of_its_bet(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 1; 18:00 W a2 r1 500 end")
    after_the_end = tell("10:00 B a1 r1 1; 10:30:00.000001 tick; 18:00 W a2 r1 500 end")

    assert sessions(outcome.of()) == ["10:00-10:00 1 1"]
    assert outcome.of()["sessions"][0]["payout"] == {"EUR": {"real": "500"}}
    assert outcome.of()["counters"]["biggest_multiplier"] == "500"
    assert after_the_end.told is None or after_the_end.told["session_corrected"] == 1


def test_row_25_wins_hold_a_session_together_too(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 1; 10:25 W a2 r1 2 end; 10:50 B a3 r2 1").of()

    [session] = document["sessions"]
    assert sessions(document) == ["10:00-10:50 2 2"]
    assert session["payout"] == {"EUR": {"real": "2"}}
    assert session["open_rounds"] == 1


def test_a_session_ends_one_instant_after_the_pause_and_is_final_after_the_grace(tell: Teller) -> None:
    played = "10:00 B a1 r1 1; 10:01 L a2 r1"
    moments = {
        "10:31": "open",
        "10:31:00.000001": "ended",
        "03-06 10:01": "ended",
        "03-06 10:01:00.000001": "final",
    }

    for moment, state in moments.items():
        [session] = tell(f"{played}; {moment} tick").of()["sessions"]

        assert (session["state"], time(session["ended_at"])) == (state, "10:01")
