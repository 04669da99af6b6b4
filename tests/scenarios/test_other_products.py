"""Lottery, poker and carts: chapter 7 of the semantics."""

from tests.reference import ReferenceSettings
from tests.scenarios.teller import Teller, figures, life


def test_lottery_is_turnover_when_bought_and_payout_when_won(tell: Teller) -> None:
    document = tell("10:00 lottery 5 3 discount=1; 12:00 lottery 5 100 won; 13:00 lottery 6 9 rejected").of()

    assert life(document, "lottery") == {"turnover": "3", "discount": "1", "bets": 1, "payout": "100", "wins": 1}
    assert figures(document)["products"]["lottery"]["ggr"] == "-97"


def test_a_discount_is_taken_off_where_amounts_are_gross(tell: Teller) -> None:
    document = tell("10:00 lottery 5 3 discount=1", ReferenceSettings(lottery_amount_is_net=False)).of()

    assert life(document, "lottery")["turnover"] == "2"


def test_the_revenue_of_poker_is_its_fees_and_nothing_of_it_is_turnover(tell: Teller) -> None:
    document = tell("10:00 poker 77 in 11 fee=1; 11:00 poker 77 in 11 fee=1 rebuy; 12:00 poker 77 out 30").of()

    assert life(document, "poker") == {
        "buy_in": {"real": "22"},
        "cash_out": {"real": "30"},
        "fees": "1",
        "buy_ins": 1,
        "rebuys": 1,
        "cash_outs": 1,
    }
    assert (figures(document)["ggr"], figures(document)["poker_net"]) == ("1", "-8")
    assert "turnover" not in figures(document)


def test_a_fee_beside_the_buy_in_is_paid_on_top_of_it(tell: Teller) -> None:
    document = tell("10:00 poker 77 in 10 fee=1", ReferenceSettings(poker_buy_in_includes_fee=False)).of()

    assert (life(document, "poker")["buy_in"], life(document, "poker")["fees"]) == ({"real": "11"}, "1")


def test_a_poker_rollback_takes_the_latest_equal_buy_in_before_it(tell: Teller) -> None:
    document = tell("03-04 10:00 poker 77 in 11; 03-05 10:00 poker 77 in 11; 03-06 10:00 poker 77 in 11 back").of()

    assert sorted(document["totals"]["days"]) == ["2026-03-04"]
    assert document["poker"][0]["rolled_back"] == 1


def test_a_poker_rollback_before_all_buy_ins_takes_the_earliest(tell: Teller) -> None:
    document = tell("03-04 10:00 poker 77 in 11; 03-05 10:00 poker 77 in 11; 03-03 10:00 poker 77 in 11 back").of()

    assert sorted(document["totals"]["days"]) == ["2026-03-05"]


def test_a_poker_rollback_without_its_like_takes_nothing(tell: Teller) -> None:
    document = tell("10:00 poker 77 in 11; 11:00 poker 77 in 12 back").of()

    assert (life(document, "poker")["buy_ins"], document["poker"][0]["idle_rollbacks"]) == (1, 1)


def test_a_cart_moves_neither_deposits_nor_turnover_and_virtual_money_lies_apart(tell: Teller) -> None:
    document = tell("10:00 cart 9 20 discount=2 wallet=15 virtual=5").of()

    assert life(document, "cart") == {"spend": "15", "discount": "2", "virtual": "5", "carts": 1}
    assert "figures" not in document["totals"]["life"]
