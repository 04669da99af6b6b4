"""A running hub, asked over its admin API."""

import getpass
import http.client
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from countroom.cli.exits import Status, Stop
from countroom.cli.options import Options

_TIMEOUT_S = 60.0
_STATUSES = {
    400: Status.USAGE,
    401: Status.NOT_ALLOWED,
    403: Status.NOT_ALLOWED,
    404: Status.NOT_FOUND,
    413: Status.USAGE,
    422: Status.USAGE,
    503: Status.UNREACHABLE,
}
_TO_PROGRAMS = "GET /api/"
"""So begins what the hub advises to programs; people have the help of a command."""
_OK = range(200, 300)

Json = dict[str, Any]


class HubClient:
    """Asks one hub."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token

    def get(self, path: str) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        return self._ask("GET", path)

    def post(self, path: str, body: Json) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        return self._ask("POST", path, body=body)

    def delete(self, path: str) -> Json:
        """What the hub answers.

        Raises:
            Stop: it does not answer, or says no.
        """
        return self._ask("DELETE", path)

    def lines(self, path: str) -> Iterator[Json]:
        """What the hub answers, line by line, as it comes.

        Raises:
            Stop: it does not answer, or says no.
        """
        connection, answer = self._open("GET", path, body=None)
        try:
            if answer.status not in _OK:
                raise said_no(answer.status, answer.read())
            yield from stopped_on_the_way(json.loads(line) for line in answer)
        except (OSError, http.client.HTTPException) as error:
            raise self._away(error) from error
        finally:
            connection.close()

    def _ask(self, method: str, path: str, *, body: Json | None = None) -> Json:
        connection, answer = self._open(method, path, body=body)
        try:
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._away(error) from error
        finally:
            connection.close()
        if answer.status not in _OK:
            raise said_no(answer.status, content)
        found: Json = json.loads(content)
        return found

    def _open(
        self, method: str, path: str, *, body: Json | None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        parts = urlsplit(self._url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
        headers = headers_of() | {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            connection.request(method, parts.path + path, json.dumps(body) if body is not None else None, headers)
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise self._away(error) from error

    def _away(self, error: Exception) -> Stop:
        return Stop(
            Status.UNREACHABLE,
            f"{self._url}: the hub does not answer: {error}",
            remedy="see whether it runs: 'countroom status'",
        )


def path_of(*parts: str) -> str:
    """A path out of parts that may hold anything."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def running_hub(options: Options) -> HubClient | None:
    """The hub that is meant, if it runs: the one at --url, else the one on the data directory.

    Raises:
        Stop: its token cannot be read.
    """
    if options.url:
        if options.token_file is None:
            raise Stop(
                Status.USAGE,
                "--url: expected --token-file beside it, found none",
                remedy="the token lies in run/admin.token of the hub's data directory",
            )
        return HubClient(options.url, _token(options.token_file))
    from countroom.runtime.endpoints import read_endpoints

    place = options.place()
    endpoints = read_endpoints(place)
    return HubClient(endpoints.api.url, _token(place / "run" / "admin.token")) if endpoints else None


def _token(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except OSError as error:
        what = f"{path}: expected the admin token, cannot read it: {error.strerror}"
        raise Stop(Status.NOT_ALLOWED, what, remedy="run the command as the user who runs the hub") from error


def headers_of() -> dict[str, str]:
    """What says on whose behalf a command asks: the user of this machine."""
    try:
        return {"x-countroom-user": getpass.getuser()}
    except (OSError, KeyError):
        return {}  # A user without a name, as in some containers.


def stopped_on_the_way(lines: Iterable[Json]) -> Iterator[Json]:
    """The lines, up to one that says what went wrong.

    Raises:
        Stop: one does.
    """
    for line in lines:
        if "problem" in line:
            problem = line["problem"]
            raise said_no(problem["status"], json.dumps(problem).encode())
        yield line


def said_no(status: int, content: bytes) -> Stop:
    """What the hub's refusal is for a command."""
    try:
        problem = json.loads(content)
        what, remedy = _where(problem) + problem["detail"], problem.get("remedy", "")
    except (ValueError, KeyError, TypeError):
        what, remedy = f"the hub answered {status}", ""
    if remedy.startswith(_TO_PROGRAMS):
        remedy = "the same command with --help shows what it takes"
    return Stop(_STATUSES.get(status, Status.FAILURE), what, remedy=remedy)


def _where(problem: Json) -> str:
    """The name of what was wrong, where the text does not begin with it anyway."""
    place, _, path = problem.get("path", "").partition(" ")
    name = path.removeprefix("$").removeprefix(".")
    is_named = not name or problem["detail"].startswith(name)
    return "" if problem["status"] not in {400, 422} or place == "path" or is_named else f"{name}: "
