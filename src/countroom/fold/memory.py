"""The fold over a list of events, pages in memory: for tests, and for trying out what a change would do."""

from collections.abc import Iterable

import msgspec

from countroom.core.events import Event
from countroom.core.ids import PlayerKey
from countroom.core.rejection import Rejection
from countroom.core.signals import Signal
from countroom.fold.document import document
from countroom.fold.figures import Json
from countroom.fold.settings import FoldSettings
from countroom.fold.step import exactly, step


class MemoryPages:
    """Pages in a dictionary."""

    def __init__(self) -> None:
        self.pages: dict[bytes, object] = {}

    def get(self, key: bytes) -> object | None:
        """The page under `key`, or None."""
        return self.pages.get(key)

    def put(self, key: bytes, page: object | None) -> None:
        """Set a page; None removes it."""
        if page is None:
            self.pages.pop(key, None)
        else:
            self.pages[key] = page

    def scan(self, prefix: bytes) -> list[tuple[bytes, object]]:
        """All pages whose key begins with `prefix`, in order of key."""
        return [(key, self.pages[key]) for key in sorted(self.pages) if key.startswith(prefix)]


class Folded(msgspec.Struct):
    """What came of a list of events."""

    pages: MemoryPages
    settings: FoldSettings
    signals: list[Signal] = []
    refused: list[tuple[Event, Rejection]] = []
    players: dict[PlayerKey, None] = {}

    @property
    def documents(self) -> dict[tuple[str, str], Json]:
        """The player documents, by (brand, player)."""
        with exactly():
            return {
                (key.brand, key.player): document(self.pages, key, self.settings.brands[key.brand])
                for key in self.players
            }


def fold_all(events: Iterable[Event], settings: FoldSettings, start: Folded | None = None) -> Folded:
    """Fold events in their order, from nothing or on top of `start`, which is changed."""
    folded = start or Folded(MemoryPages(), settings)
    with exactly():
        for event in events:
            outcome = step(folded.pages, event, settings, folded.signals)
            if outcome.rejection is not None:
                folded.refused.append((event, outcome.rejection))
            folded.players[event.about.key] = None
    return folded
