"""Sports: rows 39 and 40 of the semantics' table, and what chapter 6 says beside them."""

from typing import Any

import pytest

from tests.reference import ReferenceSettings
from tests.scenarios.teller import Teller, day, figures, life

PLACED = "03-04 20:00 SB s1 10 odds=3.1"
WON = "03-05 22:00 SS t1→s1 31"

Document = dict[str, Any]


def sports(document: Document, date: str = "") -> str:
    """Placed, settled and paid, for life or on a day: each in all its pockets together."""
    cell = day(document, date, "sports") if date else life(document, "sports")
    return "/".join(
        "+".join(cell.get(name, {"real": "0"}).values()) for name in ("turnover", "settled_stake", "payout")
    )


def ggr(document: Document, date: str) -> str:
    """The GGR of a brand day."""
    shown: Document = document["totals"]["days"].get(f"2026-{date}", {}).get("figures", {}).get("EUR", {})
    return str(shown.get("ggr", "0"))


def only_bet(document: Document) -> Document:
    """The one sports bet there is."""
    [found] = document["sports_bets"]
    return dict(found)


def test_row_39_a_sports_bet_is_turnover_when_placed_and_revenue_when_settled(tell: Teller) -> None:
    before, after = tell(PLACED).of(), tell(f"{PLACED}; {WON}").of()

    assert (life(before, "sports")["open_stake"], life(before, "sports")["open_return"]) == ("10", "31")
    assert (sports(after, "03-04"), ggr(after, "03-04")) == ("10/0/0", "0")
    assert (sports(after, "03-05"), ggr(after, "03-05")) == ("0/10/31", "-21")
    assert "open_stake" not in life(after, "sports")
    assert (only_bet(before)["state"], only_bet(after)["state"]) == ("open", "won")


def test_row_40_a_settlement_that_is_taken_back_gives_way_to_another(tell: Teller) -> None:
    outcome = tell(f"{PLACED}; {WON}; 03-06 09:00 SRB t1; 03-06 09:05 SS t2→s1 0")
    document = outcome.of()

    assert (sports(document, "03-06"), ggr(document, "03-06")) == ("0/10/0", "10")
    assert ggr(document, "03-05") == "0"
    assert (only_bet(document)["state"], sports(document)) == ("lost", "10/10/0")
    assert outcome.told is None or (outcome.told["bet_settled"], outcome.told["bet_corrected"]) == (2, 1)


def test_row_40_a_day_that_was_final_is_corrected_aloud(tell: Teller) -> None:
    outcome = tell(f"{PLACED}; {WON}; 03-09 09:00 SB s9 1; 03-09 09:05 SRB t1")

    assert ggr(outcome.of(), "03-05") == "0"
    assert outcome.told is None or outcome.told["total_corrected"] > 0


def test_what_was_placed_is_settled_open_or_given_back(tell: Teller) -> None:
    document = tell(f"{PLACED}; 21:00 SS t1→s1 5 ref=4 cashout; 22:00 SS t2→s1 3 kind=void").of()

    cell = life(document, "sports")
    assert (cell["settled_stake"], cell["void_stake"], cell["open_stake"]) == ({"real": "4"}, {"real": "3"}, "3")
    assert (only_bet(document)["state"], cell["open_return"]) == ("part_settled", "9.3")


def test_parts_that_were_cashed_out_never_come_to_more_than_the_stake(tell: Teller) -> None:
    told = f"{PLACED}; 21:00 SS t1→s1 5 ref=6 cashout; 22:00 SS t2→s1 5 ref=6 cashout"
    bet = only_bet(tell(told).of())

    assert [one["settled_stake"] for one in bet["settlements"]] == [{"real": "6"}, {"real": "4"}]
    assert (bet["state"], bet["settled_stake"]) == ("cashed_out", {"real": "10"})


def test_a_part_takes_real_money_before_bonus_money(tell: Teller) -> None:
    document = tell("20:00 SB s1 6+4b; 21:00 SS t1→s1 9 ref=7 cashout").of()

    assert life(document, "sports")["settled_stake"] == {"real": "6", "bonus": "1"}
    assert figures(document)["ggr_bonus"] == "1"


def test_a_settlement_counts_before_its_bet_has_come(tell: Teller) -> None:
    alone = tell("22:00 SS t1→s1 31 ref=10").of()

    assert (sports(alone), only_bet(alone)["state"]) == ("0/10/31", "won")
    assert only_bet(alone)["flags"] == ["settlement_without_bet"]


def test_a_void_settlement_gives_the_stake_back_and_is_no_payout(tell: Teller) -> None:
    document = tell(f"{PLACED}; {WON.replace('31', '10')} kind=void").of()

    assert (sports(document), only_bet(document)["state"]) == ("10/0/0", "voided")
    assert life(document, "sports")["void_stake"] == {"real": "10"}
    assert figures(document).get("ggr", "0") == "0"


def test_what_a_void_settlement_pays_beyond_the_stake_is_a_payout(tell: Teller) -> None:
    document = tell(f"{PLACED}; 21:00 SS t1→s1 5 ref=4 cashout; 22:00 SS t2→s1 10 kind=void").of()

    cell = life(document, "sports")
    assert (cell["settled_stake"], cell["void_stake"], cell["payout"]) == ({"real": "4"}, {"real": "6"}, {"real": "9"})


def test_a_second_settlement_adds_where_the_sender_adds(tell: Teller) -> None:
    assert sports(tell(f"{PLACED}; {WON}; 03-06 09:00 SS t2→s1 4").of()) == "10/10/35"


def test_a_second_settlement_takes_the_place_of_the_first_where_the_sender_replaces(tell: Teller) -> None:
    outcome = tell(f"{PLACED}; {WON} replaces; 03-06 09:00 SS t2→s1 4 replaces")

    assert sports(outcome.of()) == "10/10/4"
    assert [one["state"] for one in only_bet(outcome.of())["settlements"]] == ["replaced", "counted"]


