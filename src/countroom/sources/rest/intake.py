"""The REST intake: a bare ASGI callable, from the first header to the answer.

    key -> path -> method -> room -> size and type -> body -> flow -> answer

200 means that the message is on the disk. No answer of ours is a 5xx for something that a client
can send: 503 says that *we* cannot, that nothing was recorded, and when to come again.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final, Protocol, cast

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
from countroom.sources.rest.keys import CARRIERS, KeyEntry, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import Routes
from countroom.sources.rest.settings import Limits, OnBad
from countroom.sources.rest.tally import ReceiptOutcome, ReceiptTally, SourceTally

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

    __slots__ = (
        "answers",
        "brand",
        "decode",
        "entry",
        "in_flight",
        "ingest",
        "kinds",
        "name",
        "served",
        "tally",
        "used_at",
    )

    def __init__(self, entry: KeyEntry, source: RestSource, *, tally: SourceTally) -> None:
        self.entry = entry
        self.name = source.name
        self.kinds = source.routes.kinds
        self.served = source.routes.served
        self.ingest = source.ingest
        self.decode = source.decoder(entry)
        self.brand = entry.brands[0] if len(entry.brands) == 1 else ""
        self.answers = source.on_bad == "refuse"
        self.tally = tally
        self.in_flight = 0
        self.used_at = Instant(0)


class Intake:
    """The ASGI application."""

    def __init__(self, parts: IntakeParts) -> None:
        self._sources = parts.sources
        self._keys = parts.keys
        self._clock = parts.clock
        self._backlog = parts.backlog
        self._tally = parts.tally
        self._limits = parts.limits
        self._callers: dict[str, _Caller] = {}
        self.probes = parts.probes

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = self.probes.answer(scope["path"], scope["query_string"]) or await self._answer(scope, receive)
        if answer is not None:
            await send(answer[0])
            await send(answer[1])

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive) -> Answer | None:
        headers = scope["headers"]
        caller = self._caller(headers)
        if type(caller) is not _Caller:
            return cast(Answer, caller)
        methods = caller.kinds.get(scope["path"])
        kind = methods.get(scope["method"]) if methods else None
        if kind is None:
            return _unserved(caller, methods)
        if caller.in_flight >= self._limits.in_flight_per_key or self._backlog() > self._limits.backlog_items:
            return self._without_room(caller)
        fault = content_fault(headers, self._limits.body_bytes)
        if fault is not None:
            return _unread(caller, fault)
        caller.in_flight += 1
        try:
            body = await read_body(receive, self._limits.body_bytes)
            if type(body) is not bytes:
                return _unread(caller, cast(int | Gone, body))
            caller.tally.body_bytes += len(body)
            caller.used_at = at = self._clock()
            envelope = Envelope(caller.name, kind, body, at, caller.entry.brands)
            rejections = await caller.ingest.one(envelope, caller.decode, brand=caller.brand, answers=caller.answers)
        except Unavailable as reason:
            caller.tally.count(ReceiptOutcome.AWAY)
            return answers.away(str(reason), round(reason.retry_after_s))
        finally:
            caller.in_flight -= 1
        if not rejections:
            caller.tally.accepted += 1
            return answers.OK
        caller.tally.count(ReceiptOutcome.REFUSED if caller.answers else ReceiptOutcome.QUARANTINED)
        return answers.refused(rejections) if caller.answers else answers.OK

    def _caller(self, headers: Iterable[tuple[bytes, bytes]]) -> _Caller | Answer:
        entry = self._keys.find(headers)
        if entry is None:
            self._tally.of(_UNKNOWN).count(ReceiptOutcome.UNAUTHORIZED)
            return answers.unknown_key(is_presented=any(name in CARRIERS for name, _ in headers))
        caller = self._callers.get(entry.key_id)
        if caller is not None and caller.entry is entry:
            return caller
        source = self._sources.get(entry.source)
        if source is None or entry.is_revoked:
            self._tally.of(entry.source if source else _UNKNOWN).count(ReceiptOutcome.FORBIDDEN)
            return answers.forbidden(_why_forbidden(entry))
        fresh = self._callers[entry.key_id] = _Caller(entry, source, tally=self._tally.of(source.name))
        fresh.used_at = caller.used_at if caller is not None else fresh.used_at
        return fresh

    def last_used(self) -> dict[str, Instant]:
        """By key when it brought a message last, since the process began."""
        return {key_id: caller.used_at for key_id, caller in self._callers.items() if caller.used_at}

    def _without_room(self, caller: _Caller) -> Answer:
        limits = self._limits
        if caller.in_flight >= limits.in_flight_per_key:
            caller.tally.count(ReceiptOutcome.THROTTLED)
            return answers.too_many(limits.in_flight_per_key, limits.retry_after_s)
        caller.tally.count(ReceiptOutcome.BEHIND)
        return answers.away(f"more than {limits.backlog_items} items wait to be folded", limits.retry_after_s)


def _why_forbidden(entry: KeyEntry) -> str:
    if entry.is_revoked:
        return f"key {entry.key_id} was revoked; have another made with 'countroom key create'"
    return f"key {entry.key_id} is for source {entry.source}, which is not served here"


def _unserved(caller: _Caller, methods: Mapping[str, str] | None) -> Answer:
    if methods is None:
        caller.tally.count(ReceiptOutcome.NOT_FOUND)
        return answers.not_found(caller.served)
    caller.tally.count(ReceiptOutcome.WRONG_METHOD)
    return answers.wrong_method(methods)


def _unread(caller: _Caller, fault: Gone | int | str) -> Answer | None:
    match fault:
        case Gone():
            caller.tally.count(ReceiptOutcome.ABANDONED)
            return None
        case int():
            caller.tally.count(ReceiptOutcome.TOO_LARGE)
            return answers.too_large(fault)
        case str():
            caller.tally.count(ReceiptOutcome.WRONG_TYPE)
            return answers.not_json(fault)
