r"""What the intake answers, byte for byte.

Errors have the shape of Fast Track's own validator, a list of `Path` and `Error`, in an object:

    {"errors": [{"Path": "$.amount", "Error": "bad_amount: expected a plain decimal number, got \"NaN\""}]}

`Path` is the JSON path in the body; for what is not in the body it names the part of the request
(`header X-Api-Key`, `method`, `path`, `body`).
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec

from countroom.core.rejection import Rejection

Answer = tuple[dict[str, Any], dict[str, Any]]
"""The two messages of an ASGI response."""

_CLOSE: Final = (b"connection", b"close")
_JSON: Final = (b"content-type", b"application/json")
_encode = msgspec.json.Encoder().encode


def answer(status: int, body: bytes, *extra: tuple[bytes, bytes]) -> Answer:
    """An answer in JSON."""
    headers = [_JSON, (b"content-length", b"%d" % len(body)), *extra]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


OK: Final = answer(200, b'{"status":"ok"}')


def refused(rejections: Sequence[Rejection]) -> Answer:
    """400: all that is wrong with the body, each with its place."""
    return _errors(400, ((r.path, f"{r.reason}: {r.detail}") for r in rejections))


def unknown_key(*, is_presented: bool) -> Answer:
    """401: no key, or none of ours."""
    found = "one that is not known" if is_presented else "none"
    text = f"unauthorized: expected a key of this hub, found {found}; have one made with 'countroom key create'"
    return _errors(401, [("header X-Api-Key", text)], (b"www-authenticate", b"Bearer"))


def forbidden(text: str) -> Answer:
    """403: a key of ours that may not."""
    return _errors(403, [("header X-Api-Key", f"forbidden: {text}")])


def not_found(served: Iterable[str]) -> Answer:
    """404, with the paths that are served."""
    return _errors(404, [("path", f"not_found: expected one of {', '.join(served)}")])


def wrong_method(allowed: Iterable[str]) -> Answer:
    """405, with the methods that this path takes."""
    methods = ", ".join(sorted(allowed))
    return _errors(405, [("method", f"method_not_allowed: expected {methods}")], (b"allow", methods.encode()))


def too_large(limit: int) -> Answer:
    """413: names the limit."""
    return _errors(413, [("body", f"too_large: expected at most {limit} bytes; send fewer events per request")])


def not_json(found: str) -> Answer:
    """415: the content type plainly says something else than JSON."""
    text = f'unsupported_media_type: expected "application/json", got "{found}"'
    return _errors(415, [("header Content-Type", text)])


def too_many(limit: int, retry_after_s: int) -> Answer:
    """429: this key has too many requests waiting."""
    text = f"throttled: expected at most {limit} requests in flight per key; send again in {retry_after_s} s"
    return _errors(429, [("header X-Api-Key", text)], _retry(retry_after_s))


def away(reason: str, retry_after_s: int) -> Answer:
    """503: nothing was recorded, send again."""
    return _errors(503, [("", f"unavailable: {reason}; send again in {retry_after_s} s")], _retry(retry_after_s))


def head_too_large(limit: int) -> Answer:
    """431: request line and headers; the connection ends."""
    return _errors(431, [("headers", f"head_too_large: expected at most {limit} bytes of headers")], _CLOSE)


def too_slow(part: str, limit_s: float) -> Answer:
    """408: a request was begun and not finished in time; the connection ends."""
    return _errors(408, [(part, f"too_slow: expected the {part} within {limit_s:g} s")], _CLOSE)


def our_fault() -> Answer:
    """500: a fault in the intake itself; the connection ends."""
    return _errors(500, [("", "fault: the intake failed; its log says why; send again later")], _CLOSE)


def on_the_wire(answer: Answer) -> bytes:
    """An answer as bytes, for where no request can be answered any more; the connection ends."""
    start, body = answer
    status = cast(int, start["status"])
    headers = dict(cast(list[tuple[bytes, bytes]], start["headers"])) | dict([_CLOSE])
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers.items()]
    return b"\r\n".join([*lines, b"", cast(bytes, body["body"])])


def plain(status: int, text: str) -> Answer:
    """Text for people and probes."""
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


def _errors(status: int, errors: Iterable[tuple[str, str]], *extra: tuple[bytes, bytes]) -> Answer:
    body = _encode({"errors": [{"Path": path, "Error": text} for path, text in errors]})
    return answer(status, body, *extra)


def _retry(after_s: int) -> tuple[bytes, bytes]:
    return b"retry-after", b"%d" % max(1, after_s)
