"""An event found by its id: every log is read from its beginning, for there is no index until there is a history."""

from collections.abc import Iterator
from typing import Final

import msgspec

from countroom.core.instants import iso
from countroom.core.item import Item
from countroom.runtime.log_scan import LogChunk, chunks_after, event_shown, ids_of, opened, sources_of
from countroom.runtime.view import HubView, Json

_TELL_EVERY: Final = 20_000
_decode = msgspec.msgpack.Decoder(list[Item]).decode


def find(view: HubView, wanted: str) -> Iterator[Json]:
    """Objects with `found` (an event) or `progress` (items read, of how many), the last of them with `done`."""
    hits = read = total = 0
    needle = wanted.encode()
    for source in sources_of(view):
        with opened(view, source) as segments:
            last = segments.last()
            if last is None:
                continue
            total += last.tail().items
            before = told = read
            for chunk in chunks_after(segments, source, 0):
                # The id stands in the payload as it came, or in the event: nearly all chunks need no decoding.
                for hit in _hits(chunk, wanted) if needle in chunk.items else ():
                    hits += 1
                    yield {"found": hit}
                read = before + chunk.received
                if read - told >= _TELL_EVERY:
                    told = read
                    yield {"progress": {"read": read, "of": total}}
    yield {"done": {"read": read, "found": hits}}


def _hits(chunk: LogChunk, wanted: str) -> Iterator[Json]:
    for number, item in enumerate(_decode(chunk.items)):
        events = [event for event in item.events if wanted in ids_of(event)]
        if events:
            yield {
                "source": chunk.source,
                "seq": chunk.seq,
                "shard": chunk.shard,
                "logged_at": iso(chunk.logged_at),
                "item": number,
                "kind": item.kind,
                "events": [event_shown(event) for event in events],
                "payload": msgspec.json.decode(item.original),
            }
