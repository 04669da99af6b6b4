"""Mappings: each rule does one thing, exactly, and leaves what it does not fit as it is."""

from typing import Any

import msgspec
import pytest

from countroom.core.rejection import Reason
from countroom.dialects.coercions import Unclear, Written, coerced
from countroom.dialects.fields import Fields
from countroom.dialects.json_paths import way
from countroom.dialects.mapping import (
    AcceptAsUnknown,
    AnyRule,
    Coerce,
    Default,
    Mender,
    Rename,
    SourceMapping,
    Values,
    apply,
    faults,
    plain,
    told,
)

RENAME = Rename(field="$.amt", to="$.amount")


@pytest.mark.parametrize(
    ("rule", "message", "mended"),
    [
        (RENAME, {"amt": 5}, {"amount": 5}),
        (RENAME, {"amt": 5, "amount": None}, {"amount": 5}),
        (RENAME, {"amt": 5, "amount": 6}, {"amt": 5, "amount": 6}),
        (RENAME, {"other": 5}, {"other": 5}),
        (Rename(field="$.bets[].o", to="$.bets[].odds"), {"bets": [{"o": 1}, {}]}, {"bets": [{"odds": 1}, {}]}),
        (Rename(field="$.bets[].o", to="$.bets[].odds"), {"bets": {"o": 1}}, {"bets": {"odds": 1}}),
        (Rename(field="$.data.sum", to="$.amount"), {"data": {"sum": 5}}, {"data": {}, "amount": 5}),
        (Rename(field="$.sum", to="$.data.amount"), {"sum": 5}, {"data": {"amount": 5}}),
        (Rename(field="$.sum", to="$.data.amount"), {"sum": 5, "data": "x"}, {"sum": 5, "data": "x"}),
        (Rename(field='$["a.b"]', to="$.c"), {"a.b": 1}, {"c": 1}),
        (Default(field="$.vendor", value="7"), {}, {"vendor": "7"}),
        (Default(field="$.vendor", value="7"), {"vendor": ""}, {"vendor": "7"}),
        (Default(field="$.vendor", value="7"), {"vendor": "8"}, {"vendor": "8"}),
        (Default(field="$.bets[].live", value=False), {"bets": [{}, {"live": True}]},
         {"bets": [{"live": False}, {"live": True}]}),
        (Values(field="$.type", map={"Ein-Satz": "Bet"}), {"type": "EINSATZ"}, {"type": "Bet"}),
        (Values(field="$.type", map={"1": "Bet"}), {"type": 1}, {"type": "Bet"}),
        (Values(field="$.type", map={"1": "Bet"}), {"type": "2"}, {"type": "2"}),
        (Values(field="$.tags[]", map={"a": "b"}), {"tags": ["a", "c"]}, {"tags": ["b", "c"]}),
        (AcceptAsUnknown(field="$.x"), {"x": {"deep": 1}, "y": 2}, {"y": 2}),
        (AcceptAsUnknown(field="$.a[].x"), {"a": [{"x": 1, "y": 2}, 5]}, {"a": [{"y": 2}, 5]}),
        (Coerce(field="$.n", to="number"), {"n": "5 EUR"}, {"n": 5}),
        (Coerce(field="$.a[]", to="text"), {"a": [1, "b"]}, {"a": ["1", "b"]}),
    ],
)  # fmt: skip
def test_a_rule_does_what_it_says_and_nothing_else(
    rule: AnyRule, message: dict[str, Any], mended: dict[str, Any]
) -> None:
    before = msgspec.json.encode(message)

    assert apply([rule], message) == mended
    assert msgspec.json.encode(message) == before


@pytest.mark.parametrize(
    ("value", "decimal", "made"),
    [
        ("5.00", ".", "5.00"),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50 €", ",", "1234.50"),
        ("EUR 1 234,5", ",", "1234.5"),
        ("1'234", ".", 1234),
        ("-7", ".", -7),
        ("1,50", ".", "1,50"),
        ("1.50", ",", "1.50"),
        ("1,2,3", ".", "1,2,3"),
        ("0.500", ",", "0.500"),
        ("1234.567", ",", "1234.567"),
        ("1.234.567", ",", 1234567),
        ("5.", ".", "5."),
        ("NaN", ".", "NaN"),
        ("1e9", ".", "1e9"),
        ("", ".", ""),
        (5, ".", 5),
        (None, ".", None),
        (True, ".", True),
        (Written("1.234"), ",", Written("1.234")),
    ],
)
def test_a_number_is_read_out_of_a_text_exactly_or_not_at_all(value: Any, decimal: str, made: Any) -> None:
    assert coerced(value, "number", decimal=decimal) == made


