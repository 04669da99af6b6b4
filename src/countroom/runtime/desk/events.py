"""Events, as the admin API asks for them."""

from collections.abc import Iterator
from typing import Any

from countroom.core.instants import Instant
from countroom.runtime import event_search, event_story, event_tail
from countroom.runtime.desk.told import Told
from countroom.runtime.view import HubView

Json = dict[str, Any]


class EventsDesk:
    """Events out of the logs."""

    def __init__(self, view: HubView, told: Told) -> None:
        self._view = view
        self._told = told

    def find(self, wanted: str) -> Iterator[Json]:
        """Progress objects and hits, as the scan goes on."""
        return event_search.find(self._view, wanted)

    def why(self, wanted: str, *, player: str, at: Instant | None) -> Iterator[Json]:
        """Progress objects, and for each event with this id what became of it."""
        for line in event_story.why(self._view, wanted, player=player, at=at):
            story = line.get("story")
            if story is not None:
                signals = story.pop("signals")
                if story["folded"]["outcome"] == "folded":
                    story["delivered"] = self._told.of(story, signals)
            yield line

    def latest(self, after: dict[str, int] | None, *, limit: int) -> Json:
        """`items` that the logs took since positions in them; without, the last few."""
        return event_tail.latest(self._view, after, limit=limit)
