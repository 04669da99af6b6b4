"""Rows 39 and 40 of semantics.md 12, and what its section 6 says of sports bets."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.simulator.story import Story, figures, life


@pytest.fixture
def story() -> Story:
    return Story()


def only_bet(document: Any) -> Any:
    [found] = document["sports_bets"]
    return found


def day(document: Any, name: str) -> Any:
    return document["totals"]["days"][name]["sports"]["EUR"]


def test_row_39_a_bet_counts_when_it_is_placed_and_its_result_when_it_is_settled(story: Story) -> None:
    story.sports_bet("03-04 20:00", "s1", 10)
    open_bet = story.document()
    story.settlement("03-05 22:00", "s2", "s1", 31)

    document = story.document()

    assert (life(open_bet, "sports")["open_stake"], life(open_bet, "sports")["open_return"]) == ("10", "31")
    assert figures(open_bet).get("ggr") is None
    assert day(document, "2026-03-04")["turnover"] == {"real": "10"}
    assert document["totals"]["days"]["2026-03-04"]["figures"]["EUR"].get("ggr") is None
    assert day(document, "2026-03-05") == {"settled_stake": {"real": "10"}, "payout": {"real": "31"}, "wins": 1}
    assert document["totals"]["days"]["2026-03-05"]["figures"]["EUR"]["ggr"] == "-21"
    assert only_bet(document)["state"] == "won"
    assert "open_stake" not in life(document, "sports")


def test_row_40_a_settlement_taken_back_and_made_again_counts_where_the_new_one_stands(story: Story) -> None:
    story.sports_bet("03-04 20:00", "s1", 10)
    story.settlement("03-05 22:00", "s2", "s1", 31)
    story.sports_rollback("03-06 09:00", "s2", 31)
    story.settlement("03-06 09:05", "s3", "s1", 0)

    for arrivals in permutations(story.sendings):
        document = story.document(arrivals=arrivals)
        assert day(document, "2026-03-06") == {"settled_stake": {"real": "10"}, "reversed_payout": "31"}
        assert document["totals"]["days"]["2026-03-06"]["figures"]["EUR"]["ggr"] == "10"
        assert "2026-03-05" not in document["totals"]["days"]
        assert only_bet(document)["state"] == "lost"
        assert [it["state"] for it in only_bet(document)["settlements"]] == ["rolled_back", "counted"]


def test_a_void_type_gives_the_stake_back_and_pays_nothing(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 10, settlement_type="Void")

    document = story.document()

    assert life(document, "sports") == {
        "turnover": {"real": "10"},
        "void_stake": {"real": "10"},
        "bets": 1,
        "legs": 1,
        "odds_sum": "3.1",
        "odds_bets": 1,
    }
    assert only_bet(document)["state"] == "voided"
    assert figures(document).get("ggr") is None


def test_what_a_void_gives_back_beyond_the_stake_is_paid(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 12, settlement_type="cancelled")

    assert life(story.document(), "sports")["void_stake"] == {"real": "10"}
    assert life(story.document(), "sports")["payout"] == {"real": "2"}


def test_a_part_that_is_cashed_out_is_taken_from_real_money_first(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10, wager_amount=4, bonus_wager_amount=6)
    story.settlement("11:00", "s2", "s1", 5, is_cashout=True, reference_bet_amount=5)
    part = story.document()
    story.settlement("12:00", "s3", "s1", 0)

    document = story.document()

    assert only_bet(part)["state"] == "part_settled"
    assert only_bet(part)["settled_stake"] == {"real": "4", "bonus": "1"}
    assert (only_bet(part)["open_stake"], only_bet(part)["open_return"]) == ("5", "15.5")
    assert [it["settled_stake"] for it in only_bet(document)["settlements"]] == [
        {"real": "4", "bonus": "1"},
        {"bonus": "5"},
    ]
    assert only_bet(document)["state"] == "lost"


def test_a_bet_cashed_out_whole_is_cashed_out(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 7, is_cashout=True)

    assert only_bet(story.document())["state"] == "cashed_out"


def test_a_settlement_before_its_bet_settles_what_it_refers_to_until_the_bet_comes(story: Story) -> None:
    story.settlement("22:00", "s2", "s1", 31)
    alone = story.document()
    story.sports_bet("20:00", "s1", 20)

    assert only_bet(alone)["flags"] == ["settlement_without_bet"]
    assert life(alone, "sports") == {"settled_stake": {"real": "10"}, "payout": {"real": "31"}, "wins": 1}
    assert life(story.document(), "sports")["settled_stake"] == {"real": "20"}


def test_a_free_bet_stakes_nothing_and_pays_what_it_pays(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10, free=True)
    story.settlement("11:00", "s2", "s1", 21)

    document = story.document()

    assert (only_bet(document)["free_stake"], only_bet(document)["state"]) == ("10", "won")
    cell = life(document, "sports")
    assert (cell["free_bets"], cell["free_stake"], cell["payout"]) == (1, "10", {"real": "21"})
    assert "turnover" not in cell
    assert "days_active" not in document["counters"]
    assert document["counters"]["last_bet_at"].startswith("2026-03-04T10:00")


def test_taking_back_a_bet_takes_its_settlements_with_it(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 31)
    story.sports_rollback("12:00", "s1")

    document = story.document()

    assert life(document, "sports") == {"reversed_stake": "10", "reversed_payout": "31"}
    assert only_bet(document)["state"] == "rolled_back"
    assert "last_bet_at" not in document["counters"]


def test_two_settlements_add_up(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 31)
    story.settlement("12:00", "s3", "s1", 4)

    assert life(story.document(), "sports")["payout"] == {"real": "35"}
    assert life(story.document(), "sports")["settled_stake"] == {"real": "10"}


def test_a_payout_without_a_rate_is_missing_in_base_and_the_stake_is_not(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10, currency="SEK", exchange_rate=0.087)
    story.settlement("11:00", "s2", "s1", 31, currency="SEK", exchange_rate=0)

    base = story.document()["totals"]["life"]["base"]["sports"]

    assert base == {"turnover": {"real": "0.87"}, "settled_stake": {"real": "0.87"}, "missing": 1}


def test_placed_is_settled_and_open_and_given_back(story: Story) -> None:
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 1, is_cashout=True, reference_bet_amount=2)
    story.settlement("12:00", "s3", "s1", 3, settlement_type="push")

    cell = life(story.document(), "sports")

    assert (cell["settled_stake"], cell["void_stake"], cell["open_stake"]) == ({"real": "2"}, {"real": "3"}, "5")


def test_a_bonus_is_wagered_when_a_bet_that_names_it_is_settled(story: Story) -> None:
    story.bonus("09:00", "ub1", "Created")
    story.sports_bet("10:00", "s1", 10, user_bonus_id="ub1")
    placed = story.document()
    story.settlement("11:00", "s2", "s1", 31)

    assert "wagered" not in placed["bonuses"][0]
    [bonus] = story.document()["bonuses"]
    assert (bonus["wagered"], bonus["bets"], bonus["payouts"]) == ("10", 1, {"EUR": {"real": "31"}})


def test_casino_and_sports_figures_stand_apart_and_together(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 2)
    story.sports_bet("10:00", "s1", 10)
    story.settlement("11:00", "s2", "s1", 4)

    found = figures(story.document())

    assert (found["turnover"], found["payout"], found["ggr"]) == ("12", "4", "8")
    assert found["products"] == {
        "casino": {"turnover": "2", "ggr": "2", "hold": "1", "rtp": "0"},
        "sports": {"turnover": "10", "payout": "4", "ggr": "6", "hold": "0.6", "rtp": "0.4"},
    }
