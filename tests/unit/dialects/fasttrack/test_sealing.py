"""What is taken out of a message before it may be kept."""

import json
from typing import Any

import pytest

from countroom.core.item import Reading
from countroom.dialects import fasttrack
from countroom.dialects.brands import DialectSettings
from countroom.dialects.fasttrack import catalogue
from tests.unit.dialects.messages import SECRETS, SETTINGS, VALID, decoded, envelope

SECRET = SECRETS["email"]


def reading(kind: str, *plain_keys: str, **changes: Any) -> Reading:
    settings = DialectSettings(brands=SETTINGS.brands, plain_keys=frozenset(plain_keys))
    result = decoded(kind, settings, **changes)
    assert isinstance(result, Reading), result
    return result


def original(result: Reading) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.original)
    return found


def test_a_message_without_anything_personal_is_kept_byte_for_byte() -> None:
    sent = envelope("CASINO", b"  " + json.dumps(VALID["CASINO"], indent=2).encode())

    result = fasttrack.decode(sent, SETTINGS)

    assert isinstance(result, Reading)
    assert result.original == sent.payload
    assert result.personal == {}


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_documented_field_that_holds_something_nested_is_sealed_or_refused(kind: str) -> None:
    for name in catalogue.BY_KIND[kind].fields:
        for value in ({"inner": SECRET}, [SECRET], [[SECRET]], {SECRET: 1}):
            result = decoded(kind, SETTINGS, **{name: value})

            kept = repr(result.events) + result.original.decode() if isinstance(result, Reading) else repr(result)
            assert SECRET not in kept


def test_a_name_that_is_an_object_goes_to_the_unknown_ones() -> None:
    result = reading("CASINO", game_name={"en": "Lynx"})

    assert result.personal == {"free.extra": '{"game_name":{"en": "Lynx"}}'}
    assert "game_name" not in original(result)


def test_a_personal_value_gives_its_place_to_a_mark() -> None:
    result = reading("USER_CREATE", mobile=35699000111)

    assert result.personal["mobile"] == "35699000111"
    assert original(result)["mobile"] == {"sealed": "mobile"}
    assert original(result)["country"] == "SE"


@pytest.mark.parametrize("empty", [None, "", {}, []])
def test_what_is_empty_stays_where_it_is(empty: object) -> None:
    result = reading("CASINO", meta=empty, note=empty, pet=empty)

    assert result.personal == {}
    assert original(result)["pet"] == empty


def test_values_of_the_event_have_names_of_their_own() -> None:
    result = reading("PAYMENT", note="for Ada", ip_address="192.0.2.7")

    assert result.personal == {"event.note": "for Ada", "event.ip_address": "192.0.2.7"}


def test_keys_that_may_be_read_stay_and_the_rest_is_sealed() -> None:
    result = reading("CASINO", "chain", "pet", meta={"chain": "btc", "wallet": "w"}, pet="cat", toy="ball")

    assert result.personal == {"free.meta": '{"wallet":"w"}', "free.extra": '{"toy":"ball"}'}
    assert original(result)["meta"] == {"chain": "btc", "sealed": "free.meta"}
    assert (original(result)["pet"], original(result)["extra"]) == ("cat", {"sealed": "free.extra"})


def test_a_free_object_of_readable_keys_alone_is_not_sealed() -> None:
    result = reading("CASINO", "chain", meta={"chain": "btc"})

    assert result.personal == {}
    assert original(result)["meta"] == {"chain": "btc"}


def test_the_names_of_our_own_marks_are_never_readable_keys() -> None:
    result = reading("CASINO", "sealed", "extra", "a", meta={"sealed": "x", "a": 1}, extra="y")

    assert result.personal == {"free.meta": '{"sealed":"x"}', "free.extra": '{"extra":"y"}'}
    assert original(result)["meta"] == {"a": 1, "sealed": "free.meta"}


def test_numbers_outside_keep_their_digits() -> None:
    sent = envelope("CASINO", json.dumps(VALID["CASINO"])[:-1].replace("10,", "10.5000,").encode() + b', "pet": 1.50}')

    result = fasttrack.decode(sent, SETTINGS)

    assert isinstance(result, Reading)
    assert b'"amount":10.5000' in result.original
    assert result.personal == {"free.extra": '{"pet":1.50}'}


def test_notes_inside_a_list_seal_the_list() -> None:
    result = reading("USER_BLOCK", blocks=[{"type": "Blocked", "active": True, "note": SECRET}])

    assert SECRET in result.personal["free.blocks"]
    assert original(result)["blocks"] == {"sealed": "free.blocks"}


def test_the_two_readings_of_the_same_message_are_equal_and_the_hash_is_blind_to_personal_values() -> None:
    one, other = reading("USER_CREATE"), reading("USER_CREATE", email="another")

    assert one.events == other.events
    assert one == reading("USER_CREATE")