def test_the_rollback_of_a_bet_takes_its_settlements_with_it(tell: Teller) -> None:
    document = tell(f"{PLACED}; {WON}; 03-06 09:00 SRB s1").of()

    assert sports(document) == "0/0/0"
    assert day(document, "03-06", "sports") == {"reversed_stake": "10", "reversed_payout": "31"}
    assert only_bet(document)["state"] == "rolled_back"


def test_a_payout_taken_back_twice_stands_reversed_at_the_first_of_both(tell: Teller) -> None:
    document = tell(f"{PLACED}; {WON}; 03-06 09:00 SRB t1; 03-07 09:00 SRB s1").of()

    assert day(document, "03-06", "sports") == {"reversed_payout": "31"}
    assert day(document, "03-07", "sports") == {"reversed_stake": "10"}


def test_a_rollback_that_is_itself_taken_back_leaves_the_bet(tell: Teller) -> None:
    document = tell(f"{PLACED}; {WON}; 03-06 09:00 SRB x1→s1; 03-06 10:00 SRB x2→x1").of()

    assert sports(document) == "10/10/31"


def test_a_free_bet_stakes_nothing_and_its_payout_counts(tell: Teller) -> None:
    document = tell("20:00 SB s1 0 free_stake=5 odds=2; 22:00 SS t1→s1 5").of()

    cell = life(document, "sports")
    assert (sports(document), cell["free_bets"], cell["free_stake"]) == ("0/0/5", 1, "5")
    assert figures(document)["ggr"] == "-5"
    assert "days_active" not in document["counters"]


def test_legs_move_no_money_and_may_come_at_any_time(tell: Teller) -> None:
    outcome = tell(f"19:00 LEG s1 l1 won; {PLACED}; 20:00 LEG s1 l1; 03-05 23:00 LEG s1 l2")
    legs = only_bet(outcome.of())["legs"]

    assert [(leg["selection_id"], leg["state"]) for leg in legs] == [("l1", "settled"), ("l2", "open")]
    assert sports(outcome.of()) == "10/0/0"
    assert outcome.told is None or outcome.told["selection_settled"] == 1


def test_a_settled_sports_bet_wagers_the_bonus_that_it_names(tell: Teller) -> None:
    told = """09:00 bonus ub1 credited 20 required=40; 10:00 SB s1 10 bonus=ub1; 11:00 SS t1→s1 15
              12:00 SB s2 30 bonus=ub1"""
    [bonus] = tell(told).of()["bonuses"]

    assert (bonus["wagered"], bonus["progress"], bonus["bets"]) == ("10", "0.25", 1)
    assert bonus["payouts"] == {"EUR": {"real": "15"}}


def test_first_and_last_bets_and_active_days_are_of_both_products(tell: Teller) -> None:
    told = "03-03 10:00 SB s1 1; 03-04 10:00 B a1 r1 1; 03-05 10:00 SB s2 1; 03-05 11:00 SB s3 1; 03-05 12:00 SRB s3"
    counters = tell(told).of()["counters"]

    assert (counters["first_bet_at"][:10], counters["last_bet_at"][:13]) == ("2026-03-03", "2026-03-05T10")
    assert (counters["days_active"], counters["best_streak"]) == (3, 3)


def test_the_first_bets_are_found_again_when_all_that_were_kept_are_taken_back(tell: Teller) -> None:
    told = "; ".join(f"03-04 1{n}:00 SB s{n} 1" for n in range(10))
    back = "; ".join(f"03-05 1{n}:00 SRB s{n}" for n in (0, 1, 2, 3, 6, 7, 8, 9))
    counters = tell(f"{told}; {back}").of()["counters"]

    assert (counters["first_bet_at"][11:13], counters["last_bet_at"][11:13]) == ("14", "15")


@pytest.mark.parametrize(("basis", "of_the_day"), [("settled", "0"), ("placed", "10")])
def test_revenue_is_what_was_concluded_or_placed_as_the_brand_chose(tell: Teller, basis: Any, of_the_day: str) -> None:
    document = tell(f"{PLACED}; {WON}", ReferenceSettings(ggr_basis=basis)).of()

    assert ggr(document, "03-04") == of_the_day
    assert figures(document)["ggr"] == "-21"


def test_two_currencies_of_one_bet_count_each_at_its_own_rate(tell: Teller) -> None:
    document = tell("20:00 SB s1 100 in=SEK rate=0.1; 22:00 SS t1→s1 300 in=SEK rate=0.2").of()

    assert document["totals"]["life"]["base"]["sports"] == {
        "turnover": {"real": "10"},
        "settled_stake": {"real": "10"},
        "payout": {"real": "60"},
    }


def test_a_rollback_of_a_free_bet_may_repeat_its_nominal(tell: Teller) -> None:
    def mismatches(amount: str) -> int:
        document = tell(f"20:00 SB s1 0 free_stake=5; 21:00 SRB s1 amount={amount}").of()
        found: int = document.get("rollbacks", {}).get("amount_mismatch", 0)
        return found

    assert [mismatches(amount) for amount in ("5", "0", "4")] == [0, 0, 1]


def test_a_leg_that_is_settled_again_is_the_same_leg(tell: Teller) -> None:
    told = "20:00 SB s1 10; 20:00 LEG s1 a; 22:00 SS t1→s1 31; 22:00 LEG s1 a won; 23:00 SRB t1; 23:05 SS t2→s1 0"

    once, again = tell(told), tell(f"{told}; 23:05 LEG s1 a won")

    assert (once.of(), again.duplicates - once.duplicates) == (again.of(), 1)
