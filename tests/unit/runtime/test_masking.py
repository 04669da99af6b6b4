"""What people see of a refused message: documented fields that are not personal; of everything else the kind."""

import json

import pytest

from countroom.core.envelope import Envelope
from countroom.core.ids import SourceName
from countroom.core.instants import Instant
from countroom.runtime.receipts import masked


def shown(body: object, kind: str = "CASINO") -> object:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return masked(Envelope(SourceName("ft"), kind, payload, Instant(0)))


def test_documented_fields_are_shown_and_all_others_are_not() -> None:
    assert shown({"amount": "NaN", "note": "call Ann", "nickname": "Ann", "meta": {"a": 1}, "currency": "EUR"}) == {
        "amount": "NaN",
        "note": "<text of 8>",
        "nickname": "<text of 3>",
        "meta": "<object of 1>",
        "currency": "EUR",
    }


@pytest.mark.parametrize("value", [{"street": "Elm"}, ["Elm"]])
def test_an_object_or_list_in_the_place_of_a_plain_value_is_not_shown(value: object) -> None:
    assert "Elm" not in json.dumps(shown({"amount": value}))


def test_personal_fields_of_a_registration_are_not_shown() -> None:
    told = json.dumps(shown({"email": "ann@example.com", "first_name": "Ann", "currency": "€"}, "USER_CREATE"))

    assert "ann" not in told.lower()


@pytest.mark.parametrize("payload", [b"call Ann", b"\xff\xfe", b"[" * 100_000])
def test_of_what_is_no_json_only_the_size_is_shown(payload: bytes) -> None:
    assert shown(payload) == f"no JSON, {len(payload)} bytes"


def test_a_message_of_an_unknown_kind_shows_nothing_but_names() -> None:
    assert shown({"amount": 5}, "NONSENSE") == {"amount": "<int>"}
