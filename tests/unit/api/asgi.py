"""An ASGI application asked directly: no socket, no client library."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp


class Answered:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], *, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def ask(app: ASGIApp, method: str, url: str, *, token: str | None = "t0ken", body: bytes = b"") -> Answered:
    """One request, answered."""
    return asyncio.run(_ask(app, method, url, token=token, body=body))


async def _ask(app: ASGIApp, method: str, url: str, *, token: str | None, body: bytes) -> Answered:
    parts = urlsplit(url)
    headers = [(b"host", b"hub")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("hub", 80),
    }
    told: list[MutableMapping[str, Any]] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]
    for_ever = asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        if not given:
            await for_ever.wait()
        return given.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    await app(scope, receive, send)
    start = told[0]
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answered(start["status"], found, body=b"".join(message.get("body", b"") for message in told[1:]))
