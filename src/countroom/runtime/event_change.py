"""What an event changed, found by folding its player's events again in memory: before it, and after it.

The shard keeps what stands and not what stood. So the player's events are folded anew, up to the one that is asked
about, in the order in which the logs took them; what his timers did in between is left out.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any, Final, NamedTuple

import msgspec

from countroom.config.switches import fold_settings
from countroom.core.ids import PlayerKey
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.fold.document import document
from countroom.fold.memory import Folded, MemoryPages, fold_all
from countroom.fold.step import exactly
from countroom.runtime.differences import Difference, between
from countroom.runtime.log_scan import chunks_after, opened, sources_of
from countroom.runtime.view import HubView, Json

MOST_EVENTS: Final = 20_000
"""Of a player, that are folded again for one answer."""
MOST_SHOWN: Final = 50
"""Events of one answer whose changes are shown."""
_TELL_EVERY: Final = 20_000
_decode: Final = msgspec.msgpack.Decoder(list[Item]).decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Place(NamedTuple):
    """Where an event lies: log, chunk, item, and its place within the item."""

    source: str
    seq: int
    item: int
    number: int


class Change(msgspec.Struct, frozen=True):
    """What one arrival did."""

    differences: list[Difference]
    told: list[tuple[str, str]]
    """Kind and subject of each signal that the fold gave."""


class Came(NamedTuple):
    """One event of the player, in the order of arrival."""

    logged_at: Instant
    place: Place
    event: Any


def recomputed(view: HubView, player: PlayerKey, places: Iterable[Place]) -> Iterator[Json]:
    """Objects with `progress`, and last `changes`: what came of each place; none when he has too many events.

    Only the first `MOST_SHOWN` places are looked at.
    """
    wanted = set(sorted(places)[:MOST_SHOWN])
    came: list[Came] = []
    for found in _events_of(view, player):
        if isinstance(found, dict):
            yield found
            continue
        came.append(found)
        if len(came) > MOST_EVENTS:
            return
    yield {"changes": _changes(view, player, sorted(came, key=lambda one: one[:2]), wanted)}


def _events_of(view: HubView, player: PlayerKey) -> Iterator[Json | Came]:
    shard, mark = view.shard_of(player.brand, player.player), _encode(player.player)
    for source in sources_of(view):
        with opened(view, source) as segments:
            last = segments.last()
            told = 0
            for chunk in chunks_after(segments, source, 0) if last is not None else ():
                if chunk.received - told >= _TELL_EVERY:
                    told = chunk.received
                    of = last.tail().items if last is not None else told
                    yield {"progress": {"read": told, "of": of, "source": source, "step": "folding again"}}
                # The player's name stands in every event of his: nearly all chunks need no decoding.
                if chunk.shard != shard or mark not in chunk.items:
                    continue
                for n, item in enumerate(_decode(chunk.items)):
                    for m, event in enumerate(item.events):
                        if event.about.key == player:
                            yield Came(chunk.logged_at, Place(source, chunk.seq, n, m), event)


def _changes(view: HubView, player: PlayerKey, came: list[Came], wanted: set[Place]) -> dict[Place, Change]:
    settings = fold_settings(view.settings, version("tzdata"))
    if player.brand not in settings.brands:
        return {}
    folded = Folded(MemoryPages(), settings)
    found: dict[Place, Change] = {}
    for one in came:
        if one.place not in wanted:
            fold_all([one.event], settings, folded)
            continue
        before, told = _document(folded, player), len(folded.signals)
        fold_all([one.event], settings, folded)
        after = _document(folded, player)
        said = [(signal.kind, signal.subject) for signal in folded.signals[told:]]
        found[one.place] = Change(between(before, after), said)
        if len(found) == len(wanted):
            break
    return found


def _document(folded: Folded, player: PlayerKey) -> Json:
    with exactly():
        return document(folded.pages, player, folded.settings.brands[player.brand])
