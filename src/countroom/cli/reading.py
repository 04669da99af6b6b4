"""The admin API, of the running hub or out of the files of a stopped one: commands are written once for both."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import headers_of, running_hub, said_no, stopped_on_the_way
from countroom.cli.options import Options

if TYPE_CHECKING:
    from countroom.api.dispatch import Answer
    from countroom.api.parts import ApiParts

Json = dict[str, Any]


class Client(Protocol):
    """Either."""

    def get(self, path: str) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        ...

    def post(self, path: str, body: Json) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        ...

    def delete(self, path: str) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        ...

    def lines(self, path: str) -> Iterator[Json]:
        """What the hub answers, line by line, as it comes.

        Raises:
            Stop: it does not answer, or says no.
        """
        ...


class OwnFiles:
    """The admin API without a server: requests are answered in this process, out of the files."""

    def __init__(self, parts: "ApiParts") -> None:
        from countroom.api.dispatch import Dispatcher
        from countroom.api.parts import Caller
        from countroom.api.table import TABLE

        self._dispatcher = Dispatcher(parts, TABLE)
        self._caller = Caller("command", "admin")

    def get(self, path: str) -> Json:
        """What the hub would answer."""
        return self._ask("GET", path)

    def post(self, path: str, body: Json) -> Json:
        """What the hub would answer."""
        return self._ask("POST", path, json.dumps(body).encode())

    def delete(self, path: str) -> Json:
        """What the hub would answer."""
        return self._ask("DELETE", path)

    def lines(self, path: str) -> Iterator[Json]:
        """What the hub would answer, line by line."""
        answer = self._answer("GET", path, b"")
        if isinstance(answer.content, bytes):
            raise said_no(answer.status, answer.content)
        yield from stopped_on_the_way(json.loads(line) for line in answer.content)

    def _ask(self, method: str, path: str, body: bytes = b"") -> Json:
        answer = self._answer(method, path, body)
        content = answer.content if isinstance(answer.content, bytes) else b"".join(answer.content)
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own
            raise said_no(answer.status, content)
        found: Json = json.loads(content)
        return found

    def _answer(self, method: str, path: str, body: bytes) -> "Answer":
        from countroom.api.dispatch import Asked

        place, _, query = path.partition("?")
        asked = Asked(method=method, path=place, query=query, headers=headers_of(), body=body)
        return self._dispatcher.answer(asked, self._caller)


@contextmanager
def hub(options: Options) -> Iterator[Client]:
    """The running hub if there is one, else the files, which nobody else may have meanwhile.

    Raises:
        Stop: there is neither.
        Locked: another command has the files.
    """
    running = running_hub(options)
    if running is not None:
        yield running
        return
    from countroom.runtime.desk.whole import stopped_desks
    from countroom.runtime.place import Place

    with stopped_desks(Place(options.place())) as parts:
        yield OwnFiles(parts)


def asked(path: str, **query: object) -> str:
    """A path with its query; what is empty is left away."""
    given = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(given)}" if given else path


def pages(client: Client, path: str, *, most: int, **query: object) -> Iterator[Json]:
    """Up to `most` objects of a list, asked for a page at a time."""
    left, cursor = most, ""
    while left > 0:
        page = client.get(asked(path, **query, cursor=cursor, limit=min(left, 500)))
        yield from page["items"]
        left -= len(page["items"])
        cursor = page["next"]
        if not cursor:
            return


def player_of(text: str) -> tuple[str, str]:
    """Brand and player out of BRAND/PLAYER.

    Raises:
        Stop: it is not that.
    """
    brand, slash, own = text.partition("/")
    if not (brand and slash and own):
        raise Stop(Status.USAGE, f"player: expected BRAND/PLAYER, got {text!r}", remedy="for example lucky/4711")
    return brand, own
