"""Errors as RFC 9457 problem details: what, where, what to do. Each kind has a code that never changes."""

from enum import Enum
from typing import Final, Self

import msgspec

from countroom.core.errors import Contradicted, CountroomError, Missing, SettingsError, Unavailable

MEDIA: Final = "application/problem+json"
_encode: Final = msgspec.json.Encoder().encode


class Kind(Enum):
    """Every kind of problem there is; docs/reference/api.md has a line for each."""

    UNAUTHORIZED = ("CR-1001", 401, "No token or key that counts", "'countroom key create' makes a key")
    FORBIDDEN = ("CR-1002", 403, "The key's scope does not reach so far", "'countroom key create' makes one")
    NO_SUCH_PATH = ("CR-1003", 404, "Nothing is served there", "GET /api/openapi.json shows what is")
    METHOD_NOT_ALLOWED = ("CR-1004", 405, "Not with this method", "take one that the header Allow names")
    MALFORMED = ("CR-1005", 400, "The request cannot be understood", "GET /api/openapi.json shows what it takes")
    TOO_LARGE = ("CR-1006", 413, "The request is too large", "ask in several parts")
    MISSING = ("CR-1007", 404, "What was named is not there", "the list of its kind shows what there is")
    CONTRADICTED = ("CR-1008", 409, "It contradicts what stands", "look at what stands, and ask again")
    UNUSABLE = (
        "CR-1009",
        422,
        "The request cannot be carried out as it stands",
        "change what the detail names; 'countroom settings show' shows what is configured",
    )
    UNAVAILABLE = ("CR-1010", 503, "A part of the hub does not answer now", "ask again in a second")
    FAULT = ("CR-1011", 500, "A fault of ours", "report it, with the request_id and what the hub logged")

    def __init__(self, code: str, status: int, title: str, remedy: str) -> None:
        self.code = code
        self.status = status
        self.title = title
        self.remedy = remedy
        """What to do where nothing better is known."""

    @property
    def uri(self) -> str:
        """What RFC 9457 calls the type."""
        return f"urn:countroom:problem:{self.name.lower().replace('_', '-')}"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One error, as answered."""

    type: str
    title: str
    status: int
    code: str
    """Stable: for programs."""
    detail: str
    path: str = ""
    """Which part of the request it is about; absent where it is about the hub."""
    remedy: str = ""
    """What to do."""
    request_id: str = ""
    """As in the header X-Request-Id, and in the audit log."""


class Refusal(CountroomError):
    """A request that is answered with a problem."""

    def __init__(self, kind: Kind, detail: str, *, path: str = "", remedy: str = "", allow: str = "") -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.path = path
        self.remedy = remedy
        self.allow = allow

    @classmethod
    def of(cls, error: CountroomError) -> Self:
        """The refusal that an error of the house becomes."""
        match error:
            case cls():
                return error
            case Missing():
                return cls(Kind.MISSING, str(error), remedy=error.remedy)
            case Contradicted():
                return cls(Kind.CONTRADICTED, str(error), remedy=error.remedy)
            case SettingsError():
                return cls(Kind.UNUSABLE, str(error))
            case Unavailable():
                return cls(Kind.UNAVAILABLE, str(error), remedy=error.remedy)
            case _:
                return cls(Kind.FAULT, str(error))

    def problem(self, request_id: str) -> Problem:
        """As answered."""
        return Problem(
            type=self.kind.uri,
            title=self.kind.title,
            status=self.kind.status,
            code=self.kind.code,
            detail=self.detail,
            path=self.path,
            remedy=self.remedy or self.kind.remedy,
            request_id=request_id,
        )

    def headers(self) -> dict[str, str]:
        """What goes beside the problem."""
        match self.kind:
            case Kind.UNAUTHORIZED:
                return {"WWW-Authenticate": "Bearer"}
            case Kind.METHOD_NOT_ALLOWED:
                return {"Allow": self.allow}
            case Kind.UNAVAILABLE:
                return {"Retry-After": "1"}
            case _:
                return {}

    def body(self, request_id: str) -> bytes:
        """As JSON."""
        return _encode(self.problem(request_id))
