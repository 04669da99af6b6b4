"""What senders in the field really send: one test per line of the tolerance page that Fast Track's decoder meets.

The transport's lines (11, the doubled prefix of 12, 13's places, 21) are the intake's; 16, 22 and 23 are for the fold
and the other dialects. The case files of each page show the same lines with whole messages.
"""

from decimal import Decimal
from typing import Any

import pytest

from countroom.core.events import (
    About,
    BalancesStated,
    BetLost,
    BetPlaced,
    BonusReported,
    BonusState,
    ConsentsStated,
    Direction,
    PaymentReported,
    ProfileStated,
    RolledBack,
    SelectionReported,
    SportsBetPlaced,
    WinPaid,
)
from countroom.core.ids import BrandId
from countroom.core.instants import iso, parse
from countroom.core.item import Reading
from countroom.core.money import EMPTY
from countroom.core.rejection import Reason
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack import catalogue
from tests.unit.dialects.messages import ARRIVAL, SETTINGS, VALID, decoded, envelope, events, refused


def about(kind: str, **changes: Any) -> About:
    return events(kind, **changes)[0].about


def test_1_an_id_is_one_and_the_same_as_number_and_as_text() -> None:
    assert events("CASINO", user_id=5, activity_id=7) == events("CASINO", user_id="5", activity_id="7")
    assert about("PAYMENT", user_id="0b9c7e1e-3f0a-4c1d-9b57-6d8f0d1c2a3b").player.startswith("0b9c7e1e")


def test_1_a_number_with_a_fraction_is_the_text_that_was_written() -> None:
    payload = b'{"user_id": 41.0, "timestamp": "2026-03-04T05:06:07Z", "origin": "brand-a.example"}'

    result = fasttrack.decode(envelope("LOGOUT", payload), SETTINGS)

    assert isinstance(result, Reading)
    assert result.player.player == "41.0"


@pytest.mark.parametrize("origin", [5, "5", [5], ["5"]])
def test_1_and_9_a_brand_is_one_and_the_same_as_number_and_as_text_and_alone_in_an_array(origin: object) -> None:
    named = BrandNames(brand=BrandId("five"), base_currency="EUR", origins=("5",))

    [event] = events("LOGOUT", DialectSettings(brands=(named,)), origin=origin)

    assert event.about.brand == "five"


@pytest.mark.parametrize("amount", ["2.5", "2.500", 2.5, "25e-1"])
def test_2_an_amount_is_its_digits_however_written(amount: object) -> None:
    assert events("CASINO", amount=amount) == events("CASINO", amount="2.5")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e400", "1_0", "", " 1", "9" * 40, 10**40])
def test_2_what_is_no_finite_plain_number_is_refused(amount: object) -> None:
    [rejection] = refused("CASINO", amount=amount)

    assert (rejection.reason, rejection.path) == (Reason.BAD_AMOUNT, "$.amount")


@pytest.mark.parametrize("field", ["status", "exchange_rate", "is_round_end", "user_bonus_id", "meta", "game_type"])
def test_3_null_empty_and_missing_are_one_thing(field: str) -> None:
    without = {name: value for name, value in VALID["CASINO"].items() if name != field}

    missing = fasttrack.decode(envelope("CASINO", without), SETTINGS)

    assert isinstance(missing, Reading)
    assert missing.events == events("CASINO", SETTINGS, **{field: None}) == events("CASINO", SETTINGS, **{field: ""})


