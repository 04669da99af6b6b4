"""Cursors: where a list was left, as text that means nothing to whoever carries it."""

import base64
import binascii
from typing import TypeVar

import msgspec

from countroom.api.problems import Kind, Refusal

T = TypeVar("T")


def cursor(*place: object) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place(text: str, kind: type[T]) -> T:
    """The place back from its cursor.

    Raises:
        Refusal: it is none of ours, or of another list.
    """
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Refusal(
            Kind.MALFORMED,
            "expected a cursor as `next` of this very list gave it",
            path="query cursor",
            remedy="leave it away to begin anew",
        ) from error
