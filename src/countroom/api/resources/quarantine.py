"""What could not be accepted."""

from typing import Final

import msgspec

from countroom.api.parts import ApiParts
from countroom.api.route import Call, Json, Route
from countroom.core.errors import Missing


class Groups(msgspec.Struct, frozen=True):
    """What was refused."""

    groups: list[Json]


def groups(parts: ApiParts, _call: Call) -> Groups:
    """What was refused, in groups."""
    return Groups(parts.quarantine.groups())


def one(parts: ApiParts, call: Call) -> Json:
    """One refused thing."""
    number = call.path["number"]
    found = parts.quarantine.one(number)
    if found is None:
        raise Missing(f"refusal {number}: there is none", remedy="'countroom quarantine list' shows what there is")
    return found


ROUTES: Final = (
    Route(
        method="GET", path="/api/quarantine", scope="read", says="What was refused, in groups",
        handle=groups, answer=Groups,
    ),
    Route(method="GET", path="/api/quarantine/{number}", scope="read", says="One refused thing, masked", handle=one),
)  # fmt: skip
