"""One entry of a player's timeline."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from countroom.core.identity import mark
from countroom.core.instants import Instant, iso
from countroom.fold.figures import Json
from countroom.fold.reader import Reader


class Entry(NamedTuple):
    """One fact. `at` and `place` order it, and no two share both."""

    at: int
    place: str
    shown: Json


def entry(at: int, kind: str, own: str, **content: object) -> Entry:
    """An entry; what is empty is left away."""
    shown: Json = {"at": iso(Instant(at)), "kind": kind}
    return Entry(at, f"{kind}\0{own}", shown | {name: value for name, value in content.items() if value})


def named(identity: str) -> str:
    """An identity as people may quote it: the anchor, and its mark behind."""
    own = mark(identity)
    return f"{identity[: -len(own) - 1]} {own}" if own else identity


Make = Callable[[Reader], Iterator[Entry]]
"""Makes the entries of some kinds."""
