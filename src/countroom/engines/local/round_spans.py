"""A player's rounds by time, without reading what happened in them: they lie by name, and may be very many."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Final, NamedTuple

import msgspec

from countroom.fold import keys
from countroom.ports import ShardStore

ROUNDS: Final = (keys.ROUND, keys.FREE_ROUND)
ALWAYS: Final = 1 << 63
_AT_ONCE: Final = 100
_SPARE: Final = 4
"""So many times more spans than are wanted are gathered before those are left out that cannot matter."""


class Span(NamedTuple):
    """From when to when something happened in a round."""

    last: int
    first: int
    key: bytes
    generations: tuple[int, ...] = ()
    """When each generation began; empty where there is one, and nothing before it."""

    @property
    def starts(self) -> tuple[int, ...]:
        """When each generation began."""
        return self.generations or (self.first,)


class Wish(NamedTuple):
    """The newest of which things are wanted."""

    most: int
    """0: however many there are."""
    before: int = ALWAYS
    """What is earlier is wanted for sure, what is of this very instant perhaps."""
    of_starts: bool = False
    """Generations by their start are wanted, and not whatever happened."""


class _Rollback(msgspec.Struct, array_like=True, gc=False):
    source_id: msgspec.Raw
    business_id: msgspec.Raw
    at: int


class _Generation(msgspec.Struct, array_like=True, gc=False):
    first: int
    last: int


class _Round(msgspec.Struct, array_like=True):
    """Of a round's page what is needed here; the activities stay as bytes."""

    activities: msgspec.Raw = msgspec.Raw(b"\x90")
    rollbacks: list[_Rollback] = []
    generations: list[_Generation] = []


_decode: Final = msgspec.msgpack.Decoder(_Round).decode


def apart(store: ShardStore, prefix: bytes, wish: Wish) -> tuple[dict[bytes, bytes], list[Span]]:
    """All pages of a player but his rounds, and the spans of those that matter: out of one scan, so of one moment."""
    rows: dict[bytes, bytes] = {}
    spans: list[Span] = []
    place = len(prefix)
    for key, row in store.scan(prefix):
        if key[place : place + 1] in ROUNDS:
            span = _span(key, row)
            if span is not None:
                spans.append(span)
                if wish.most and len(spans) > _SPARE * wish.most + _AT_ONCE:
                    spans = _newest(spans, wish)
        else:
            rows[key] = row
    return rows, spans


def _newest(spans: list[Span], wish: Wish) -> list[Span]:
    """The spans that can hold one of the newest things that are wanted."""
    sure = nlargest(wish.most, (at for span in spans if (at := _sure(span, wish)) >= 0))
    if len(sure) < wish.most:
        return spans
    return [span for span in spans if _reach(span, wish) >= sure[-1]]


def _sure(span: Span, wish: Wish) -> int:
    """When something happened in it that is wanted for sure; -1 when that cannot be told."""
    if wish.of_starts:
        return max((at for at in span.starts if at < wish.before), default=-1)
    return span.last if span.last < wish.before else -1


def _reach(span: Span, wish: Wish) -> int:
    """How late something can have happened in it that is wanted; -1 for nothing."""
    if wish.of_starts:
        return max((at for at in span.starts if at <= wish.before), default=-1)
    return min(span.last, wish.before) if span.first <= wish.before else -1


def latest_first(store: ShardStore, spans: list[Span], before: int) -> Iterator[tuple[int, dict[bytes, bytes]]]:
    """Rounds in which something happened before an instant, some at a time: the one that ended last first.

    With each lot the latest instant that what follows may still hold; the last lot says 0.
    """
    spans = [span for span in spans if span.first < before]
    spans.sort(reverse=True)
    for start in range(0, len(spans), _AT_ONCE):
        names = [span.key for span in spans[start : start + _AT_ONCE]]
        follows = spans[start + _AT_ONCE].last if start + _AT_ONCE < len(spans) else 0
        yield follows, present(store, names)


def present(store: ShardStore, names: list[bytes]) -> dict[bytes, bytes]:
    """The rows there are under these keys."""
    return {key: row for key, row in zip(names, store.get_many(names), strict=True) if row is not None}


def _span(key: bytes, row: bytes) -> Span | None:
    page = _decode(row)
    at = [g.first for g in page.generations] + [g.last for g in page.generations] + [b.at for b in page.rollbacks]
    if not at:
        return None
    first, starts = min(at), tuple(g.first for g in page.generations)
    return Span(max(at), first, key, () if starts == (first,) else starts)