@pytest.mark.parametrize(
    ("kind", "changes", "field", "meaning"),
    [
        ("CASINO", {"type": "wIN"}, "kind", WinPaid),
        ("CASINO", {"game_type": "Slot"}, "game_type", "Slots"),
        ("CASINO", {"type": "Refund"}, "kind", RolledBack),
        ("PAYMENT", {"type": "Depósito"}, "direction", Direction.DEPOSIT),
        ("PAYMENT", {"status": "approve"}, "status", "approved"),
        ("BONUS", {"status": "Autocompleted"}, "state", BonusState.AUTO_COMPLETED),
        ("GAME_ROUND", {"device_type": "unkown"}, "device", "unknown"),
        ("CART", {"device_type": "unkown"}, "device", "unknown"),
        ("LOTTERY_V2", {"type": "SETTLED"}, "settles", True),
        ("LOTTERY", {"status": "approve"}, "counts", True),
        ("POKER_TOURNAMENT_BUY_IN_V2", {"status": "refund"}, "rolls_back", True),
    ],
)
def test_4_words_come_in_any_case_and_with_synonyms(
    kind: str, changes: dict[str, Any], field: str, meaning: object
) -> None:
    [event] = events(kind, **changes)

    assert (type(event) if field == "kind" else getattr(event, field)) == meaning


def test_5_a_casino_status_that_is_missing_means_approved() -> None:
    assert events("CASINO", status=None) == events("CASINO", status="Approved")


def test_5_a_refund_aims_at_whatever_has_its_id() -> None:
    [event] = events("CASINO", type="Refund")

    assert isinstance(event, RolledBack)
    assert event.target == "casino:a-1"


def test_5_a_win_of_nothing_has_empty_pockets() -> None:
    [event] = events("CASINO", type="Win", amount=0)

    assert isinstance(event, WinPaid)
    assert event.pockets == EMPTY


def test_5_a_loss_has_empty_pockets_whatever_its_amount() -> None:
    [event] = events("CASINO", type="Loss", amount=7)

    assert isinstance(event, BetLost)
    assert event.pockets == EMPTY
    assert not event.amount_mismatch


@pytest.mark.parametrize("kind", ["CASINO", "PAYMENT", "BONUS", "SPORTSBOOK", "LOTTERY_V2", "LOTTERY", "CART"])
def test_5_a_negative_amount_is_its_absolute_value(kind: str) -> None:
    assert events(kind, amount=-10) == events(kind, amount=10)


def test_5_a_rate_is_never_negative() -> None:
    [rejection] = refused("CASINO", exchange_rate=-0.1)

    assert (rejection.reason, rejection.path) == (Reason.BAD_AMOUNT, "$.exchange_rate")


@pytest.mark.parametrize("kind", ["SPORTSBOOK", "POKER_TOURNAMENT_BUY_IN_V2", "POKER_CASH_GAME_CASH_OUT_V2"])
def test_5_a_status_that_is_missing_means_approved_wherever_the_other_is_a_rollback(kind: str) -> None:
    assert events(kind, status=None) == events(kind, status="Approved")


def test_5_a_balance_keeps_its_sign_as_no_type_gives_it_one() -> None:
    [event] = events("WALLET_UPDATE", balance="-0.50")

    assert isinstance(event, BalancesStated)
    assert [str(balance.amount) for balance in event.balances] == ["-0.5"]


@pytest.mark.parametrize("none", ["0", 0, "", None])
def test_6_no_bonus_is_said_in_many_ways_on_a_sports_bet_too(none: object) -> None:
    bet, _ = events("SPORTSBOOK", user_bonus_id=none)

    assert isinstance(bet, SportsBetPlaced)
    assert bet.user_bonus_id is None


@pytest.mark.parametrize("none", ["0", 0, "", None])
def test_6_no_bonus_is_said_in_many_ways(none: object) -> None:
    [event] = events("CASINO", user_bonus_id=none)

    assert isinstance(event, BetPlaced)
    assert event.user_bonus_id is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2015-03-02T8:27:58.721607Z", "2015-03-02T08:27:58.721607Z"),
        ("2018-02-18 18:13:06", "2018-02-18T18:13:06.000000Z"),
        ("2026-03-04T05:06:07.1234567+06:00", "2026-03-03T23:06:07.123456Z"),
        (1772600767, "2026-03-04T05:06:07.000000Z"),
        (1772600767123, "2026-03-04T05:06:07.123000Z"),
        ("1772600767123", "2026-03-04T05:06:07.123000Z"),
    ],
)
def test_7_times_come_in_many_forms_and_are_utc(written: object, read: str) -> None:
    assert iso(about("CASINO", timestamp=written).occurred_at) == read


