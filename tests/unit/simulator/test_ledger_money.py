"""Rows 26-30, 37 and 38 of semantics.md 12, and the rules of payments, bonuses, counters and profile beside them."""

from itertools import islice, permutations
from typing import Any

import pytest

from countroom.simulator.fact import BLOCKS, CONSENTS, USER_UPDATE
from tests.unit.simulator.story import Story, figures, life


@pytest.fixture
def story() -> Story:
    return Story()


def payments(document: Any) -> Any:
    return life(document, "payments")


def only_bonus(document: Any) -> Any:
    [found] = document["bonuses"]
    return found


def test_row_26_ngr_takes_off_what_the_bonus_has_cost(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 80, wager_amount=80)
    story.end_win("10:01", "a2", "r1", 60, wager_amount=60)
    story.bet("10:02", "a3", "r2", 120, wager_amount=0, bonus_wager_amount=120)
    story.end_win("10:03", "a4", "r2", 90, wager_amount=0, bonus_wager_amount=90)
    story.bonus("09:00", "ub1", "Created", 50)
    story.bonus("10:05", "ub1", "Completed", 50, bonus_turned_real=15)

    found = figures(story.document())

    assert [found[name] for name in ("ggr", "ggr_real", "ggr_bonus", "bonus_cost", "ngr", "hold", "rtp")] == [
        "50",
        "20",
        "30",
        "45",
        "5",
        "0.25",
        "0.75",
    ]


def test_row_27_a_rolled_back_deposit_gives_its_place_as_the_first_to_the_next(story: Story) -> None:
    story.payment("09:00", "p1", "Requested", 100)
    story.payment("09:01", "p1", "Approved", 100)
    story.payment("12:00", "p1", "Rollback", 100)
    story.payment("13:00", "p2", "Approved", 40)

    document = story.document()

    assert payments(document) == {"deposits": 1, "deposit_sum": "40", "reversed_deposits": "100"}
    assert document["counters"]["ftd"] == {
        "payment_id": "p2",
        "amount": "40",
        "currency": "EUR",
        "at": "2026-03-04T13:00:00.000000Z",
    }
    assert [(it["status"], it.get("counted")) for it in document["payments"]] == [
        ("rolled_back", None),
        ("approved", "40"),
    ]


def test_row_28_a_cancelled_withdrawal_is_a_failure_and_no_withdrawal(story: Story) -> None:
    story.payment("09:00", "p1", "Approved", 100)
    story.payment("10:00", "w1", "Requested", 60, type="Debit")
    story.payment("10:05", "w1", "Cancelled", 60, type="Debit")
    story.payment("11:00", "w2", "Approved", 30, type="Debit")

    document = story.document()

    assert payments(document) == {
        "deposits": 1,
        "deposit_sum": "100",
        "withdrawals": 1,
        "withdrawal_sum": "30",
        "withdrawals_failed": 1,
    }
    assert figures(document)["net_deposits"] == "70"


def test_row_30_deposits_without_a_rate_are_missing_in_base(story: Story) -> None:
    story.payment("09:00", "p1", "Approved", 1000, currency="SEK", exchange_rate=0.087)
    story.payment("09:01", "p2", "Approved", 50, currency="SEK", exchange_rate=None)
    story.payment("09:02", "p3", "Approved", 20, currency="SEK", exchange_rate=0)

    document = story.document()

    assert life(document, "payments", "SEK") == {"deposits": 3, "deposit_sum": "1070"}
    assert document["totals"]["life"]["base"]["payments"] == {"deposit_sum": "87", "missing": 2}


