"""Money from the wire."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countroom.core.money import EMPTY, EXACT, ZERO
from countroom.dialects import amounts

AMOUNTS = st.decimals(min_value=0, max_value=10**17, places=6).map(lambda x: amounts.amount(str(x)) or ZERO)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("0e99", "0"),
        (10, "1E+1"),
        ("2.500", "2.5"),
        ("-2.5", "2.5"),
        (-3, "3"),
        ("1e-05", "0.00001"),
        ("1E+2", "1E+2"),
        ("007.50", "7.5"),
        (999_999_999_999_999_999, "999999999999999999"),
        ("0.000000000000000001", "1E-18"),
        ("1.2300000000000000000000000000", "1.23"),
        ("123456789012345678.123456789012345678", "123456789012345678.123456789012345678"),
    ],
)
def test_an_amount_is_the_digits_without_sign_and_needless_zeros(value: str | int, expected: str) -> None:
    found = amounts.amount(value)

    assert found is not None
    assert found.as_tuple() == EXACT.normalize(Decimal(expected)).as_tuple()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e400",
        "1e-400",
        "1e99999999999",
        "1_0",
        " 1",
        "1 ",
        "1\n",
        "+1",
        ".5",
        "5.",
        "1,50",
        "0x10",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "abc",
        10**18,
        -(10**18),
        10**40,
        "1000000000000000000",
        "0.0000000000000000001",
        "1.0000000000000000001",
        "9" * 5000,
        "0." + "0" * 5000,
        True,
    ],
)
def test_what_is_no_plain_number_of_our_size_is_no_amount(value: str | int) -> None:
    assert amounts.amount(value) is None


@pytest.mark.parametrize(("value", "expected"), [("0.087", "0.087"), (0, "0"), ("61873.25", "61873.25"), (1, "1")])
def test_a_rate_is_0_or_more(value: str | int, expected: str) -> None:
    assert amounts.rate(value) == Decimal(expected)


@pytest.mark.parametrize("value", [-1, "-0.1", 10**9, "1000000000.5", "0.0000000000000000001", "x", True, False])
def test_what_is_negative_or_too_long_is_no_rate(value: str | int) -> None:
    assert amounts.rate(value) is None


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), ("usdt", "USDT"), ("1INCH", "1INCH"), ("gc", "GC")])
def test_a_currency_is_2_to_10_letters_or_digits_in_upper_case(text: str, code: str) -> None:
    assert amounts.currency(text) == code


@pytest.mark.parametrize(
    "text", ["", "E", "€", "US DOLLAR", "ABCDEFGHIJK", "EUR\n", "\N{CYRILLIC CAPITAL LETTER IE}UR", "ßß", "E-R"]
)
def test_anything_else_is_no_currency(text: str) -> None:
    assert amounts.currency(text) is None


@given(AMOUNTS, st.none() | AMOUNTS, AMOUNTS, AMOUNTS)
def test_pockets_add_up_to_the_amount(whole: Decimal, real: Decimal | None, bonus: Decimal, locked: Decimal) -> None:
    parts = amounts.split(whole, real, bonus=bonus, locked=locked)

    assert amounts.added(*parts) == whole
    assert parts == EMPTY or parts[-1]
    assert all(part.as_tuple() == EXACT.normalize(part).as_tuple() for part in parts)
    if real is None:
        assert (parts[0] if parts else 0) == max(ZERO, whole - bonus - locked)


@given(st.text(alphabet="0123456789.eE+-_ NaInf", max_size=24))
def test_no_text_makes_it_raise(text: str) -> None:
    for found in (amounts.amount(text), amounts.rate(text), amounts.signed(text)):
        assert found is None or found.is_finite()