@pytest.mark.parametrize(
    "written",
    [
        "2015-03",
        "20150302",
        20150302,
        0,
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59.999999Z",
        "2026-03-06T00:00:00.000001Z",
    ],
)
def test_7_garbage_and_the_far_future_are_bad_times(written: object) -> None:
    [rejection] = refused("CASINO", timestamp=written)

    assert (rejection.reason, rejection.path) == (Reason.BAD_TIME, "$.timestamp")


@pytest.mark.parametrize("written", ["2000-01-01T00:00:00Z", "2026-03-06T00:00:00Z"])
def test_7_the_bounds_themselves_are_good_times(written: str) -> None:
    assert about("CASINO", timestamp=written).occurred_at == parse(written)


def test_7_the_bounds_hold_for_the_corrected_time() -> None:
    ahead = SETTINGS.__class__(brands=SETTINGS.brands, time_offset=2 * 3600 * 1_000_000)

    [rejection] = refused("CASINO", ahead, timestamp="2026-03-05T23:00:00Z")

    assert rejection.reason is Reason.BAD_TIME


def test_7_birth_dates_are_taken_as_they_are() -> None:
    result = decoded("USER_CREATE", birth_date="31-12-1930")

    assert isinstance(result, Reading)
    assert result.personal["birth_date"] == "31-12-1930"


def test_8_the_arrival_is_kept_beside_the_event_time() -> None:
    assert about("CASINO").received_at == ARRIVAL
    assert about("CASINO").occurred_at == parse("2026-03-04T05:06:07Z")


def test_9_one_object_where_an_array_belongs_and_the_other_way_round() -> None:
    assert events("USER_CONSENTS", consents={"type": "Email", "opted_in": True}) == events("USER_CONSENTS")
    listed = fasttrack.decode(envelope("LOGOUT", b'[{"user_id":"17"}]'), SETTINGS)
    assert isinstance(listed, list)
    assert {each.path for each in listed} == {"$[0].timestamp", "$[0].origin"}


def test_10_unknown_fields_are_kept_sealed_and_refuse_nothing() -> None:
    result = decoded("CASINO", pet="Ada's cat", odd={"deep": [1, {"er": 2.50}]})

    assert isinstance(result, Reading)
    assert result.events == events("CASINO")
    assert result.personal == {"free.extra": '{"pet":"Ada\'s cat","odd":{"deep": [1, {"er": 2.5}]}}'}
    assert b"cat" not in result.original
    assert b"pet" not in result.original


@pytest.mark.parametrize("path", ["/v1/integration/casino", "/v2/integration/user/consents", "/v2/integration/user"])
def test_12_post_and_put_are_both_served(path: str) -> None:
    assert {route.method for route in catalogue.ROUTES if route.path == path} == {"POST", "PUT"}


@pytest.mark.parametrize("kind", ["casino", "Casino", "CASINO"])
def test_13_the_message_type_comes_in_any_case(kind: str) -> None:
    result = fasttrack.decode(envelope(kind, VALID["CASINO"]), SETTINGS)

    assert isinstance(result, Reading)
    assert result.events == events("CASINO")


def test_14_parts_that_are_not_the_amount_are_accepted_and_marked() -> None:
    [event] = events("CASINO", amount=5, wager_amount=3, bonus_wager_amount=1)

    assert isinstance(event, BetPlaced)
    assert event.pockets == (Decimal(3), Decimal(1), Decimal(0), Decimal(1))
    assert event.amount_mismatch


def test_14_a_free_spin_stakes_nothing_and_remembers_its_nominal() -> None:
    [event] = events("CASINO", amount=0, bonus_wager_amount="0.50")

    assert isinstance(event, BetPlaced)
    assert (event.pockets, str(event.free_stake), event.amount_mismatch) == (EMPTY, "0.5", True)


