"""A request answered: the route found, the asker known, what goes in checked, errors in one form.

Knows nothing of sockets: the server asks it for a hub that runs, a command for one that is stopped.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, Literal, get_args, get_origin
from urllib.parse import parse_qsl, unquote

import msgspec

from countroom.api.parts import ApiParts, Caller
from countroom.api.problems import MEDIA, Kind, Refusal
from countroom.api.route import RANK, Call, Reply, Route
from countroom.core.audit import Mandate
from countroom.core.errors import CountroomError

MOST_BODY_BYTES: Final = 64 * 1024
_ENOUGH: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_ID_BYTES: Final = 8
_log: Final = logging.getLogger(__name__)
_encode: Final = msgspec.json.encode


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as it came."""

    method: str
    path: str
    """Percent-encoded."""
    query: str = ""
    headers: Mapping[str, str] = {}
    """Names in lower case."""
    body: bytes = b""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    content: bytes | Iterator[bytes]
    """An iterator takes its time with each line."""


class Dispatcher:
    """The routes of one hub. For threads."""

    def __init__(self, parts: ApiParts, table: Sequence[Route]) -> None:
        self._parts = parts
        self._by_path: list[tuple[tuple[str, ...], dict[str, Route]]] = []
        by_path: dict[tuple[str, ...], dict[str, Route]] = {}
        for route in table:
            by_path.setdefault(route.segments, {})[route.method] = route
        # What is written out goes before a parameter: /players/find is nobody's document.
        self._by_path = sorted(by_path.items(), key=lambda entry: [part.startswith("{") for part in entry[0]])

    def answer(self, asked: Asked, caller: Caller | None = None) -> Answer:
        """The answer; never an exception of the house. `caller` is given for who needs no token."""
        given = asked.headers.get("x-request-id", "")
        request_id = given if _ENOUGH.fullmatch(given) else f"req_{self._parts.chance(_ID_BYTES).hex()}"
        beside = {"X-Request-Id": request_id}
        try:
            return self._answered(asked, caller, request_id=request_id, beside=beside)
        except CountroomError as error:
            refusal = Refusal.of(error)
        except Exception:  # noqa: BLE001 - told in the one form of errors; the log has the rest
            _log.exception("request %s failed", request_id)
            refusal = Refusal(
                Kind.FAULT, "the hub made a mistake over this request; nothing is known to be amiss with it"
            )
        headers = {**beside, **refusal.headers(), "Content-Type": MEDIA}
        return Answer(status=refusal.kind.status, headers=headers, content=refusal.body(request_id))

    def _answered(self, asked: Asked, caller: Caller | None, *, request_id: str, beside: dict[str, str]) -> Answer:
        found = self._found(asked.path)
        is_open = found is not None and all(route.scope == "open" for route in found[0].values())
        if not is_open:
            caller = caller or self._caller(asked)
        if found is None:
            raise Refusal(
                Kind.NO_SUCH_PATH, "nothing is served there", path="path", remedy="GET /api/openapi.json shows what is"
            )
        methods, values = found
        route = methods.get("GET" if asked.method == "HEAD" else asked.method)
        if route is None:
            allowed = ", ".join(sorted(methods))
            what = f"expected {allowed}, got {asked.method}"
            raise Refusal(Kind.METHOD_NOT_ALLOWED, what, path="method", allow=allowed)
        who = caller or Caller("nobody", "open")
        _allow(who, route)
        call = Call(
            path=values,
            query=_query(asked, route),
            body=_body(asked, route),
            mandate=self._mandate(asked, who, route=route, request_id=request_id),
        )
        try:
            return _told(route, route.handle(self._parts, call), beside)
        except CountroomError as error:
            raise _placed(Refusal.of(error), route) from error

    def _found(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """The routes of a path, by method, and the values of its parameters. What matches best comes first."""
        parts = path.strip("/").split("/")
        merged: dict[str, Route] = {}
        values: dict[str, str] = {}
        for segments, methods in self._by_path:
            if len(segments) == len(parts) and all(
                segment.startswith("{") or segment == part for segment, part in zip(segments, parts, strict=True)
            ):
                values |= {
                    segment[1:-1]: unquote(part)
                    for segment, part in zip(segments, parts, strict=True)
                    if segment.startswith("{")
                }
                for method, route in methods.items():
                    merged.setdefault(method, route)
        return (merged, values) if merged else None

    def _caller(self, asked: Asked) -> Caller:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        caller = self._parts.caller(token.strip().encode()) if scheme.lower() == "bearer" else None
        if caller is None:
            raise Refusal(
                Kind.UNAUTHORIZED,
                "expected Bearer and the admin token of this hub, or a key of scope read, operate or admin",
                path="header Authorization",
                remedy="the token lies in run/admin.token of the data directory; 'countroom key create' makes a key",
            )
        return caller

    def _mandate(self, asked: Asked, caller: Caller, *, route: Route, request_id: str) -> Mandate:
        user = asked.headers.get("x-countroom-user", "")
        once = asked.headers.get("idempotency-key", "") if route.creates else ""
        if once and not _ENOUGH.fullmatch(once):
            raise Refusal(
                Kind.MALFORMED,
                "expected 1 to 64 letters, digits or any of . _ @ -",
                path="header Idempotency-Key",
            )
        what = f"{asked.method} {asked.path}\n".encode() + asked.body
        return Mandate(
            who=f"{caller.name} ({user})" if _ENOUGH.fullmatch(user) else caller.name,
            at=self._parts.clock(),
            request_id=request_id,
            once=once,
            fingerprint=blake2b(what, digest_size=16).hexdigest() if once else "",
        )


def _allow(caller: Caller, route: Route) -> None:
    if RANK[caller.scope] < RANK[route.scope]:
        raise Refusal(
            Kind.FORBIDDEN,
            f"expected a key of scope {route.scope}, got one of scope {caller.scope}",
            path="header Authorization",
            remedy=f"'countroom key create --scope {route.scope}' makes one",
        )


def _query(asked: Asked, route: Route) -> Any:
    if route.query is None:
        return None
    given: dict[str, str] = {}
    for name, value in parse_qsl(asked.query, keep_blank_values=True):
        if name in given:
            raise Refusal(Kind.MALFORMED, "expected it once, found it twice", path=f"query {name}")
        given[name] = value
    wanted: type[msgspec.Struct] = route.query
    return _understood(lambda: msgspec.convert(given, wanted, strict=False), "query", wanted)


def _body(asked: Asked, route: Route) -> Any:
    if len(asked.body) > MOST_BODY_BYTES:
        raise Refusal(Kind.TOO_LARGE, f"expected at most {MOST_BODY_BYTES} bytes", path="body")
    if route.body is None:
        return None
    wanted: type[msgspec.Struct] = route.body
    return _understood(lambda: msgspec.json.decode(asked.body or b"{}", type=wanted), "body", wanted)


def _understood(read: Callable[[], Any], place: str, wanted: type[msgspec.Struct]) -> Any:
    try:
        return read()
    except msgspec.MsgspecError as error:
        detail, _, path = str(error).partition(" - at ")
        path = path.strip("`") or "$"
        if words := _words_of(wanted, path.removeprefix("$.")):
            detail = f"expected one of {', '.join(words)}: {detail}"
        shown = path.removeprefix("$.") if place == "query" else path
        raise Refusal(Kind.MALFORMED, detail, path=f"{place} {shown}") from error
    except RecursionError as error:
        raise Refusal(Kind.MALFORMED, "nested too deep", path=place) from error


def _words_of(wanted: type[msgspec.Struct], name: str) -> list[str]:
    """The words that a field may have, where it has a choice of them."""
    field = next((each for each in msgspec.structs.fields(wanted) if each.encode_name == name), None)
    words = get_args(field.type) if field is not None and get_origin(field.type) is Literal else ()
    return [word for word in words if isinstance(word, str) and word]


def _placed(refusal: Refusal, route: Route) -> Refusal:
    """The refusal with the part of the request that it is about, where who refused could not know it."""
    if refusal.path or refusal.kind in {Kind.UNAVAILABLE, Kind.FAULT}:
        return refusal
    named = refusal.detail.partition(":")[0].partition(",")[0]
    for place, fields in (("body", route.body), ("query", route.query)):
        if fields is not None and named in fields.__struct_fields__:
            refusal.path = f"query {named}" if place == "query" else f"body $.{named}"
            return refusal
    of_path = [segment[1:-1] for segment in route.segments if segment.startswith("{")]
    refusal.path = f"path {of_path[-1]}" if of_path else "body $" if route.body is not None else "query"
    return refusal


def _told(route: Route, value: Any, beside: Mapping[str, str]) -> Answer:
    if route.lines:
        headers = {**beside, "Content-Type": "application/x-ndjson"}
        return Answer(status=route.status, headers=headers, content=_lines(value, beside["X-Request-Id"]))
    reply = value if isinstance(value, Reply) else Reply(content=value, status=route.status, media=route.media)
    content = reply.content if isinstance(reply.content, bytes) else _encode(reply.content)
    return Answer(status=reply.status, headers={**beside, "Content-Type": reply.media}, content=content)


def _lines(objects: Iterator[Any], request_id: str) -> Iterator[bytes]:
    """A line of JSON for each; what goes wrong on the way is the last of them, as a problem."""
    try:
        for line in objects:
            yield _encode(line) + b"\n"
    except CountroomError as error:
        yield _encode({"problem": Refusal.of(error).problem(request_id)}) + b"\n"
