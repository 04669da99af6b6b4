"""A batch folded player by player: each player's pages are read, changed and encoded while they are at hand.

The processor waits for memory more than it computes here: a player's pages that are touched once per
batch, and not once per event, cost a third less. What is told and refused is noted by its place in the
batch, and so can be put back into the order in which things were taken.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, get_args

from countroom.core.events import Event
from countroom.core.item import Item
from countroom.core.rejection import Rejection
from countroom.core.signals import Signal
from countroom.flow.working import WorkingPages
from countroom.fold.settings import FoldSettings
from countroom.fold.step import FOLDED, UNKNOWN_BRAND, aim, take, turn_of
from countroom.fold.turn import Aim, Turn

_TAGS: Final = {kind: str(kind.__struct_config__.tag) for kind in get_args(Event)}

Aimed = tuple[int, int, Item, Sequence[Aim]]
"""Chunk and place in it, the item, and where its events aim."""


class ChunkCame:
    """What came of one chunk."""

    __slots__ = ("duplicates", "folded", "refused", "rejections", "told")

    def __init__(self) -> None:
        self.folded = self.duplicates = self.refused = 0
        """Items; what one item yields is counted once."""
        self.told: list[tuple[int, list[Signal]]] = []
        """By the item's place."""
        self.rejections: list[tuple[int, int, Rejection]] = []
        """By the places of the item and its event."""

    def signals(self) -> list[Signal]:
        """What was told, in the order of the items."""
        return [signal for _, told in sorted(self.told, key=_place) for signal in told]


def _place(entry: tuple[int, list[Signal]]) -> int:
    return entry[0]


class Visits:
    """The items of several chunks by player, in the order in which the players first appear."""

    def __init__(self, pages: WorkingPages, settings: FoldSettings, chunks: Sequence[Sequence[Item]]) -> None:
        """Aim every event, and load what they need."""
        self._came = [ChunkCame() for _ in chunks]
        self._visits: dict[tuple[str, str], tuple[Turn | None, list[Aimed]]] = {}
        pages.load(self._aim(pages, settings, chunks))

    def _aim(self, pages: WorkingPages, settings: FoldSettings, chunks: Sequence[Sequence[Item]]) -> Iterable[bytes]:
        """Put every item to its player. The keys of all pages that are needed."""
        visits = self._visits
        wanted: list[bytes] = []
        for n, items in enumerate(chunks):
            for m, item in enumerate(items):
                about = item.events[0].about  # All events of an item are of one player.
                key = (about.brand, about.player)
                visit = visits.get(key)
                if visit is None:
                    turn = turn_of(pages, about, settings)
                    visit = visits[key] = (turn, [])
                    if turn is not None:
                        wanted.append(turn.head_key)
                turn, aimed = visit
                aims = [aim(turn, event, wanted) for event in item.events] if turn is not None else []
                aimed.append((n, m, item, aims))
        return wanted

    def fold(self, counts: dict[str, int], after_each: Callable[[], None]) -> list[ChunkCame]:
        """Fold everything; what came of each chunk. `counts` counts folded events by tag."""
        for turn, aimed in self._visits.values():
            if turn is None:
                self._refuse(aimed)
            else:
                _fold(turn, aimed, self._came, counts)
                after_each()
        return self._came

    def _refuse(self, aimed: Sequence[Aimed]) -> None:
        """Nothing of a brand that is not configured is taken."""
        for n, m, item, _ in aimed:
            came = self._came[n]
            came.refused += 1
            came.rejections += [(m, k, UNKNOWN_BRAND) for k in range(len(item.events))]


def _fold(turn: Turn, aimed: Sequence[Aimed], of_chunks: Sequence[ChunkCame], counts: dict[str, int]) -> None:
    """One player's turn."""
    turn.begin()
    for n, m, item, aims in aimed:
        came = of_chunks[n]
        signals: list[Signal] = []
        folded = refused = False
        for k, event in enumerate(item.events):
            outcome = take(turn, aims[k], event, signals)
            if outcome is FOLDED:
                folded = True
                tag = _TAGS[event.__class__]
                counts[tag] = counts.get(tag, 0) + 1
            elif outcome.rejection is not None:
                refused = True
                came.rejections.append((m, k, outcome.rejection))
        if signals:
            came.told.append((m, signals))
        if refused:
            came.refused += 1
        elif folded:
            came.folded += 1
        else:
            came.duplicates += 1
