"""Nonsense in every field of every message: never an exception, every error at once, each with place and remedy."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from countroom.core.item import Reading
from countroom.core.rejection import Rejection
from countroom.dialects import fasttrack
from countroom.dialects.fasttrack import catalogue
from tests.unit.dialects.messages import SETTINGS, VALID, WHOSE, envelope

NONSENSE: Final = {
    "nothing": "null", "a flag": "true", "empty text": '""', "an object": "{}", "an array": "[]",
    "an array of arrays": "[[[{}]]]", "an array of nothing": "[null]", "an array of an object": "[{}]",
    "an array of this and that": '[1, "a", {"x": []}, null]', "below zero": "-1", "a fraction below zero": "-2.5",
    "zero": "0", "minus zero": "-0.0", "a number beyond floats": "1e400", "an exponent beyond all": "1E+999999999",
    "40 digits": "9" * 40, "4000 digits": "9" * 4000, "5000 digits": "9" * 5000, "no number": "NaN",
    "no end": "-Infinity", "no number as text": '"NaN"', "a number as Python writes it": '"1_0"',
    "70 arrays deep": "[" * 70 + "]" * 70, "70 objects deep": '{"a":' * 70 + "1" + "}" * 70,
    "a megabyte of text": '"' + "x" * 1_000_000 + '"', "a megabyte of digits": '"' + "7" * 1_000_000 + '"',
    "half a character": '"\\ud800"', "a zero byte": '"a\\u0000b"', "our own separator": '"a\\u001fb"',
    "a key twice": '{"a": 1, "a": 2}', "a picture": '"\U0001f600"', "the last day": '"9999-12-31T23:59:59Z"',
    "the year 0": '"0000-01-01T00:00:00Z"', "a time with 20 digits": "9" * 20, "a lone mark": '"\\ufeff"',
}  # fmt: skip
"""JSON texts, and some that are none."""
LONGEST_REMEDY: Final = 600
KINDS: Final = {
    kind: next((body for name, body in VALID.items() if catalogue.BY_KIND[name] is page), WHOSE)
    for kind, page in catalogue.BY_KIND.items()
}


def written(body: dict[str, Any], **changes: str) -> bytes:
    """The message with fields whose JSON text is given."""
    parts = {name: json.dumps(value) for name, value in body.items()} | changes
    return ("{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in parts.items()) + "}").encode()


def fields_of(kind: str) -> list[str]:
    page = catalogue.BY_KIND[kind]
    return sorted({*KINDS[kind], *page.fields, *page.entries, *page.personal, "meta", "data", "extra"})


def entries_of(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Arrays of the valid message, with an entry of each."""
    for name, value in KINDS[kind].items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield name, value[0]


def decoded(kind: str, payload: bytes) -> list[Rejection]:
    """What is wrong with the message; nothing when it was read, and then it says something."""
    result = fasttrack.decode(envelope(kind, payload), SETTINGS)
    if isinstance(result, Reading):
        assert result.events
        return []
    assert result
    for each in result:
        assert each.path.startswith("$")
        assert each.detail.startswith("expected ")
        assert len(each.detail) < LONGEST_REMEDY
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_nonsense_in_any_field_is_read_or_refused_with_a_remedy(kind: str) -> None:
    for field in fields_of(kind):
        for text in NONSENSE.values():
            decoded(kind, written(KINDS[kind], **{field: text}))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if any(entries_of(kind))])
def test_nonsense_in_any_field_of_an_entry_is_read_or_refused_with_a_remedy(kind: str) -> None:
    keys = catalogue.BY_KIND[kind].entry_keys
    for name, entry in entries_of(kind):
        for field in sorted({*entry, *keys, "meta", "extra"}):
            for text in NONSENSE.values():
                changed = written(entry, **{field: text}).decode()
                for rejection in decoded(kind, written(KINDS[kind], **{name: f"[{changed}]"})):
                    assert rejection.path == "$" or rejection.path.startswith((f"$.{name}[0]", "$."))


@pytest.mark.parametrize("text", ["{}", "[[]]", "true", '"\\u001f"', "-1e300", '"x"'])
@pytest.mark.parametrize("kind", KINDS)
def test_all_errors_are_told_at_once(kind: str, text: str) -> None:
    alone = {field: decoded(kind, written(KINDS[kind], **{field: text})) for field in fields_of(kind)}
    wrong = {field: each.path for field, found in alone.items() for each in found if each.path == f"$.{field}"}

    together = decoded(kind, written(KINDS[kind], **dict.fromkeys(wrong, text))) if wrong else []

    assert set(wrong.values()) - {each.path for each in together} == set()


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(sorted(NONSENSE.values(), key=len)[:-6])), max_size=6),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), max_size=3),
)
@example("CASINO", [], [(1, b"\\xff")])
def test_whatever_comes_is_read_or_refused_with_a_remedy(
    kind: str, changes: list[tuple[int, str]], dents: list[tuple[int, bytes]]
) -> None:
    names = fields_of(kind)
    payload = written(KINDS[kind], **{names[n % len(names)]: text for n, text in changes})
    for place, dent in dents:
        at = place % len(payload)
        payload = payload[:at] + dent + payload[at + len(dent) :]

    decoded(kind, payload)
