"""The body of a request, as far as it is wanted."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

_FINE: Final = frozenset(
    {
        b"",
        b"application/json",
        b"application/octet-stream",
        b"application/x-www-form-urlencoded",  # what curl says unless told otherwise, whatever the body is
        b"text/json",
        b"text/plain",
    }
)
_SHOWN_CHARS: Final = 80


class Gone:
    """The client closed before the body was complete."""


def content_fault(headers: Iterable[tuple[bytes, bytes]], limit: int) -> int | str | None:
    """Why the body needs no reading: the limit when it is longer, its type when that is not ours, else None.

    A missing type is no fault, nor is one that says nothing: the body is read as JSON, and that decides.
    """
    for name, value in headers:
        if name == b"content-length":
            # The parser has refused what is no number.
            if int(value) > limit:
                return limit
        elif name == b"content-type":
            if value not in _FINE and not _is_json(value):
                return _shown(value)
        elif name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            return f"{_shown(value)} encoded"
    return None


async def read_body(receive: Callable[[], Awaitable[MutableMapping[str, Any]]], limit: int) -> bytes | int | Gone:
    """The whole body; or the limit as soon as it is passed; or that the client has gone."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return Gone()
    body: bytes = message["body"]
    if not message["more_body"]:
        return body if len(body) <= limit else limit
    parts = [body]
    size = len(body)
    while size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Gone()
        parts.append(message["body"])
        size += len(message["body"])
        if not message["more_body"]:
            return b"".join(parts) if size <= limit else limit
    return limit


def _is_json(value: bytes) -> bool:
    media = value.partition(b";")[0].strip().lower()
    return media in _FINE or media.endswith(b"+json")


def _shown(value: bytes) -> str:
    return value.decode("latin-1")[:_SHOWN_CHARS]