@pytest.mark.parametrize(
    ("back", "counted", "reversed_sum", "flags"),
    [
        (100, None, "100", None),
        (0, None, "100", None),
        (30, "70", "30", ["partially_reversed"]),
        (150, None, "100", ["rollback_capped"]),
    ],
)
def test_a_rollback_takes_what_it_states_and_never_more_than_there_is(
    story: Story, back: int, counted: str | None, reversed_sum: str, flags: list[str] | None
) -> None:
    story.payment("09:00", "p1", "Approved", 100, fee_amount=1)
    story.payment("03-06 09:00", "p1", "Rollback", back)

    document = story.document()

    [payment] = document["payments"]
    assert (payment.get("counted"), payment.get("flags")) == (counted, flags)
    assert document["totals"]["days"]["2026-03-06"]["payments"]["EUR"] == {"reversed_deposits": reversed_sum}
    assert payments(document).get("fees") == ("1" if counted else None)


def test_a_request_that_comes_last_does_not_undo_the_approval(story: Story) -> None:
    story.payment("09:00", "p1", "Approved", 100)
    story.payment("09:05", "p1", "Requested", 100)

    [payment] = story.document()["payments"]

    assert (payment["status"], payment["counted"]) == ("approved", "100")


def test_reservations_are_shown_and_count_nowhere(story: Story) -> None:
    story.payment("09:00", "p1", "Approved", 100, type="Authorization")
    story.payment("09:05", "p1", "Approved", 100, type="Capture")

    document = story.document()

    assert [it["direction"] for it in document["payments"]] == ["authorization", "capture"]
    assert document["totals"] == {}


@pytest.mark.parametrize(("stated", "incomplete"), [(1, None), (2, True)])
def test_an_operator_who_states_more_deposits_than_are_known_has_a_past(
    story: Story, stated: int, incomplete: bool | None
) -> None:
    story.payment("09:00", "p1", "Approved", 100, deposit_count=stated)

    assert story.document()["counters"].get("history_incomplete") is incomplete


def scenario_37(story: Story) -> None:
    story.bonus("10:00", "ub1", "Created")
    story.bet("10:30", "a1", "r1", 60, user_bonus_id="ub1")
    story.bonus("11:00", "ub1", "Ongoing")
    story.bet("11:30", "a2", "r2", 80, user_bonus_id="ub1")
    story.bonus("12:00", "ub1", "Completed", bonus_turned_real=15)


def test_row_37_a_bonus_played_to_its_end(story: Story) -> None:
    scenario_37(story)

    document = story.document()

    assert only_bonus(document) == {
        "user_bonus_id": "ub1",
        "state": "completed",
        "bonus_id": "b",
        "code": "B",
        "type": "ReloadBonus",
        "product": "Casino",
        "currency": "EUR",
        "granted": "50",
        "converted": "15",
        "required": "200",
        "wagered": "140",
        "progress": "0.7",
        "started_at": "2026-03-04T10:00:00.000000Z",
        "ended_at": "2026-03-04T12:00:00.000000Z",
        "bets": 2,
    }
    assert document["totals"]["hours"]["2026-03-04T12"]["bonuses"] == {"EUR": {"converted": "15"}}


def test_row_38_whatever_the_order_and_with_a_bet_after_the_end(story: Story) -> None:
    scenario_37(story)
    story.bet("13:00", "a3", "r3", 20, user_bonus_id="ub1")
    expected = story.document()

    assert only_bonus(expected) | {"after_end": 1} == only_bonus(expected)
    assert (only_bonus(expected)["wagered"], life(expected)["turnover"]) == ("140", {"real": "160"})
    for arrivals in islice(permutations(story.sendings), 0, None, 7):
        assert story.document(arrivals=arrivals) == expected


@pytest.mark.parametrize(
    ("second", "state", "flags"),
    [
        ("Expired", "completed", ["end_conflict"]),
        ("Ongoing", "completed", ["bonus_order"]),
        ("Reversed", "reversed", None),
    ],
)
def test_the_earliest_end_holds_and_what_follows_it_is_flagged(
    story: Story, second: str, state: str, flags: list[str] | None
) -> None:
    story.bonus("10:00", "ub1", "Created")
    story.bonus("11:00", "ub1", "Completed", bonus_turned_real=15)
    story.bonus("12:00", "ub1", second, bonus_turned_real=15)

    found = only_bonus(story.document())

    assert (found["state"], found.get("flags")) == (state, flags)
    assert (found.get("converted"), found.get("reversed")) == ((None, "50") if state == "reversed" else ("15", None))


