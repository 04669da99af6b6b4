"""Identities of what has none on the wire: a kind, a time and a hash of what is said (semantics.md 1.1)."""

from hashlib import blake2b
from typing import Final

import msgspec

from countroom.core.identity import Identity, identity
from countroom.core.instants import Instant

_encoder: Final = msgspec.json.Encoder(order="deterministic")
_BYTES: Final = 12


def said(family: str, at: Instant, *, content: object) -> Identity:
    """The identity of `content` said at `at`.

    Nothing personal goes into `content`: a hash of it without a key could be guessed. Whoever seals what is
    personal in a profile, or free in a custom event, appends its tokens to the mark, so that two of them
    of one instant which differ in that alone are two events.
    """
    return identity(family, str(at), digest(content))


def digest(content: object) -> str:
    """A hash of `content` as 24 hexadecimal digits: equal content has equal ones, in this process and any other."""
    return blake2b(_encoder.encode(content), digest_size=_BYTES).hexdigest()


def at_once(family: str, at: Instant, *, mark: str = "at") -> Identity:
    """The identity of something that is told by its time alone."""
    return identity(family, str(at), mark)
