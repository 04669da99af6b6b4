"""The logs read through, whatever shard their chunks are for, without a transaction that is held for long."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final, cast

import msgspec

from countroom.core.identity import anchor
from countroom.core.instants import Instant, iso
from countroom.flow.project import ADMIN
from countroom.flow.redrive import REDRIVE
from countroom.runtime.view import HubView, Json
from countroom.stores.embedded.segments import Segment, Segments

IDS: Final = ("activity_id", "payment_id", "user_bonus_id", "round_id", "bet_id", "link_id")
_AT_ONCE: Final = 2000
_CHUNKS: Final = "SELECT seq, shard, logged_at, received, items FROM chunks WHERE seq > ? ORDER BY seq LIMIT ?"
_STAMP: Final = "SELECT logged_at FROM chunks WHERE seq >= ? ORDER BY seq LIMIT 1"


class LogChunk(msgspec.Struct, frozen=True):
    """One chunk, wherever it lies."""

    source: str
    seq: int
    shard: int
    logged_at: Instant
    received: int
    """Items that the log had taken with it."""
    items: bytes


def sources_of(view: HubView) -> list[str]:
    """Every log of the hub, those of mended receipts and of links among them."""
    return [*view.settings.sources, REDRIVE, ADMIN]


@contextmanager
def opened(view: HubView, source: str) -> Iterator[Segments]:
    """The segments of a log, let go at the end."""
    segments = Segments(view.place.log(source))
    try:
        yield segments
    finally:
        segments.let_go()


def chunks_after(segments: Segments, source: str, after: int) -> Iterator[LogChunk]:
    """Chunks with a position above `after`, in order."""
    segment = segments.holding(after, of=lambda before: before.seq)
    while segment is not None:
        # Asked for before this one is read: once the next is there, nothing is added to this one.
        following = segments.get(segment.number + 1)
        yield from _in_segment(segment, source, after)
        after, segment = max(after, segment.tail().seq), following


def position_before(segments: Segments, at: Instant) -> int:
    """The position up to which everything was logged before that instant."""
    number = 1
    found: Segment | None = None
    while (segment := segments.get(number)) is not None:
        if found is not None and _stamp(segment, segment.before.seq + 1, at) >= at:
            break
        found, number = segment, number + 1
    if found is None:
        return 0
    low, high = found.before.seq, found.tail().seq
    while low < high:
        middle = (low + high + 1) // 2
        if _stamp(found, middle, at) < at:
            low = middle
        else:
            high = middle - 1
    return low


def _stamp(segment: Segment, seq: int, otherwise: Instant) -> int:
    row = segment.database.row(_STAMP, (seq,))
    return cast(int, row[0]) if row else otherwise


def _in_segment(segment: Segment, source: str, after: int) -> Iterator[LogChunk]:
    while True:
        with closing(segment.database.stream(_CHUNKS, (after, _AT_ONCE))) as rows:
            found = [LogChunk(source, *cast(tuple[int, int, Instant, int, bytes], row)) for row in rows]
        if not found:
            return
        yield from found
        after = found[-1].seq


def ids_of(event: Any) -> set[str]:
    """By what an event is found: ids as the sender wrote them, whole identities, and their anchors."""
    ids = {str(getattr(event, name)) for name in IDS if getattr(event, name, None)}
    about = event.about
    for identity in (about.source_id, about.business_id):
        if identity:
            ids |= {identity, anchor(identity), anchor(identity).partition(":")[2]}
    return ids


def event_shown(event: Any) -> Json:
    """An event in a few words."""
    about = event.about
    shown: Json = {
        "type": type(event).__struct_config__.tag,
        "brand": about.brand,
        "player": about.player,
        "occurred_at": iso(about.occurred_at),
        "received_at": iso(about.received_at),
    }
    return shown | {name: str(getattr(event, name)) for name in IDS if getattr(event, name, None)}