def test_a_cash_grant_is_converted_as_it_is_granted(story: Story) -> None:
    story.bonus("10:00", "ub1", "Created", 5, type="CashbackBonus", required_wagering_amount=0)

    found = only_bonus(story.document())

    assert (found["granted"], found["converted"], "progress" in found) == ("5", "5", False)


def test_what_free_spins_paid_in_real_money_is_not_converted_a_second_time(story: Story) -> None:
    story.bet("10:00", "a1", "r1", 0, wager_amount=0, bonus_wager_amount=1, user_bonus_id="ub1")
    story.end_win("10:01", "a2", "r1", 4, wager_amount=4, user_bonus_id="ub1")
    story.bonus("10:05", "ub1", "Created", 4, type="FreeSpins", required_wagering_amount=0)
    story.bonus("10:06", "ub1", "Completed", 4, type="FreeSpins", required_wagering_amount=0, bonus_turned_real=6)

    found = only_bonus(story.document())

    assert (found["converted"], found["payouts"], found["flags"]) == ("2", {"EUR": {"real": "4"}}, ["before_credited"])


def test_a_run_of_days_and_a_run_of_losses(story: Story) -> None:
    for number, day in enumerate(("03-01", "03-02", "03-04", "03-05", "03-06"), start=1):
        story.bet(f"{day} 10:00", f"a{number}", f"r{number}", 1)
        if number == 2:
            story.end_win(f"{day} 10:01", "w", "r2", 9)
        else:
            story.loss(f"{day} 10:01", f"l{number}", f"r{number}")

    found = story.document()["counters"]

    assert (found["days_active"], found["best_streak"], found["current_streak_ending_there"]) == (5, 3, 3)
    assert (found["last_active_day"], found["loss_streak"]) == ("2026-03-06", 3)
    assert (found["biggest_win"], found["biggest_multiplier"]) == ({"EUR": "9", "BASE": "9"}, "9")


def test_the_latest_word_on_a_field_holds_and_a_wallet_keeps_its_currency(story: Story) -> None:
    story.registration("09:00", currency="EUR", language="sv", email="a@mail.example", city="", roles=["b", "a"])
    story.tell(USER_UPDATE, "10:00", {"currency": "USD", "language": "en", "country": None})

    found = story.document()["profile"]

    first, second = ({"at": f"2026-03-04T{clock}:00.000000Z", "source": "fasttrack"} for clock in ("09:00", "10:00"))
    assert found == {
        "registered_at": "2026-03-04T09:00:00.000000Z",
        "fields": {
            "wallet_currency": {"value": "EUR", **first},
            "language": {"value": "en", **second},
            "roles": {"value": "a,b", **first},
            "email": first,
        },
        "refused_fields": ["wallet_currency"],
    }


def test_a_notice_without_content_leaves_the_player_stale_until_the_content_comes(story: Story) -> None:
    story.tell(CONSENTS, "09:00", {})
    story.tell(CONSENTS, "10:00", {})
    story.tell(BLOCKS, "09:00", {})
    story.tell(BLOCKS, "10:00", {"blocks": [{"type": "Excluded", "active": True, "note": ""}]})
    story.tell(USER_UPDATE, "11:00", {})

    found = story.document()["profile"]

    assert found["stale_since"] == {"consents": "2026-03-04T09:00:00.000000Z", "profile": "2026-03-04T11:00:00.000000Z"}
    assert found["blocks"]["excluded"]["active"] is True


def test_a_fat_registration_states_consents_and_blocks(story: Story) -> None:
    story.registration("09:00", allows_call_marketing=True, allows_sms_marketing=False, is_blocked=False)

    found = story.document()["profile"]

    stated = {channel: consent["opted_in"] for channel, consent in found["consents"].items()}
    assert stated == {"telephone": True, "sms": False}
    assert found["blocks"]["blocked"]["active"] is False
