"""What the logs took, as it comes: for a terminal that follows."""

from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from countroom.core.instants import iso
from countroom.core.item import Item
from countroom.runtime.log_scan import LogChunk, chunks_after, event_shown, opened, sources_of
from countroom.runtime.view import HubView, Json

_FIRST_CHUNKS: Final = 10
"""How far back the first look goes, in chunks of each log."""
_decode = msgspec.msgpack.Decoder(list[Item]).decode


def latest(view: HubView, after: dict[str, int] | None, *, limit: int) -> Json:
    """About `limit` items logged after these positions, and the positions after them; without any, the last few."""
    positions: dict[str, int] = {}
    waiting: list[list[LogChunk]] = []
    for source in sources_of(view):
        with opened(view, source) as segments:
            last = segments.last()
            head = last.tail().seq if last is not None else 0
            start = max(0, head - _FIRST_CHUNKS) if after is None else min(after.get(source, 0), head)
            positions[source] = start
            waiting.append(list(islice(chunks_after(segments, source, start), limit)) if last is not None else [])
    items: list[Json] = []
    for chunk in merge(*waiting, key=lambda chunk: chunk.logged_at):
        if items and len(items) >= limit:
            break
        items += _shown(chunk)
        positions[chunk.source] = chunk.seq
    return {"items": items[-limit:] if after is None else items, "at": positions}


def _shown(chunk: LogChunk) -> list[Json]:
    return [
        {
            "source": chunk.source,
            "seq": chunk.seq,
            "item": number,
            "logged_at": iso(chunk.logged_at),
            "kind": item.kind,
            "events": [event_shown(event) for event in item.events],
        }
        for number, item in enumerate(_decode(chunk.items))
    ]
