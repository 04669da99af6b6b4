"""Cost, payments, currencies, days, pockets and bonuses: rows 26 to 35, 37 and 38 of the semantics' table.

Row 36 speaks of segments, which nobody can be asked about yet.
"""

from decimal import Decimal

import pytest

from tests.reference import ReferenceSettings
from tests.scenarios.teller import Teller, day, figures, life, time, tpg, turnover_of_days

MALTA = ReferenceSettings(time_zone="Europe/Malta")


@pytest.mark.parametrize(
    ("brand", "cost", "ngr"),
    [
        (ReferenceSettings(bonus_cost="conversion"), "45", "5"),
        (ReferenceSettings(bonus_cost="stake"), "120", "-70"),
        (ReferenceSettings(bonus_cost="grant"), "50", "0"),
    ],
)
def test_row_26_the_cost_of_bonuses_is_reckoned_as_the_brand_chose(
    tell: Teller, brand: ReferenceSettings, cost: str, ngr: str
) -> None:
    told = """09:00 bonus ub1 credited 50; 10:00 B a1 r1 80+120b
              10:01 W a2 r1 60+90b end; 12:00 bonus ub1 completed 50 turned=15"""
    shown = figures(tell(told, brand).of())

    assert (shown["ggr"], shown["ggr_real"], shown["ggr_bonus"]) == ("50", "20", "30")
    assert (shown["bonus_cost"], shown.get("ngr", "0")) == (cost, ngr)
    assert (shown["hold"], shown["rtp"]) == ("0.25", "0.75")


def test_ngr_is_less_by_what_the_brand_deducts_and_of_a_loss_nothing_is(tell: Teller) -> None:
    deduct = (("ggr", Decimal("0.15")), ("turnover", Decimal("0.01")), ("deposits", Decimal("0.02")))
    brand = ReferenceSettings(bonus_cost="none", deduct=deduct)
    won = figures(tell("10:00 B a1 r1 80; 10:01 W a2 r1 60 end; 11:00 deposit p1 100 approved", brand).of())
    lost = figures(tell("10:00 B a1 r1 80; 10:01 W a2 r1 90 end", brand).of())

    assert (won["ggr"], won["deducted"], won["ngr"]) == ("20", "5.8", "14.2")
    assert (lost["ggr"], lost["deducted"], lost["ngr"]) == ("-10", "0.8", "-10.8")


def test_a_rate_that_is_missing_comes_from_the_table_of_the_brand(tell: Teller) -> None:
    brand = ReferenceSettings(rates={"SEK": Decimal("0.09")})
    base = figures(tell("10:00 B a1 r1 1000 in=SEK; 10:01 W a2 r1 100 in=SEK rate=0.1 end", brand).of(), "BASE")

    assert (base["turnover"], base["payout"], "missing" in base) == ("90", "10", False)


def test_a_capture_is_a_deposit_where_the_brand_says_so(tell: Teller) -> None:
    told = "10:00 authorization p1 100 approved; 10:05 capture p1 100 approved"

    ignored, counted = tell(told).of(), tell(told, ReferenceSettings(capture_as="deposit")).of()

    assert "payments" not in life(ignored)
    assert life(counted, "payments")["deposits"] == 1


def test_row_27_a_deposit_that_is_taken_back_never_was_the_first(tell: Teller) -> None:
    outcome = tell(
        """09:00 deposit p1 100 requested; 09:01 deposit p1 100 approved; 12:00 deposit p1 0 rolled_back
           13:00 deposit p2 40 approved"""
    )
    document = outcome.of()

    payments = life(document, "payments")
    assert (payments["deposits"], payments["deposit_sum"], payments["reversed_deposits"]) == (1, "40", "100")
    first = document["counters"]["ftd"]
    assert (first["payment_id"], first["amount"], time(first["at"])) == ("p2", "40", "13:00")
    assert outcome.told is None or (outcome.told["ftd_reached"], outcome.told["ftd_corrected"]) == (1, 2)


def test_row_28_a_cancelled_withdrawal_is_neither_counted_nor_pending(tell: Teller) -> None:
    document = tell(
        """09:00 deposit p1 100 approved; 10:00 withdrawal w1 60 requested; 10:30 withdrawal w1 60 cancelled
           11:00 withdrawal w2 30 approved"""
    ).of()

    assert life(document, "payments") == {
        "deposits": 1,
        "deposit_sum": "100",
        "withdrawals": 1,
        "withdrawal_sum": "30",
        "withdrawals_failed": 1,
    }
    assert figures(document)["net_deposits"] == "70"


def test_row_29_a_chargeback_stands_at_its_own_time_and_leaves_the_deposit(tell: Teller) -> None:
    document = tell("09:00 deposit p1 100 approved; 03-20 09:00 deposit p1 100 charged_back").of()

    payments = life(document, "payments")
    assert (payments["deposits"], payments["deposit_sum"]) == (1, "100")
    assert (payments["chargebacks"], payments["chargeback_sum"]) == (1, "100")
    assert document["counters"]["ftd"]["payment_id"] == "p1"
    assert "net_deposits" not in figures(document)
    days = document["totals"]["days"]
    assert days["2026-03-04"]["figures"]["EUR"]["net_deposits"] == "100"
    assert days["2026-03-20"]["figures"]["EUR"]["net_deposits"] == "-100"


