"""What the table of micro-scenarios leaves open, and a figure would go wrong with."""

from tests.scenarios.teller import Teller, day, life, only_round, time, tpg


def test_an_event_with_the_identities_of_two_earlier_ones_is_refused(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:00 B a2 r1 2; 10:00 B a2 r1 2 sent_as=a1", is_first_kept=True)

    assert (tpg(outcome.of()), outcome.duplicates, outcome.conflicts) == ("4/0/4", 0, 1)


def test_the_ids_of_a_duplicate_are_not_learnt(tell: Teller) -> None:
    outcome = tell("10:00 B a1 r1 2; 10:00 B a1 r1 2 sent_as=z9; 10:00 B a2 r1 2 sent_as=z9", is_first_kept=True)

    assert (tpg(outcome.of()), outcome.duplicates, outcome.conflicts) == ("4/0/4", 1, 0)


def test_the_latest_of_several_closing_events_closes_the_round(tell: Teller) -> None:
    played = only_round(tell("10:00 B a1 r1 1; 10:01 L a2 r1; 10:05 W a3 r1 5 end").of())

    assert (played["closed_by"], time(played["closed_at"])) == ("round_end", "10:05")


def test_what_was_reversed_stands_on_the_day_of_the_rollback(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 2; 03-05 10:00 RB x1→a1; 03-06 10:00 RB x2→a1").of()

    assert sorted(document["totals"]["days"]) == ["2026-03-05"]
    assert day(document, "03-05") == {"reversed_stake": "2"}


def test_a_payment_is_never_requested_again_after_it_was_approved(tell: Teller) -> None:
    [payment] = tell("10:00 deposit d1 100 approved; 11:00 deposit d1 100 requested").of()["payments"]

    assert (payment["status"], payment["counted"]) == ("approved", "100")


def test_a_completed_payment_does_not_fail_any_more(tell: Teller) -> None:
    told = "10:00 deposit d1 100 approved; 10:05 deposit d1 90 completed; 11:00 deposit d1 100 rejected"
    document = tell(told).of()

    [payment] = document["payments"]
    assert (payment["status"], payment["counted"], time(payment["counted_at"])) == ("completed", "90", "10:00")
    assert life(document, "payments") == {"deposits": 1, "deposit_sum": "90"}


def test_a_rollback_of_a_part_leaves_the_count_and_takes_its_amount(tell: Teller) -> None:
    document = tell("10:00 deposit d1 100 approved; 11:00 deposit d1 30 rolled_back").of()

    [payment] = document["payments"]
    assert (payment["status"], payment["counted"], payment["flags"]) == ("approved", "70", ["partially_reversed"])
    assert life(document, "payments") == {"deposits": 1, "deposit_sum": "70", "reversed_deposits": "30"}


def test_a_rollback_never_takes_more_than_there_was(tell: Teller) -> None:
    document = tell("10:00 deposit d1 100 approved; 11:00 deposit d1 500 rolled_back").of()

    [payment] = document["payments"]
    assert (payment["status"], payment["flags"]) == ("rolled_back", ["rollback_capped"])
    assert life(document, "payments") == {"reversed_deposits": "100"}


def test_winnings_of_free_spins_that_are_cash_already_are_no_cost_again(tell: Teller) -> None:
    told = """10:00 B a1 r1 0 free_stake=1 bonus=ub1; 10:01 W a2 r1 12 end bonus=ub1
              11:00 bonus ub1 credited 20; 12:00 bonus ub1 completed 20 turned=20"""
    [bonus] = tell(told).of()["bonuses"]

    assert bonus["converted"] == "8"
    assert bonus["flags"] == ["before_credited"]


def test_a_second_end_of_a_bonus_is_marked_and_the_first_holds(tell: Teller) -> None:
    told = "10:00 bonus ub1 credited 20; 12:00 bonus ub1 completed 20 turned=20; 13:00 bonus ub1 expired 20"
    [bonus] = tell(told).of()["bonuses"]

    assert (bonus["state"], bonus["flags"]) == ("completed", ["end_conflict"])


def test_a_streak_of_days_breaks_at_a_day_without_a_bet(tell: Teller) -> None:
    played = "03-04 10:00 B a1 r1 1; 03-05 10:00 B a2 r2 1; 03-06 10:00 B a3 r3 1; 03-09 10:00 B a4 r4 1"
    counters = tell(played).of()["counters"]

    assert (counters["days_active"], counters["best_streak"], counters["current_streak_ending_there"]) == (4, 3, 1)


def test_the_latest_statement_of_a_field_wins_and_an_empty_one_says_nothing(tell: Teller) -> None:
    told = "10:00 profile country=MT; 11:00 profile country=SE; 12:00 profile country="
    fields = tell(told).of()["profile"]["fields"]

    assert fields["country"]["value"] == "SE"


def test_the_currency_of_the_wallet_stays_what_it_was_first(tell: Teller) -> None:
    profile = tell("10:00 profile wallet_currency=EUR; 11:00 profile wallet_currency=SEK").of()["profile"]

    assert profile["fields"]["wallet_currency"]["value"] == "EUR"
    assert profile["refused_fields"] == ["wallet_currency"]


def test_the_latest_login_of_the_day_before_a_session_is_noted_with_it(tell: Teller) -> None:
    told = "03-03 09:59 login; 03-04 09:00 login; 03-04 10:00 B a1 r1 1; 03-04 10:30 login"
    [session] = tell(told).of()["sessions"]

    assert session["login"] == "2026-03-04T09:00:00.000000Z"


def test_another_currency_at_a_rate_of_one_counts_in_the_base_sums_of_its_session(tell: Teller) -> None:
    [session] = tell("10:00 B a1 r1 2 in=SEK rate=1; 10:01 W a2 r1 5 in=SEK rate=1 end").of()["sessions"]

    assert session["base"] == {"stake": "2", "payout": "5"}
