"""A batch folded player by player: each player's pages are read, changed and encoded while they are at hand.

The processor waits for memory more than it computes here: a player's pages that are touched once per
batch, and not once per event, cost a third less. What is told and refused is noted by its place in the
batch, and so can be put back into the order in which things were taken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, get_args

from countroom.core.errors import CountroomError
from countroom.core.events import Event
from countroom.core.item import Item
from countroom.core.rejection import Reason, Rejection
from countroom.core.signals import Signal
from countroom.fold.brand_reading import as_read
from countroom.fold.settings import FoldSettings
from countroom.fold.step import FOLDED, UNKNOWN_BRAND, aim, take, turn_of
from countroom.fold.turn import Aim, Pages, Turn

_TAGS: Final = {kind: str(kind.__struct_config__.tag) for kind in get_args(Event)}

Aimed = tuple[int, int, tuple[Event, ...], Sequence[Aim]]
"""Chunk and place in it, the item's events, and where they aim."""


class BatchPages(Pages, Protocol):
    """Pages of a batch: those that are needed are loaded ahead."""

    def load(self, wanted: Iterable[bytes]) -> None:
        """Load these pages in one look-up."""
        ...


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


class Unfoldable(Exception):
    """The fold failed on one item. Pages may have been changed in part: begin anew without it."""

    def __init__(self, place: tuple[int, int], how: str) -> None:
        super().__init__(how)
        self.place = place
        """Chunk, and item in it."""


Skipped = Mapping[tuple[int, int], str]
"""Items to be refused, by chunk and place, and how the fold failed on them."""


class Visits:
    """The items of several chunks by player, in the order in which the players first appear."""

    def __init__(
        self, pages: BatchPages, settings: FoldSettings, chunks: Sequence[Sequence[Item]], skipped: Skipped
    ) -> None:
        """Aim every event, and load what they need."""
        self._came = [ChunkCame() for _ in chunks]
        self._skipped = skipped
        self._visits: dict[tuple[str, str], tuple[Turn | None, list[Aimed]]] = {}
        pages.load(self._aim(pages, settings, chunks))

    def _aim(self, pages: BatchPages, settings: FoldSettings, chunks: Sequence[Sequence[Item]]) -> Iterable[bytes]:
        """Put every item to its player. The keys of all pages that are needed."""
        visits = self._visits
        wanted: list[bytes] = []
        for n, items in enumerate(chunks):
            for m, item in enumerate(items):
                if (n, m) in self._skipped:
                    self._set_aside(n, m, item)
                    continue
                about = item.events[0].about  # All events of an item are of one player.
                key = (about.brand, about.player)
                visit = visits.get(key)
                if visit is None:
                    turn = turn_of(pages, about, settings, to_linked_only=True)
                    visit = visits[key] = (turn, [])
                    if turn is not None:
                        wanted.append(turn.head_key)
                turn, aimed = visit
                events = item.events
                if turn is not None and turn.reads_more:
                    events = tuple(as_read(event, turn.brand) for event in events)
                aims = [aim(turn, event, wanted) for event in events] if turn is not None else []
                aimed.append((n, m, events, aims))
        return wanted

    def fold(self, counts: dict[str, int], after_each: Callable[[], None]) -> list[ChunkCame]:
        """Fold everything; what came of each chunk. `counts` counts folded events by tag.

        Raises:
            Unfoldable: the fold failed on an item. Nothing that was done may be kept.
        """
        for turn, aimed in self._visits.values():
            if turn is None:
                self._refuse(aimed)
            else:
                _fold(turn, aimed, self._came, counts)
                after_each()
        return self._came

    def _set_aside(self, n: int, m: int, item: Item) -> None:
        """Refuse an item on which the fold failed, so that all others go on."""
        how = self._skipped[n, m]
        detail = f"expected an event that can be folded, the fold failed with {how}; nothing of it counts"
        self._came[n].refused += 1
        self._came[n].rejections += [(m, k, Rejection(Reason.UNFOLDABLE, detail)) for k in range(len(item.events))]

    def _refuse(self, aimed: Sequence[Aimed]) -> None:
        """Nothing of a brand that is not configured is taken."""
        for n, m, events, _ in aimed:
            came = self._came[n]
            came.refused += 1
            came.rejections += [(m, k, UNKNOWN_BRAND) for k in range(len(events))]


def _fold(turn: Turn, aimed: Sequence[Aimed], of_chunks: Sequence[ChunkCame], counts: dict[str, int]) -> None:
    """One player's turn."""
    turn.begin()
    for n, m, events, aims in aimed:
        came = of_chunks[n]
        signals: list[Signal] = []
        folded = refused = False
        for k, event in enumerate(events):
            try:
                outcome = take(turn, aims[k], event, signals)
            except (CountroomError, MemoryError):
                raise
            except Exception as error:
                raise Unfoldable((n, m), type(error).__name__) from error
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
