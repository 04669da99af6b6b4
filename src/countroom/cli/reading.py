"""What read commands ask, of the running hub or of the files of a stopped one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from countroom.cli.hub_client import HubClient, path_of, running_hub
from countroom.cli.options import Options

Json = dict[str, Any]


class Reads(Protocol):
    """Answers of either."""

    def player(self, brand: str, player: str) -> Json | None:
        """The player document."""
        ...

    def status(self) -> Json:
        """Where everything stands."""
        ...

    def groups(self) -> list[Json]:
        """Refusals in groups."""
        ...

    def refusal(self, number: str) -> Json | None:
        """One refusal."""
        ...

    def events(self, wanted: str) -> Iterator[Json]:
        """Progress and hits."""
        ...


class Asked:
    """The running hub."""

    def __init__(self, hub: HubClient) -> None:
        self._hub = hub

    def player(self, brand: str, player: str) -> Json | None:
        """The player document."""
        return self._hub.get(path_of("api", "players", brand, player))

    def status(self) -> Json:
        """Where everything stands."""
        return self._hub.get("/api/status")

    def groups(self) -> list[Json]:
        """Refusals in groups."""
        groups: list[Json] = self._hub.get("/api/quarantine")["groups"]
        return groups

    def refusal(self, number: str) -> Json | None:
        """One refusal."""
        return self._hub.get(path_of("api", "quarantine", number))

    def events(self, wanted: str) -> Iterator[Json]:
        """Progress and hits."""
        from urllib.parse import urlencode

        return self._hub.lines(f"/api/events?{urlencode({'id': wanted})}")


@contextmanager
def reads(options: Options) -> Iterator[Reads]:
    """The running hub if there is one, else the files, which nobody else may have meanwhile.

    Raises:
        Stop: there is neither.
        Locked: another command has the files.
    """
    hub = running_hub(options)
    if hub is not None:
        yield Asked(hub)
        return
    from countroom.runtime.open_view import stopped_view
    from countroom.runtime.place import Place
    from countroom.runtime.stopped import StoppedHub

    with stopped_view(Place(options.place())) as view:
        yield StoppedHub(view)
