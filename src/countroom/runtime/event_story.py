"""Why: what became of an event on its way, with times: received, decoded, folded, told to partners."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.identity import anchor
from countroom.core.instants import MINUTE, Instant, iso
from countroom.core.item import Item
from countroom.flow.project import ADMIN
from countroom.flow.redrive import REDRIVE
from countroom.runtime.log_scan import chunks_after, event_shown, ids_of, opened, position_before, sources_of
from countroom.runtime.view import HubView, Json

BEFORE: Final = 10 * MINUTE
"""How long before the instant that is given the search begins."""
_TELL_EVERY: Final = 20_000
_MOST_REFUSALS: Final = 100_000
_PAGE: Final = 1000
_decode = msgspec.msgpack.Decoder(list[Item]).decode


class Arrival(msgspec.Struct):
    """One time that an event came."""

    source: str
    seq: int
    shard: int
    item: int
    place: int
    """Of the event within its item."""
    kind: str
    logged_at: Instant
    event: Any
    mapping: int = 0
    """By which version of the source's mapping it was read."""


def why(view: HubView, wanted: str, *, player: str, at: Instant | None) -> Iterator[Json]:
    """Objects with `progress`, then a `story` for each event of this id; the last is `done`, and says where it looked.

    An id may be that of several events: a round's, of all that happened in it.
    """
    arrivals: list[Arrival] = []
    read = 0
    looked = {}
    for source in sources_of(view):
        with opened(view, source) as segments:
            last = segments.last()
            if last is None:
                continue
            start = position_before(segments, Instant(at - BEFORE)) if at is not None else 0
            looked[source] = {"after": start, "to": last.tail().seq}
            told = 0
            for chunk in chunks_after(segments, source, start):
                if wanted.encode() in chunk.items:
                    arrivals += _arrivals(chunk, wanted, player=player)
                read += 1
                if chunk.received - told >= _TELL_EVERY:
                    told = chunk.received
                    yield {"progress": {"read": told, "of": last.tail().items, "source": source}}
    stories = _by_event(arrivals)
    for came in stories:
        yield {"story": _story(view, came)}
    yield {"done": {"found": len(stories), "looked": looked, "chunks": read}}


def _arrivals(chunk: Any, wanted: str, *, player: str) -> Iterator[Arrival]:
    for number, item in enumerate(_decode(chunk.items)):
        for place, event in enumerate(item.events):
            about = event.about
            if player and f"{about.brand}/{about.player}" != player:
                continue
            if wanted in ids_of(event):
                yield Arrival(
                    chunk.source, chunk.seq, chunk.shard, number, place, item.kind, chunk.logged_at, event, item.mapping
                )


def _by_event(arrivals: list[Arrival]) -> list[list[Arrival]]:
    """Arrivals of one event together, in the order they came: what shares a player and an identity is one event."""
    found: list[list[Arrival]] = []
    known: dict[tuple[str, str, str], list[Arrival]] = {}
    for arrival in sorted(arrivals, key=lambda a: (a.logged_at, a.source, a.seq, a.item)):
        about = arrival.event.about
        ids = [(about.brand, about.player, i) for i in (about.source_id, about.business_id) if i]
        came = next((known[i] for i in ids if i in known), None)
        if came is None:
            came = []
            found.append(came)
        came.append(arrival)
        known.update(dict.fromkeys(ids, came))
    return found


def _story(view: HubView, came: list[Arrival]) -> Json:
    first = came[0]
    about = first.event.about
    names = [i for i in (about.source_id, about.business_id) if i]
    return {
        "event": event_shown(first.event) | {"identity": names[0] if names else ""},
        "received": {
            "at": iso(about.received_at),
            "logged_at": iso(first.logged_at),
            "log": first.source,
            "seq": first.seq,
            "item": first.item,
            "shard": first.shard,
        },
        "decoded": {
            "kind": first.kind,
            "dialect": _dialect(view, about.source if first.source == REDRIVE else first.source),
            "mapping": first.mapping,
            "historical": about.historical,
            "quiet": about.quiet,
            "sealed_fields": sorted(s.field for s in about.sealed),
        },
        "again": [
            {"logged_at": iso(a.logged_at), "log": a.source, "seq": a.seq, "item": a.item, **_fate(view, a)}
            for a in came[1:]
        ],
        "folded": _folded(view, first, names),
    }


def _dialect(view: HubView, source: str) -> str:
    section = view.settings.sources.get(source)
    return section.dialect if section is not None else ("countroom" if source == ADMIN else "")


def _folded(view: HubView, first: Arrival, names: list[str]) -> Json:
    fate = _fate(view, first, usual="folded")
    if fate["outcome"] != "folded":
        return fate
    about = first.event.about
    shard = view.shards[view.shard_of(about.brand, about.player)]
    request: Json = {"list": "fact", "brand": about.brand, "player": about.player, "identities": names}
    request["anchors"] = sorted({anchor(name) for name in names})
    fact = shard.read_list(request)
    return fate | (fact or {})


def _fate(view: HubView, arrival: Arrival, usual: str = "duplicate") -> Json:
    """What the fold made of an arrival: `waiting`, `refused` with its reason, or what is usual."""
    try:
        shard = view.shards[arrival.shard]
        if int(shard.status()["positions"].get(arrival.source, 0)) < arrival.seq:
            return {"outcome": "waiting"}
        refusal = _refusal(view, arrival)
    except Unavailable as away:
        return {"outcome": "unknown", "detail": str(away)}
    return refusal or {"outcome": usual}


def _refusal(view: HubView, arrival: Arrival) -> Json | None:
    shard = view.shards[arrival.shard]
    after = 0
    while page := shard.refusals(after, _PAGE):
        for row in page:
            if (row["log"], row["seq"], row["item"]) == (arrival.source, arrival.seq, arrival.item):
                named = {name: row[name] for name in ("reason", "path", "detail")}
                return {"outcome": "refused", "number": f"shard.{arrival.shard}.{row['number']}", **named}
        after = page[-1]["number"]
        if after >= _MOST_REFUSALS:
            return {"outcome": "unknown", "detail": f"not among the first {_MOST_REFUSALS} refusals of its shard"}
    return None
