"""The REST intake: a bare ASGI callable, from the first header to the answer.

    key -> path -> method -> room -> size and type -> body -> flow -> answer

200 means that the message is on the disk. No answer of ours is a 5xx for something that a client
can send: 503 says that *we* cannot, that nothing was recorded, and when to come again.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.ids import SourceName
from countroom.core.instants import Instant
from countroom.core.item import Reading
from countroom.core.rejection import Rejection
from countroom.sources.rest import answers
from countroom.sources.rest.answers import Answer
from countroom.sources.rest.body import Gone, content_fault, read_body
from countroom.sources.rest.keys import KeyEntry, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import Routes
from countroom.sources.rest.settings import Limits, OnBad
from countroom.sources.rest.tally import ReceiptOutcome, ReceiptTally

Decode = Callable[[Envelope], Reading | list[Rejection]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_UNKNOWN: Final = SourceName("")


class TakesIn(Protocol):
    """The flow, as the intake sees it."""

    async def one(self, envelope: Envelope, decode: Decode, *, brand: str, answers: bool) -> Sequence[Rejection]:
        """What was wrong with the message; empty when it is accepted. Durable in either case.

        Raises:
            Unavailable: something that this message needs is away; nothing was recorded.
        """
        ...


class RestSource(msgspec.Struct, frozen=True, kw_only=True):
    """One source that sends by REST."""

    name: SourceName
    routes: Routes
    ingest: TakesIn
    decoder: Callable[[KeyEntry], Decode]
    """How the messages of a key are read: it knows the key's brands."""
    on_bad: OnBad = "refuse"


class IntakeParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the intake needs of the world."""

    sources: Mapping[SourceName, RestSource]
    keys: KeyTable
    clock: Callable[[], Instant]
    backlog: Callable[[], int]
    """Items that are logged and not folded yet; asked for each request, so it must cost nothing."""
    tally: ReceiptTally
    probes: Probes
    limits: Limits = Limits()


class _Caller:
    """What is known of a key while it is in use."""

    __slots__ = ("brand", "decode", "entry", "in_flight", "source")

    def __init__(self, entry: KeyEntry, source: RestSource) -> None:
        self.entry = entry
        self.source = source
        self.decode = source.decoder(entry)
        self.brand = entry.brands[0] if len(entry.brands) == 1 else ""
        self.in_flight = 0


class Intake:
    """The ASGI application."""

    def __init__(self, parts: IntakeParts) -> None:
        self._parts = parts
        self._limits = parts.limits
        self._tally = parts.tally
        self._callers: dict[str, _Caller] = {}
        self.probes = parts.probes

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        answer = self.probes.answer(path, scope["query_string"])
        if answer is None:
            answer = await self._answer(scope, receive)
        if answer is not None:
            await send(answer[0])
            await send(answer[1])

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive) -> Answer | None:
        headers = scope["headers"]
        caller = self._caller(headers)
        if not isinstance(caller, _Caller):
            return caller
        source = caller.source
        kind = self._kind(source, scope)
        if not isinstance(kind, str):
            return kind
        if (refusal := self._without_room(caller) or self._unread(source.name, headers)) is not None:
            return refusal
        caller.in_flight += 1
        try:
            body = await read_body(receive, self._limits.body_bytes)
            if not isinstance(body, bytes):
                return self._not_read(source.name, body)
            return await self._take_in(caller, kind, body=body)
        finally:
            caller.in_flight -= 1

    async def _take_in(self, caller: _Caller, kind: str, *, body: bytes) -> Answer:
        source = caller.source
        self._tally.count_bytes(source.name, len(body))
        envelope = Envelope(source.name, kind, body, self._parts.clock())
        is_told = source.on_bad == "refuse"
        try:
            rejections = await source.ingest.one(envelope, caller.decode, brand=caller.brand, answers=is_told)
        except Unavailable as reason:
            self._tally.count(source.name, ReceiptOutcome.AWAY)
            return answers.away(str(reason), round(reason.retry_after_s))
        if not rejections:
            self._tally.count(source.name, ReceiptOutcome.ACCEPTED)
            return answers.OK
        if is_told:
            self._tally.count(source.name, ReceiptOutcome.REFUSED)
            return answers.refused(rejections)
        self._tally.count(source.name, ReceiptOutcome.QUARANTINED)
        return answers.OK

    def _caller(self, headers: Iterable[tuple[bytes, bytes]]) -> _Caller | Answer:
        entry = self._parts.keys.find(headers)
        if entry is None:
            self._tally.count(_UNKNOWN, ReceiptOutcome.UNAUTHORIZED)
            names = {name for name, _ in headers}
            return answers.unknown_key(is_presented=bool(names & {b"x-api-key", b"authorization"}))
        caller = self._callers.get(entry.key_id)
        if caller is not None and caller.entry is entry:
            return caller
        source = self._parts.sources.get(entry.source)
        if source is None or entry.is_revoked:
            self._tally.count(entry.source if source else _UNKNOWN, ReceiptOutcome.FORBIDDEN)
            return answers.forbidden(
                f"key {entry.key_id} was revoked; have another made with 'countroom key create'"
                if entry.is_revoked
                else f"key {entry.key_id} is for source {entry.source}, which is not served here"
            )
        caller = self._callers[entry.key_id] = _Caller(entry, source)
        return caller

    def _kind(self, source: RestSource, scope: MutableMapping[str, Any]) -> str | Answer:
        methods = source.routes.kinds.get(scope["path"])
        if methods is None:
            self._tally.count(source.name, ReceiptOutcome.NOT_FOUND)
            return answers.not_found(source.routes.served)
        kind = methods.get(scope["method"])
        if kind is None:
            self._tally.count(source.name, ReceiptOutcome.WRONG_METHOD)
            return answers.wrong_method(methods)
        return kind

    def _without_room(self, caller: _Caller) -> Answer | None:
        limits = self._limits
        if caller.in_flight >= limits.in_flight_per_key:
            self._tally.count(caller.source.name, ReceiptOutcome.THROTTLED)
            return answers.too_many(limits.in_flight_per_key, limits.retry_after_s)
        if self._parts.backlog() > limits.backlog_items:
            self._tally.count(caller.source.name, ReceiptOutcome.BEHIND)
            return answers.away(f"more than {limits.backlog_items} items wait to be folded", limits.retry_after_s)
        return None

    def _unread(self, source: SourceName, headers: Iterable[tuple[bytes, bytes]]) -> Answer | None:
        fault = content_fault(headers, self._limits.body_bytes)
        if fault is None:
            return None
        return self._not_read(source, fault)

    def _not_read(self, source: SourceName, fault: Gone | int | str) -> Answer | None:
        match fault:
            case Gone():
                self._tally.count(source, ReceiptOutcome.ABANDONED)
                return None
            case int():
                self._tally.count(source, ReceiptOutcome.TOO_LARGE)
                return answers.too_large(fault)
            case str():
                self._tally.count(source, ReceiptOutcome.WRONG_TYPE)
                return answers.not_json(fault)
