"""Why: what became of an event on its way, with times: received, decoded, folded, told to partners."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.identity import anchor
from countroom.core.ids import PlayerKey
from countroom.core.instants import MINUTE, Instant, iso
from countroom.core.item import Item
from countroom.flow.project import ADMIN
from countroom.flow.redrive import REDRIVE
from countroom.fold.told import subject_of
from countroom.runtime.event_change import MOST_EVENTS, MOST_SHOWN, Change, Place, recomputed
from countroom.runtime.log_scan import chunks_after, event_shown, ids_of, opened, position_before, sources_of
from countroom.runtime.refusal_search import refusal_at
from countroom.runtime.view import HubView, Json

BEFORE: Final = 10 * MINUTE
"""How long before the instant that is given the search begins."""
_TELL_EVERY: Final = 20_000
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
    body: bytes = b""
    """What it came as, hashed: tells a repeat from one that says something else."""

    @property
    def where(self) -> Place:
        """Where it lies."""
        return Place(self.source, self.seq, self.item, self.place)


def why(view: HubView, wanted: str, *, player: str, at: Instant | None) -> Iterator[Json]:
    """Objects with `progress`, then a `story` for each event of this id; the last is `done`, and says where it looked.

    An id may be that of several events: a round's, of all that happened in it. A story has `signals`, by which
    it is found what partners were told.
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
    changes: dict[Place, Change] = {}
    for found in _recomputed(view, stories):
        if "progress" in found:
            yield found
        else:
            changes |= found["changes"]
    for came in stories:
        yield {"story": _story(view, came, changes)}
    yield {"done": {"found": len(stories), "looked": looked, "chunks": read}}


def _recomputed(view: HubView, stories: list[list[Arrival]]) -> Iterator[Json]:
    """Objects with `progress`, and with `changes` by place."""
    players: dict[PlayerKey, list[Place]] = {}
    for came in stories[:MOST_SHOWN]:
        players.setdefault(came[0].event.about.key, []).extend(arrival.where for arrival in came)
    for key, places in players.items():
        yield from recomputed(view, key, places)


def _arrivals(chunk: Any, wanted: str, *, player: str) -> Iterator[Arrival]:
    for number, item in enumerate(_decode(chunk.items)):
        for place, event in enumerate(item.events):
            about = event.about
            if player and f"{about.brand}/{about.player}" != player:
                continue
            if wanted in ids_of(event):
                yield Arrival(
                    chunk.source, chunk.seq, chunk.shard, number, place, item.kind, chunk.logged_at, event,
                    item.mapping, blake2b(item.original, digest_size=8).digest(),
                )  # fmt: skip


def _by_event(arrivals: list[Arrival]) -> list[list[Arrival]]:
    """Arrivals of one event together, in the order they came: what shares a player and an identity is one event."""
    found: list[list[Arrival]] = []
    known: dict[tuple[str, str, str], list[Arrival]] = {}
    for arrival in sorted(arrivals, key=lambda a: (a.logged_at, a.where)):
        about = arrival.event.about
        ids = [(about.brand, about.player, i) for i in (about.source_id, about.business_id) if i]
        came = next((known[i] for i in ids if i in known), None)
        if came is None:
            came = []
            found.append(came)
        came.append(arrival)
        known.update(dict.fromkeys(ids, came))
    return found


def _story(view: HubView, came: list[Arrival], changes: dict[Place, Change]) -> Json:
    first = came[0]
    about = first.event.about
    names = [i for i in (about.source_id, about.business_id) if i]
    again = [
        {"logged_at": iso(a.logged_at), "log": a.source, "seq": a.seq, "item": a.item, **_fate(view, a)}
        | {"payload": "equal" if a.body == first.body else "differs"}
        for a in came[1:]
    ]
    return {
        "event": event_shown(first.event) | {"identity": names[0] if names else ""},
        "received": {
            "at": iso(about.received_at),
            "logged_at": iso(first.logged_at),
            "log": first.source,
            "seq": first.seq,
            "item": first.item,
            "shard": first.shard,
            "times": len(came),
            "duplicates": sum(1 for one in again if one["outcome"] == "duplicate"),
        },
        "decoded": {
            "kind": first.kind,
            "dialect": _dialect(view, about.source if first.source == REDRIVE else first.source),
            "mapping": first.mapping,
            "historical": about.historical,
            "quiet": about.quiet,
            "sealed_fields": sorted(s.field for s in about.sealed),
        },
        "again": again,
        "folded": _folded(view, first, names, changes.get(first.where)),
        "signals": _signals(came, changes),
    }


def _changed(change: Change | None) -> Json:
    """What it changed, before and after."""
    if change is None:
        return {"changed": None, "not_recomputed": f"the player has more than {MOST_EVENTS:,} events, or it is one of "
                f"more than {MOST_SHOWN} of this id"}  # fmt: skip
    return {"changed": [msgspec.structs.asdict(each) for each in change.differences]}


def _signals(came: list[Arrival], changes: dict[Place, Change]) -> list[tuple[str, str]]:
    """What the fold told of it: kind and subject, the event itself among them. Profile fields each for itself."""
    found: dict[tuple[str, str], None] = {}
    for arrival in came:
        about = arrival.event.about
        tag = type(arrival.event).__struct_config__.tag
        found[tag, subject_of(tag, about.source_id, about.business_id, about.occurred_at)] = None
        change = changes.get(arrival.where)
        for kind, subject in change.told if change is not None else ():
            found[kind, subject] = None
            if kind == "profile_changed":
                at, _, names = subject.partition("/")
                cause = about.source_id or about.business_id or ""
                found |= {(kind, f"{name}/{at}/{cause}"): None for name in names.split(",")}
    return list(found)


def _dialect(view: HubView, source: str) -> str:
    section = view.settings.sources.get(source)
    return section.dialect if section is not None else ("countroom" if source == ADMIN else "")


def _folded(view: HubView, first: Arrival, names: list[str], change: Change | None) -> Json:
    fate = _fate(view, first, usual="folded")
    if fate["outcome"] != "folded":
        return fate
    about = first.event.about
    shard = view.shards[view.shard_of(about.brand, about.player)]
    request: Json = {"list": "fact", "brand": about.brand, "player": about.player, "identities": names}
    request["anchors"] = sorted({anchor(name) for name in names})
    fact = shard.read_list(request)
    return fate | (fact or {}) | _changed(change)


def _fate(view: HubView, arrival: Arrival, usual: str = "duplicate") -> Json:
    """What the fold made of an arrival: `waiting`, `refused` with its reason, or what is usual."""
    try:
        shard = view.shards[arrival.shard]
        status = shard.status()
        if int(status["positions"].get(arrival.source, 0)) < arrival.seq:
            return {"outcome": "waiting"}
        row = refusal_at(shard, arrival.source, (arrival.seq, arrival.item), last=int(status["refusals"]))
    except Unavailable as away:
        return {"outcome": "unknown", "detail": str(away)}
    if row is None:
        return {"outcome": usual}
    named = {name: row[name] for name in ("reason", "path", "detail")}
    return {"outcome": "refused", "number": f"shard.{arrival.shard}.{row['number']}", **named}
