"""The admin API over HTTP: requests in, answers out; what they say is the dispatcher's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from countroom.api.dispatch import MOST_BODY_BYTES, Answer, Asked, Dispatcher
from countroom.api.parts import ApiParts
from countroom.api.table import TABLE

_END: Final = b""


def application(parts: ApiParts) -> ASGIApp:
    """The ASGI application."""
    dispatcher = Dispatcher(parts, TABLE)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked = Asked(
            method=request.method,
            path=scope["raw_path"].decode("ascii", "replace"),
            query=scope["query_string"].decode("ascii", "replace"),
            headers=dict(request.headers.items()),
            body=await _body(request),
        )
        response = _response(await asyncio.to_thread(dispatcher.answer, asked))
        await response(scope, receive, send)

    return app


async def _body(request: Request) -> bytes:
    """The body, or as much of it as shows that it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            break
    return body


def _response(answer: Answer) -> Response:
    if isinstance(answer.content, bytes):
        return Response(answer.content, status_code=answer.status, headers=answer.headers)
    return StreamingResponse(_lines(answer.content), status_code=answer.status, headers=answer.headers)


async def _lines(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    while line := await asyncio.to_thread(next, lines, _END):
        yield line
