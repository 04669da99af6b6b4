"""An event found by its id: every log is read from its beginning, for there is no index until there is a history."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final, cast

import msgspec

from countroom.core.identity import anchor
from countroom.core.instants import Instant, iso
from countroom.core.item import Item
from countroom.runtime.view import HubView, Json
from countroom.stores.embedded.segments import Segment, Segments

_CHUNKS: Final = "SELECT seq, shard, logged_at, received, items FROM chunks WHERE seq > ? ORDER BY seq LIMIT ?"
_AT_ONCE: Final = 2000
_IDS: Final = ("activity_id", "payment_id", "user_bonus_id", "round_id", "link_id")
_decode = msgspec.msgpack.Decoder(list[Item]).decode


def find(view: HubView, wanted: str) -> Iterator[Json]:
    """Objects with `found` (an event) or `progress` (items read, of how many), the last of them with `done`."""
    hits = read = total = 0
    for source in view.settings.sources:
        segments = Segments(view.place.log(source))
        try:
            last = segments.last()
            if last is None:
                continue
            total += last.tail().items
            number = 1
            while (segment := segments.get(number)) is not None:
                for found, items in _in_segment(segment, source, wanted=wanted):
                    read += items
                    hits += len(found)
                    yield from ({"found": hit} for hit in found)
                    yield {"progress": {"read": read, "of": total}}
                number += 1
        finally:
            segments.let_go()
    yield {"done": {"read": read, "found": hits}}


def _in_segment(segment: Segment, source: str, *, wanted: str) -> Iterator[tuple[list[Json], int]]:
    """Hits and items read, a part of the segment at a time: no transaction is held for long."""
    after = segment.before.seq
    needle = wanted.encode()
    before = segment.before.items
    while True:
        found: list[Json] = []
        rows = 0
        received = before
        with closing(segment.database.stream(_CHUNKS, (after, _AT_ONCE))) as chunks:
            for row in chunks:
                seq, shard, logged_at, received, blob = cast(tuple[int, int, int, int, bytes], row)
                after, rows = seq, rows + 1
                # The id stands in the payload as it came, or in the event: nearly all chunks need no decoding.
                if needle in blob:
                    found += _hits(
                        blob, wanted, at={"source": source, "seq": seq, "shard": shard, "logged_at": logged_at}
                    )
        if not rows:
            return
        yield found, received - before
        before = received


def _hits(blob: bytes, wanted: str, *, at: Json) -> list[Json]:
    found = []
    for number, item in enumerate(_decode(blob)):
        events = [event for event in item.events if wanted in _ids_of(event)]
        if events:
            found.append(
                {
                    **at,
                    "logged_at": iso(Instant(at["logged_at"])),
                    "item": number,
                    "kind": item.kind,
                    "events": [_shown(event) for event in events],
                    "payload": msgspec.json.decode(item.original),
                }
            )
    return found


def _ids_of(event: Any) -> set[str]:
    ids = {str(getattr(event, name)) for name in _IDS if getattr(event, name, None)}
    about = event.about
    for identity in (about.source_id, about.business_id):
        if identity:
            ids |= {identity, anchor(identity), anchor(identity).partition(":")[2]}
    return ids


def _shown(event: Any) -> Json:
    about = event.about
    shown: Json = {
        "type": type(event).__struct_config__.tag,
        "brand": about.brand,
        "player": about.player,
        "occurred_at": iso(about.occurred_at),
        "received_at": iso(about.received_at),
    }
    return shown | {name: str(getattr(event, name)) for name in _IDS if getattr(event, name, None)}
