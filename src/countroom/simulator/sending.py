"""One request that the platform makes."""

from typing import Final

import msgspec

ACCEPTED: Final = "accepted"
CONFLICT: Final = "conflicting_duplicate"

REFUSED_LATER: Final = frozenset({CONFLICT})
"""Expectations that the hub answers with 200 all the same: only its fold can know."""


class Sending(msgspec.Struct, frozen=True):
    """One HTTP request to make, once. Repeats are sendings of their own."""

    number: int
    """From 1, in the order of `at`."""
    at: int
    """Business time at which the platform sends it, microseconds UTC."""
    method: str
    path: str
    body: bytes
    player: str
    expect: str = ACCEPTED
    """`accepted`, or the reason for which it must be refused."""
    after: int | None = None
    """The sending that must have had its 200 before this one goes out."""
    fact: int | None = None
    """The fact it states; repeats of it share the number. None when it states none."""

    @property
    def answered_with_200(self) -> bool:
        """True when the hub takes it in, be it only to refuse it later."""
        return self.expect == ACCEPTED or self.expect in REFUSED_LATER
