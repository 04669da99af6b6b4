"""Bytes to an object: everything that can be wrong with them becomes one rejection."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countroom.core.rejection import Reason, Rejection
from countroom.dialects.readers import MAX_DEPTH, Body, read, split

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=4) | st.just("timestamp"), VALUES, max_size=6)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b" ",
        b"amount=5&type=Bet",
        b"{'amount': 5}",
        b'{"a": 1',
        b'{"a": 1} {',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 01}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00x"}',
        b"null",
        b"5",
        b'"text"',
        b"[]",
        b"[1]",
        b'[{"a": 1}, {"a": 2}]',
        b'{"a": ' + b"1" * 5000 + b"}",
        b'{"a": ' + b"[" * 2000 + b"]" * 2000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_object_is_malformed(payload: bytes) -> None:
    found = read(payload)

    assert isinstance(found, Rejection)
    assert found.reason is Reason.MALFORMED
    assert found.path == "$"


@pytest.mark.parametrize(
    "payload",
    [
        b'{"amount": 1, "amount": 2}',
        b'{"amount":1,"amount":1}',
        b'{"amount" :1,"amount"\t:2}',
        b'{"amount":1,"am\\u006funt":2}',
        b'{"timestamp":"2026-03-04T05:06:07Z","a":1,"a":2}',
        b'{"timestamp":"2026-03-04T05\\u003a06\\u003a07Z","a":1,"a":2,"b":3,"b":4}',
        b'{"timestamp":"1:2:3","timestamp":"x"}',
        b'{"meta":{"a":1,"a":2}}',
        b'{"meta":[{"a":1,"a":2}]}',
        b'{"name":"Lynx: \\"Gold\\":","a":1,"a":2}',
    ],
)
def test_a_key_given_twice_is_found_wherever_it_hides(payload: bytes) -> None:
    found = read(payload)

    assert isinstance(found, Rejection)
    assert "once" in found.detail


def test_the_name_of_a_doubled_key_is_shown_only_when_it_looks_like_a_field() -> None:
    assert "`amount`" in str(read(b'{"amount":1,"amount":2}'))
    assert "x@y.example" not in str(read(b'{"x@y.example":1,"x@y.example":2}'))


@given(OBJECTS, st.booleans())
def test_an_object_without_doubled_keys_is_read_as_json_means_it(value: dict[str, Any], ascii_only: bool) -> None:
    payload = json.dumps(value, ensure_ascii=ascii_only).encode()

    found = read(payload)

    assert isinstance(found, Body)
    assert found.values == value
    nested = any(isinstance(each, list) or (isinstance(each, dict) and each) for each in value.values())
    assert not (found.is_flat and nested)


@given(OBJECTS, st.data())
def test_any_key_written_a_second_time_is_refused(value: dict[str, Any], data: st.DataObject) -> None:
    value = {**value, "a": 1}
    key = data.draw(st.sampled_from(sorted(value)))
    member = f"{json.dumps(key)}: {json.dumps(data.draw(VALUES))}"
    payload = f"{json.dumps(value)[:-1]}, {member}}}".encode()

    assert isinstance(read(payload), Rejection)


def test_nesting_is_taken_up_to_its_limit() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert isinstance(read(nested(MAX_DEPTH)), Body)
    assert isinstance(read(nested(MAX_DEPTH + 1)), Rejection)


def test_fractions_keep_their_digits_and_whole_numbers_stay_whole() -> None:
    found = read(b'{"a": 2.50, "b": 1e400, "c": 123456789012345678901234567890}')

    assert isinstance(found, Body)
    assert found.values == {"a": "2.50", "b": "1e400", "c": 123456789012345678901234567890}
    assert Decimal(found.values["a"]).as_tuple().exponent == -2


def test_the_one_object_of_an_array_is_read_and_its_place_is_known() -> None:
    found = read(b'[{"a": 1}]')

    assert isinstance(found, Body)
    assert (found.values, found.path) == ({"a": 1}, "$[0]")


@pytest.mark.parametrize(
    ("payload", "parts"),
    [
        (b'{"a": 1}', [b'{"a": 1}']),
        (b' [{"a": 1.50}, {"b":2}]', [b'{"a": 1.50}', b'{"b":2}']),
        (b"[]", [b"[]"]),
        (b"[1", [b"[1"]),
        (b"[" * 5000, [b"[" * 5000]),
    ],
)
def test_an_array_can_be_cut_into_its_messages(payload: bytes, parts: list[bytes]) -> None:
    assert split(payload) == parts


@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(payload: bytes) -> None:
    assert isinstance(read(payload), Body | Rejection)
    assert split(payload)
