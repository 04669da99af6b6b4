"""The application: routes, the token in front of them, errors in one form."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from countroom.api.openapi import DOCUMENT
from countroom.api.parts import ApiParts, Json
from countroom.api.problems import Problem, answer
from countroom.core.errors import SettingsError, Unavailable

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]
_MOST_BODY_BYTES = 64 * 1024
_RETRY = {"Retry-After": "1"}


class KeyWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/keys`."""

    source: str
    brands: tuple[str, ...] = ()
    label: str = ""


class Api:
    """The handlers of one hub."""

    def __init__(self, parts: ApiParts) -> None:
        self._hub = parts.hub
        self._is_token = parts.is_token

    def application(self) -> Starlette:
        """The ASGI application."""
        open_to_all = [
            Route("/livez", self.live),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]
        guarded: list[tuple[str, str, Handler]] = [
            ("GET", "/api/status", self.status),
            ("GET", "/api/players/{brand}/{player:path}", self.player),
            ("GET", "/api/keys", self.keys),
            ("POST", "/api/keys", self.create_key),
            ("DELETE", "/api/keys/{key_id}", self.revoke_key),
            ("GET", "/api/quarantine", self.quarantine),
            ("GET", "/api/quarantine/{number}", self.quarantined),
            ("GET", "/api/events", self.events),
            ("GET", "/api/openapi.json", self.openapi),
        ]
        by_path: dict[str, dict[str, Handler]] = {}
        for method, path, handler in guarded:
            by_path.setdefault(path, {})[method] = handler
        routes = [Route(path, _Methods(methods, self._is_token)) for path, methods in by_path.items()]
        return Starlette(
            routes=[*open_to_all, *routes],
            exception_handlers={HTTPException: _http_problem, Unavailable: _away, SettingsError: _unusable},
        )

    async def live(self, _request: Request) -> Response:
        """The process answers."""
        return Response("ok\n", media_type="text/plain")

    async def ready(self, request: Request) -> Response:
        """Every named check, or only the verdict."""
        checks = await _in_thread(self._hub.checks)
        is_ready = not any(check.fault for check in checks)
        lines = [f"[{'-' if check.fault else '+'}] {check.name}: {check.fault or 'ok'}\n" for check in checks]
        verdict = "ok\n" if is_ready else "not ready\n"
        text = "".join(lines) + verdict if "verbose" in request.query_params else verdict
        return Response(text, status_code=200 if is_ready else 503, media_type="text/plain")

    async def metrics(self, _request: Request) -> Response:
        """For Prometheus."""
        return Response(await _in_thread(self._hub.metrics), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def status(self, _request: Request) -> Response:
        """Where everything stands."""
        return _json(await _in_thread(self._hub.status))

    async def player(self, request: Request) -> Response:
        """One player document."""
        brand, player = request.path_params["brand"], request.path_params["player"]
        found = await _in_thread(lambda: self._hub.player(brand, player))
        if found is None:
            return answer(
                Problem(
                    status=404,
                    code="player_not_found",
                    path=f"{brand}/{player}",
                    detail=f"player {brand}/{player}: nothing known by this id",
                    remedy="brands and player ids are taken letter by letter; 'countroom status' shows what arrives",
                )
            )
        return _json(found)

    async def keys(self, _request: Request) -> Response:
        """All keys."""
        return _json({"keys": await _in_thread(self._hub.keys)})

    async def create_key(self, request: Request) -> Response:
        """A new key; the only answer that holds the secret."""
        try:
            wanted = msgspec.json.decode(await _body(request), type=KeyWanted)
        except msgspec.MsgspecError as error:
            detail, _, path = str(error).partition(" - at ")
            return answer(Problem(status=400, code="malformed", detail=detail, path=path.strip("`") or "$"))
        made = await _in_thread(lambda: self._hub.create_key(wanted.source, wanted.brands, label=wanted.label))
        return _json(made, status=201)

    async def revoke_key(self, request: Request) -> Response:
        """Take a key back."""
        key_id = request.path_params["key_id"]
        key = await _in_thread(lambda: self._hub.revoke_key(key_id))
        return (
            _json(key)
            if key
            else _missing("key_not_found", f"key {key_id}: there is none", remedy="countroom key list")
        )

    async def quarantine(self, _request: Request) -> Response:
        """What was refused, in groups."""
        return _json({"groups": await _in_thread(self._hub.quarantine)})

    async def quarantined(self, request: Request) -> Response:
        """One refused thing."""
        number = request.path_params["number"]
        found = await _in_thread(lambda: self._hub.quarantined(number))
        if found is None:
            return _missing("refusal_not_found", f"refusal {number}: there is none", remedy="countroom quarantine list")
        return _json(found)

    async def events(self, request: Request) -> Response:
        """Hits and progress, a line each, as the scan goes on."""
        wanted = request.query_params.get("id", "")
        if not wanted:
            return answer(Problem(status=400, code="malformed", detail="expected the parameter id", path="query id"))
        lines = self._hub.find_event(wanted)
        return StreamingResponse(_lines(lines), media_type="application/x-ndjson")

    async def openapi(self, _request: Request) -> Response:
        """This API, described."""
        return _json(DOCUMENT)


class _Methods:
    """One path: the token is looked at first, then the method."""

    def __init__(self, handlers: dict[str, Handler], is_token: Callable[[bytes], bool]) -> None:
        self._handlers = handlers
        self._is_token = is_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        response = await self._answer(request)
        app: ASGIApp = response
        await app(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._is_token(token.strip().encode()):
            return answer(
                Problem(
                    status=401,
                    code="unauthorized",
                    path="header Authorization",
                    detail="expected Bearer and the admin token of this hub",
                    remedy="it lies in run/admin.token of the data directory",
                ),
                **{"WWW-Authenticate": "Bearer"},
            )
        handler = self._handlers.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = ", ".join(sorted(self._handlers))
            detail = f"expected {allowed}, got {request.method}"
            return answer(Problem(status=405, code="method_not_allowed", detail=detail, path="method"), Allow=allowed)
        return await handler(request)


async def _in_thread(call: Callable[[], T]) -> T:
    return await asyncio.to_thread(call)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY_BYTES:
            raise HTTPException(413, f"expected at most {_MOST_BODY_BYTES} bytes")
    return body


async def _lines(objects: Iterator[Json]) -> Any:
    done = object()
    while (line := await asyncio.to_thread(next, objects, done)) is not done:
        yield msgspec.json.encode(line) + b"\n"


def _json(value: object, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _missing(code: str, detail: str, *, remedy: str) -> Response:
    return answer(Problem(status=404, code=code, detail=detail, remedy=f"'{remedy}' shows what there is"))


async def _http_problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    remedy = "GET /api/openapi.json shows what is served" if status == 404 else ""  # noqa: PLR2004 - HTTP's own
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(status, "error")
    return answer(Problem(status=status, code=code, detail=detail, path="path", remedy=remedy))


async def _away(_request: Request, error: Exception) -> Response:
    return answer(Problem(status=503, code="unavailable", detail=str(error), remedy="ask again in a second"), **_RETRY)


async def _unusable(_request: Request, error: Exception) -> Response:
    return answer(Problem(status=422, code="unusable", detail=str(error)))
