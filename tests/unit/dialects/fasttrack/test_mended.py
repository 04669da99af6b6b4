"""Messages read by a mapping: the events are those of the mended message, what is kept is what came."""

import json
from typing import Any

import msgspec

from countroom.core.events import BetPlaced, ProfileStated
from countroom.core.item import Reading
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack import decode, decode_mended
from countroom.dialects.mapping import AnyRule, Mender, SourceMapping
from tests.unit.dialects.messages import SETTINGS, VALID, envelope

CASINO = VALID["CASINO"]

RULES: list[dict[str, Any]] = [
    {"do": "rename", "field": "$.amt", "to": "$.amount"},
    {"do": "rename", "field": "$.mail", "to": "$.email"},
    {"do": "coerce", "field": "$.ts", "to": "time"},
    {"do": "rename", "field": "$.ts", "to": "$.timestamp"},
    {"do": "accept_as_unknown", "field": "$.skip_publishing"},
]
MENDER = Mender(SourceMapping(4, msgspec.convert(RULES, tuple[AnyRule, ...])))


def odd(**changes: Any) -> dict[str, Any]:
    body = {name: value for name, value in CASINO.items() if name != "amount"}
    return body | {"amt": CASINO["amount"]} | changes


def read(kind: str, body: dict[str, Any]) -> Reading:
    found = decode_mended(envelope(kind, json.dumps(body).encode()), SETTINGS, MENDER)
    assert isinstance(found, Reading), found
    return found


def test_a_mended_message_gives_the_events_of_the_message_that_was_meant() -> None:
    found = read("CASINO", odd())

    meant = decode(envelope("CASINO", json.dumps(CASINO).encode()), SETTINGS)
    assert isinstance(meant, Reading)
    assert found.events == meant.events
    assert isinstance(found.events[0], BetPlaced)


def test_the_version_is_noted_whether_a_rule_changed_something_or_not() -> None:
    assert read("CASINO", odd()).mapping == read("CASINO", dict(CASINO)).mapping == 4


def test_a_message_that_needs_no_mending_is_kept_byte_for_byte() -> None:
    payload = json.dumps(CASINO).encode()
    found, meant = (
        decode_mended(envelope("CASINO", payload), SETTINGS, MENDER),
        decode(envelope("CASINO", payload), SETTINGS),
    )

    assert isinstance(found, Reading)
    assert isinstance(meant, Reading)
    assert msgspec.structs.replace(found, mapping=0) == meant


def test_what_a_rule_touched_is_sealed_in_what_is_kept() -> None:
    found = read("CASINO", odd(skip_publishing="call Ann"))

    kept = json.loads(found.original)
    assert "amt" not in kept
    assert "skip_publishing" not in kept
    assert json.loads(found.personal["free.extra"]) == {"amt": CASINO["amount"], "skip_publishing": "call Ann"}
    assert kept["currency"] == CASINO["currency"]


def test_a_personal_field_that_a_mapping_finds_is_sealed_as_one_of_the_profile() -> None:
    found = read("USER_UPDATE_V2", {"user_id": "4711", "origin": "brand-a.example", "ts": 1772618400, "mail": "a@b.c"})

    assert isinstance(found.events[0], ProfileStated)
    assert found.personal["email"] == "a@b.c"
    assert b"a@b.c" not in found.original
    assert json.loads(found.personal["free.extra"]) == {"ts": 1772618400, "mail": "a@b.c"}


def test_the_one_element_of_an_array_is_mended_too() -> None:
    found = decode_mended(envelope("CASINO", json.dumps([odd()]).encode()), SETTINGS, MENDER)

    assert isinstance(found, Reading)
    assert isinstance(found.events[0], BetPlaced)


def test_what_no_mapping_can_mend_is_refused_as_without_one() -> None:
    for payload in (b"{", b"[]", b'{"a":1,"a":2}'):
        assert decode_mended(envelope("CASINO", payload), SETTINGS, MENDER) == decode(
            envelope("CASINO", payload), SETTINGS
        )
    refused = decode_mended(envelope("NONSENSE", b"{}"), SETTINGS, MENDER)
    assert isinstance(refused, list)
    assert [each.reason for each in refused] == [Reason.UNKNOWN_TYPE]


def test_what_still_fails_says_all_that_is_wrong_with_the_mended_message() -> None:
    found = decode_mended(envelope("CASINO", json.dumps(odd(currency="€", type="Spin")).encode()), SETTINGS, MENDER)

    assert isinstance(found, list)
    assert {each.reason for each in found} == {Reason.BAD_CURRENCY, Reason.UNKNOWN_TYPE}
