"""Rows of the hub as the API answers them: instants as text, nothing that must not be seen."""

from typing import Any

import msgspec

from countroom.core.instants import Instant, iso
from countroom.runtime.quarantine import Waiting

Json = dict[str, Any]


def refusal_shown(waiting: Waiting, receipt: object = None) -> Json:
    """A refused thing, masked: its reasons and when it came; of the receipt what is not personal, or its size.

    `receipt` is the masked one, where the vault could open it.
    """
    shown: Json = {
        "number": waiting.number,
        "source": waiting.source,
        "dialect": waiting.dialect,
        "type": waiting.kind,
        "rejections": [{"reason": r.reason, "path": r.path, "detail": r.detail} for r in waiting.rejections],
        "times": waiting.times,
        "first_at": iso(waiting.first_at),
        "last_at": iso(waiting.last_at),
    }
    if waiting.payload:
        shown["payload"] = msgspec.json.decode(waiting.payload)
    elif receipt is not None:
        shown["payload"] = receipt
    else:
        shown["receipt"] = f"sealed, {len(waiting.receipt)} bytes"
    return shown


def group_shown(group: Json) -> Json:
    """A group with its instants as text."""
    return {**group, "first_at": iso(Instant(group["first_at"])), "last_at": iso(Instant(group["last_at"]))}
