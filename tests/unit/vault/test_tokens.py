import pytest

from countroom.vault.tokens import blind, derived, normal_email, normal_phone, token


def test_equal_values_have_equal_tokens() -> None:
    assert token(b"k" * 32, "email", value="ann@example.com") == token(b"k" * 32, "email", value="ann@example.com")


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [(b"l" * 32, "email", "a"), (b"k" * 32, "city", "a"), (b"k" * 32, "email", "A")],
)
def test_another_player_field_or_value_has_another_token(key: bytes, field: str, value: str) -> None:
    assert token(key, field, value=value) != token(b"k" * 32, "email", value="a")


def test_keys_derived_for_two_purposes_differ() -> None:
    assert derived(b"k" * 32, "seal") != derived(b"k" * 32, "token")


def test_two_brands_do_not_share_their_blind_index() -> None:
    assert blind(b"a" * 32, "email", normal="ann@example.com") != blind(b"b" * 32, "email", normal="ann@example.com")


@pytest.mark.parametrize("written", ["ann@example.com", " Ann@Example.COM\t", "ANN@EXAMPLE.COM"])
def test_an_address_is_one_address_however_it_is_written(written: str) -> None:
    assert normal_email(written) == "ann@example.com"


@pytest.mark.parametrize("opaque", ["gAAAAABf8x==", "Ann", "a@b", "", " YW5u ", "Ann @example.com"])
def test_what_is_no_address_stays_as_it_is(opaque: str) -> None:
    assert normal_email(opaque) == opaque


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+356 7912 3456", ""),
        ("0035679123456", ""),
        ("+35679123456", "DE"),
        ("79123456", "MT"),
        (" 7912-3456 ", "mt"),
    ],
)
def test_a_phone_number_is_one_number_however_it_is_written(written: str, country: str) -> None:
    assert normal_phone(written, country) == "+35679123456"


@pytest.mark.parametrize(
    ("opaque", "country"), [("79123456", ""), ("gAAAAABf8x==", "MT"), ("", "MT"), ("12", "MT"), ("79123456", "Malta")]
)
def test_what_is_no_phone_number_stays_as_it_is(opaque: str, country: str) -> None:
    assert normal_phone(opaque, country) == opaque