@pytest.mark.parametrize(("value", "decimal"), [("1.234", ","), ("1,234", "."), ("EUR 1.234", ","), ("-12.345", ",")])
def test_a_lone_mark_before_three_digits_is_refused_unless_the_rule_says_what_it_is(value: str, decimal: str) -> None:
    unclear = coerced(value, "number", decimal=decimal)
    assert type(unclear) is Unclear

    fields = Fields({"amount": unclear, "exchange_rate": unclear})
    fields.amount("amount")
    fields.rate("exchange_rate")
    assert [(r.reason, r.path) for r in fields.rejections] == [
        (Reason.BAD_AMOUNT, "$.amount"),
        (Reason.BAD_AMOUNT, "$.exchange_rate"),
    ]
    assert "say `grouped` in its coerce rule" in fields.rejections[0].detail

    digits = int("".join(each for each in value if each.isdigit() or each == "-"))
    assert coerced(value, "number", decimal=decimal, grouped=True) == digits
    assert coerced(value, "number", decimal=decimal, grouped=False) == value


@pytest.mark.parametrize(
    ("value", "unit", "made"),
    [
        (1772618400, "seconds", "2026-03-04T10:00:00.000000Z"),
        ("1772618400123", "milliseconds", "2026-03-04T10:00:00.123000Z"),
        (Written("1772618400.5"), "seconds", "2026-03-04T10:00:00.500000Z"),
        (1772618400000001, "microseconds", "2026-03-04T10:00:00.000001Z"),
        ("2026-03-04", "seconds", "2026-03-04"),
        (10**18, "seconds", 10**18),
        (-5, "seconds", -5),
        (False, "seconds", False),
    ],
)
def test_a_count_since_1970_becomes_a_time(value: Any, unit: str, made: Any) -> None:
    assert coerced(value, "time", unit=unit) == made


@pytest.mark.parametrize(
    ("value", "made"), [("Yes", True), ("n", False), (1, True), ("0", False), ("maybe", "maybe"), (True, True)]
)
def test_a_word_becomes_true_or_false(value: Any, made: Any) -> None:
    assert coerced(value, "bool") == made
    assert type(coerced(value, "bool")) is type(made)


def test_rules_act_one_after_the_other() -> None:
    rules: list[AnyRule] = [RENAME, Coerce(field="$.amount", to="number", decimal=",")]

    assert apply(rules, {"amt": "1,50"}) == {"amount": "1.50"}


def test_a_message_that_no_rule_changes_is_handed_back_itself() -> None:
    mender = Mender(SourceMapping(3, (RENAME, Values(field="$.type", map={"x": "y"}))))
    message = {"type": "Bet", "amount": 1, "meta": {"a": [1]}}

    assert mender.mend("CASINO", message) is message


def test_true_in_the_place_of_1_is_a_change() -> None:
    assert apply([Coerce(field="$.x", to="bool")], {"x": 1})["x"] is True


def test_a_rule_is_for_the_types_it_names_in_any_letter_case() -> None:
    mender = Mender(SourceMapping(1, (Rename(field="$.amt", to="$.amount", types=("casino",)),)))

    assert mender.mend("CASINO", {"amt": 1}) == {"amount": 1}
    assert mender.mend("PAYMENT", {"amt": 1}) == {"amt": 1}


def test_numbers_are_seen_as_they_were_written_and_texts_as_texts() -> None:
    seen = told(b'[{"a": 2.50, "b": "2.50", "c": 7}]', "$[0]")

    assert seen == {"a": "2.50", "b": "2.50", "c": 7}
    assert (type(seen["a"]), type(seen["b"])) == (Written, str)
    assert type(plain(seen)["a"]) is str


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Rename(field="amt", to="$.amount"), "expected a path"),
        (Rename(field="$", to="$.amount"), "expected a path"),
        (Rename(field="$.a..b", to="$.amount"), "expected a path"),
        (Rename(field="$.amt", to="$.amt"), "expected another name"),
        (Rename(field="$.bets[].a", to="$.a"), "inside the same element"),
        (Rename(field="$.a", to="$.bets[].a"), "inside the same element"),
        (Rename(field="$.a[]", to="$.b"), "the elements of an array"),
        (Default(field="$.a[]", value=1), "the elements of an array"),
        (Values(field="$.a", map={}), "a word at least"),
    ],
)
def test_a_rule_that_cannot_be_is_found_out(rule: AnyRule, says: str) -> None:
    [fault] = faults([rule])

    assert fault.startswith("rules[0]: ")
    assert says in fault


def test_sound_rules_have_no_fault() -> None:
    assert faults([RENAME, Rename(field="$.bets[].a.b", to="$.bets[].c"), Coerce(field="$.x[]", to="text")]) == []


def test_rules_are_read_and_written_as_json() -> None:
    text = b'[{"do":"rename","field":"$.amt","types":["CASINO"],"to":"$.amount"}]'
    rules = msgspec.json.decode(text, type=tuple[AnyRule, ...])

    assert rules == (Rename(field="$.amt", to="$.amount", types=("CASINO",)),)
    assert msgspec.json.encode(rules) == text


def test_a_path_goes_into_arrays_and_takes_odd_names() -> None:
    assert way('$["a.b"].c[].d') == ("a.b", "c", "", "d")
