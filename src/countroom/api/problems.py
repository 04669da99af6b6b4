"""Errors as RFC 9457 problem details: what, where, what to do."""

from typing import Final

import msgspec
from starlette.responses import Response

_encode: Final = msgspec.json.Encoder().encode
_TITLES: Final = {
    400: "The request cannot be understood",
    401: "No token, or not this hub's",
    404: "Nothing there",
    405: "Not with this method",
    413: "The request is too large",
    422: "The request cannot be carried out as it stands",
    500: "A fault of ours",
    503: "A part of the hub does not answer now",
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One error, as answered."""

    status: int
    code: str
    """Stable: for programs."""
    detail: str
    path: str = ""
    """Which part of the request it is about."""
    remedy: str = ""
    """What to do."""


def answer(problem: Problem, **headers: str) -> Response:
    """The problem as a response."""
    body = {"type": "about:blank", "title": _TITLES.get(problem.status, "Error"), **msgspec.to_builtins(problem)}
    return Response(_encode(body), status_code=problem.status, headers=headers, media_type="application/problem+json")