def test_14_a_win_of_nothing_with_parts_is_no_free_spin() -> None:
    [event] = events("CASINO", type="Win", amount=0, bonus_wager_amount="0.50")

    assert isinstance(event, WinPaid)
    assert event.pockets == (Decimal(0), Decimal("0.5"), Decimal(0), Decimal("-0.5"))
    assert (event.free_stake, event.amount_mismatch) == (None, True)


def test_15_balances_are_never_used() -> None:
    assert events("CASINO", balance_before="x", balance_after=None) == events("CASINO")


@pytest.mark.parametrize("kind", ["USER_CREATE", "USER_UPDATE_V2", "LOGIN_V2", "USER_CONSENTS", "USER_BLOCK"])
@pytest.mark.parametrize("astray", ["PAYMENT", "CASINO", "BONUS"])
def test_17_what_belongs_to_another_path_is_told_which(kind: str, astray: str) -> None:
    result = fasttrack.decode(envelope(kind, VALID[astray]), SETTINGS)

    assert isinstance(result, list)
    assert [each.reason for each in result] == [Reason.WRONG_PATH]
    assert f"/v1/integration/{astray.lower()}" in result[0].detail


def test_18_ciphertext_in_personal_fields_is_taken_as_it_is() -> None:
    result = decoded("USER_CREATE", email="gAAAAABk\u200b==", mobile="%%%")

    assert isinstance(result, Reading)
    assert (result.personal["email"], result.personal["mobile"]) == ("gAAAAABk\u200b==", "%%%")
    assert isinstance(result.events[0], ProfileStated)


@pytest.mark.parametrize(
    ("leg", "outcome"),
    [
        ({"outcome": "2"}, "2"),
        ({"outcome": "South", "outcomes": [{"criterion_name": "1X2", "outcome_label": "2"}]}, "2"),
        ({"outcome": "South", "outcomes": []}, "South"),
        ({"outcomes": "2"}, "2"),
        ({"outcomes": ["2", "Over"]}, "2, Over"),
        ({"outcomes": None}, ""),
        ({"event_name": "", "match_start": "", "odds": None}, ""),
        ({"event_name": None, "match_start": "0001-01-01T00:00:00Z", "odds": 0}, ""),
    ],
)
def test_19_legs_are_taken_with_what_they_have(leg: dict[str, Any], outcome: str) -> None:
    bet, selection = events("SPORTSBOOK", odds=None, bets=[leg])

    assert isinstance(bet, SportsBetPlaced)
    assert isinstance(selection, SelectionReported)
    assert (bet.odds, bet.legs) == (None, 1)
    assert (selection.outcome, selection.odds, selection.starts_at, selection.match) == (outcome, None, None, "")


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a":' * 5000,
        b'{"user_id": "1", "user_id": "2"}',
        b'{"user_id": "\\ud800"}',
        b'{"user_id": "\xff"}',
        b'{"user_id": "' + b"x" * 2_000_000 + b'"}',
        b'{"note": "' + b"x" * 2_000_000 + b'"}',
    ],
)
@pytest.mark.parametrize("kind", sorted(VALID))
def test_24_what_would_hurt_is_refused_and_hurts_nobody(kind: str, payload: bytes) -> None:
    result = fasttrack.decode(envelope(kind, payload), SETTINGS)

    assert isinstance(result, list)
    assert result
    assert all(len(str(each)) < 400 for each in result)


def test_events_of_money_keep_what_the_sender_stated() -> None:
    [payment] = events("PAYMENT", deposit_count=3, fee_amount="0.10", vendor_name="CardGate")
    [bonus] = events("BONUS", bonus_turned_real=15, required_wagering_amount=300)
    [consents] = events("USER_CONSENTS")

    assert isinstance(payment, PaymentReported)
    assert (payment.stated_deposits, str(payment.fee), payment.method_name) == (3, "0.1", "CardGate")
    assert isinstance(bonus, BonusReported)
    assert (bonus.turned_real, bonus.required) == (Decimal(15), Decimal(300))
    assert isinstance(consents, ConsentsStated)
    assert consents.consents == {"email": True}
