"""Cursors: where a list was left, as text that means nothing to whoever carries it."""

import base64
import binascii
from typing import Any, Final, TypeVar

import msgspec

from countroom.api.problems import Kind, Refusal

T = TypeVar("T")
MOST_DIGITS: Final = 18
"""Of a number that somebody brings: more does not fit into a row."""


def is_number(text: str) -> bool:
    """True for the digits of a number that a row can have."""
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS


def cursor(*place: object) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place(text: str, kind: type[T]) -> T:
    """The place back from its cursor.

    Raises:
        Refusal: it is none of ours, or of another list.
    """
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=kind)
        _check(found)
        return found
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Refusal(
            Kind.MALFORMED,
            "expected a cursor as `next` of this very list gave it",
            path="query cursor",
            remedy="leave it away to begin anew",
        ) from error


def _check(found: Any) -> None:
    """Nothing, where every number can be that of a row.

    Raises:
        ValueError: one cannot.
    """
    for one in found if isinstance(found, list | tuple) else ():
        if isinstance(one, int) and abs(one) >= 10**MOST_DIGITS:
            raise ValueError("expected the number of a row")
        _check(one)