def test_row_30_what_has_no_rate_is_missing_from_the_base_total_and_counted_there(tell: Teller) -> None:
    document = tell(
        """09:00 deposit p1 1000 approved in=SEK rate=0.087; 10:00 deposit p2 50 approved in=SEK
           11:00 deposit p3 20 approved in=SEK"""
    ).of()

    payments = life(document, "payments", "SEK")
    assert (payments["deposits"], payments["deposit_sum"]) == (3, "1070")
    assert document["totals"]["life"]["base"]["payments"] == {"deposit_sum": "87", "missing": 2}


def test_row_31_a_brand_day_turns_at_local_midnight(tell: Teller) -> None:
    document = tell("22:59:59 B a1 r1 1; 23:00:00 B a2 r2 1", MALTA).of()

    assert day(document, "03-04")["turnover"] == {"real": "1"}
    assert day(document, "03-05")["turnover"] == {"real": "1"}


def test_row_32_a_day_of_23_hours_ends_an_hour_sooner(tell: Teller) -> None:
    document = tell("03-28 23:00 B a1 r1 1; 03-29 21:59 B a2 r2 2; 03-29 22:00 B a3 r3 4", MALTA).of()

    assert day(document, "03-29")["turnover"] == {"real": "3"}
    assert day(document, "03-30")["turnover"] == {"real": "4"}


def test_row_33_windows_are_sums_over_days(tell: Teller) -> None:
    # The windows themselves are computed when asked for; here it is the day totals under them that are shown to do.
    document = tell("03-03 12:00 B a1 r1 8; 03-04 12:00 B a2 r2 1; 03-10 12:00 B a3 r3 2").of()

    assert turnover_of_days(document, [f"03-{number:02}" for number in range(4, 11)]) == 3  # the last 7, on the 10th
    assert turnover_of_days(document, [f"03-{number:02}" for number in range(3, 10)]) == 9  # the last 7 full ones
    assert turnover_of_days(document, [f"03-{number:02}" for number in range(5, 12)]) == 2  # the last 7, on the 11th


def test_row_34_free_money_has_a_ledger_apart(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 500 in=GC free_money; 10:01 B a2 r2 1").of()

    assert (tpg(document), life(document)["bets"]) == ("1/0/1", 1)
    free = document["free_totals"]["life"]["casino"]["GC"]
    assert (free["turnover"], free["bets"]) == ({"real": "500"}, 1)
    assert document["totals"]["life"]["base"]["casino"]["turnover"] == {"real": "1"}
    assert time(document["counters"]["last_bet_at"]) == "10:01"


def test_row_35_what_no_pocket_was_stated_for_is_real_or_unsplit(tell: Teller) -> None:
    document = tell("10:00 B a1 r1 3+1b+1u mismatch; 10:01 B a2 r2 4+1b").of()

    first, second = document["rounds"]
    assert (first["staked"], first["flags"]) == (
        {"EUR": {"real": "3", "bonus": "1", "unsplit": "1"}},
        ["amount_mismatch"],
    )
    assert (second["staked"], second.get("flags", [])) == ({"EUR": {"real": "4", "bonus": "1"}}, [])
    assert figures(document)["turnover"] == "10"


def test_row_37_a_bonus_is_wagered_by_the_bets_that_name_it(tell: Teller) -> None:
    document = tell(
        """10:00 bonus ub1 credited 50 required=200; 10:30 B a1 r1 60 bonus=ub1; 11:00 bonus ub1 wagering 50
           11:30 B a2 r2 80 bonus=ub1; 12:00 bonus ub1 completed 50 turned=15"""
    ).of()

    [bonus] = document["bonuses"]
    assert (bonus["state"], bonus["wagered"], bonus["progress"]) == ("completed", "140", "0.7")
    assert (bonus["granted"], bonus["converted"]) == ("50", "15")
    assert document["totals"]["hours"]["2026-03-04T12"]["bonuses"]["EUR"]["converted"] == "15"


def test_row_38_whatever_the_order_of_a_bonus_and_its_bets_the_end_is_the_same(tell: Teller) -> None:
    document = tell(
        """12:00 bonus ub1 completed 50 turned=15; 13:00 B a3 r3 20 bonus=ub1; 11:00 bonus ub1 wagering 50
           10:30 B a1 r1 60 bonus=ub1; 10:00 bonus ub1 credited 50 required=200; 11:30 B a2 r2 80 bonus=ub1"""
    ).of()

    [bonus] = document["bonuses"]
    assert (bonus["state"], bonus["wagered"], bonus["converted"]) == ("completed", "140", "15")
    assert bonus["after_end"] == 1
    assert figures(document)["turnover"] == "160"
