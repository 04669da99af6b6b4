"""A stopped hub answering the same questions as a running one."""

from collections.abc import Iterator

from countroom import __version__
from countroom.runtime import event_search, quarantine
from countroom.runtime.readable import group_shown, refusal_shown
from countroom.runtime.view import HubView, Json


class StoppedHub:
    """Answers out of the files."""

    def __init__(self, view: HubView) -> None:
        self._view = view
        self.player = view.player

    def status(self) -> Json:
        """Where everything stands; no process runs."""
        about = {"version": __version__, "data_dir": str(self._view.place.root), "is_ready": False, "processes": []}
        return {**about, **self._view.status()}

    def groups(self) -> list[Json]:
        """Refusals in groups."""
        return [group_shown(group) for group in quarantine.groups(self._view)]

    def refusal(self, number: str) -> Json | None:
        """One refusal, masked."""
        waiting = quarantine.one(self._view, number)
        return refusal_shown(waiting) if waiting else None

    def events(self, wanted: str) -> Iterator[Json]:
        """Progress and hits."""
        return event_search.find(self._view, wanted)
