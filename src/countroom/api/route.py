"""One operation of the admin API: how it is reached, who may, what goes in and out, and what does it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec

from countroom.api.parts import ApiParts
from countroom.core.audit import Mandate
from countroom.core.instants import Instant, parse

Json = dict[str, Any]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Scope = Literal["open", "read", "operate", "admin"]
RANK: Final[dict[str, int]] = {"open": 0, "read": 1, "operate": 2, "admin": 3}
"""A scope reaches everything of its rank and below."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many")]
Cursor = Annotated[str, msgspec.Meta(description="As `next` of the page before")]
When = Annotated[str, msgspec.Meta(description="An instant in ISO 8601; without a zone it is UTC")]
Reason = Annotated[str, msgspec.Meta(max_length=500, description="Why; it is kept in the audit log")]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request, understood."""

    path: Mapping[str, str]
    query: Any
    """Of the route's `query`."""
    body: Any
    """Of the route's `body`."""
    mandate: Mandate

    def because(self, reason: str) -> Mandate:
        """Whose change it is, and why."""
        return msgspec.structs.replace(self.mandate, reason=reason)


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is not simply a value as JSON with the route's status."""

    content: Any
    """A value; text when `media` is another than JSON."""
    status: int = 200
    media: str = "application/json"


Handle = Callable[[ApiParts, Call], Any]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One operation."""

    method: Method
    path: str
    """Segments; one in braces is a parameter, and may hold anything when it is percent-encoded."""
    scope: Scope
    says: str
    """For people, in the description of the API."""
    handle: Handle
    answer: Any = Json
    """Of what type the answer is."""
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    status: int = 200
    lines: bool = False
    """The answer is an iterator, told line by line as it comes."""
    creates: bool = False
    """Takes an Idempotency-Key."""
    media: str = "application/json"

    @property
    def segments(self) -> tuple[str, ...]:
        """The path in its parts."""
        return tuple(self.path.strip("/").split("/"))


class Listed(msgspec.Struct, frozen=True):
    """A list without more pages."""

    items: list[Json]
    next: str | None = None


def instant(text: str) -> Instant | None:
    """An instant out of a query; None when it is left away.

    Raises:
        ValueError: it is none.
    """
    return parse(text) if text else None


Lines = Iterator[Json]
