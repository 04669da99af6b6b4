"""An intake on a bench, asked over ASGI without a socket."""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, MutableMapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from countroom.core.ids import BrandId, SourceName
from countroom.sources.rest.intake import Intake, IntakeParts, RestSource
from countroom.sources.rest.keys import KeyEntry, KeyRing, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import routes
from countroom.sources.rest.settings import Limits, OnBad
from countroom.sources.rest.tally import ReceiptTally
from tests.unit.flow.parts import NOON, SOURCE, Bench, decode

KEY = "cr_open"
KEYED = (("x-api-key", KEY),)
BET_PATH = "/v1/integration/casino"
USER_PATH = "/v2/integration/user"
CATALOGUE = (("POST", BET_PATH, "BET"), ("POST", USER_PATH, "CREATE"), ("PUT", USER_PATH, "UPDATE"))

Header = tuple[str, str]


def entry(key: str = KEY, *, key_id: str = "k1", source: SourceName = SOURCE, is_revoked: bool = False) -> KeyEntry:
    return KeyEntry(key_id, sha256(key.encode()).hexdigest(), source, (BrandId("lucky"),), is_revoked)


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


class Keys:
    """What the key table follows, and the clock it looks at."""

    def __init__(self, *entries: KeyEntry) -> None:
        self.entries: Sequence[KeyEntry] = entries
        self.version = 1
        self.now_s = 0.0
        self.looks = 0
        self.fails = False

    def read(self) -> KeyRing:
        if self.fails:
            raise OSError(5, "the disk is broken")
        return KeyRing(self.version, self.entries)

    def look(self) -> int:
        self.looks += 1
        return self.version

    def table(self) -> KeyTable:
        return KeyTable(self.read, version=self.look, now_s=lambda: self.now_s)


class Reply(msgspec.Struct):
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(error["Path"], error["Error"]) for error in msgspec.json.decode(self.body)["errors"]]


class IntakeBench(Bench):
    """The intake over the flow's bench. Made inside a loop."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        on_bad: OnBad = "refuse",
        doubled_prefix: bool = False,
        keys: Keys | None = None,
    ) -> None:
        super().__init__()
        self.keys = keys or Keys(entry())
        self.backlog = 0
        self.tally = ReceiptTally()
        self.fault: str | None = None
        source = RestSource(
            name=SOURCE,
            routes=routes(CATALOGUE, doubled_prefix=doubled_prefix),
            ingest=self.ingest,
            decoder=lambda _: decode,
            on_bad=on_bad,
        )
        self.intake = Intake(
            IntakeParts(
                sources={SOURCE: source},
                keys=self.keys.table(),
                clock=lambda: NOON,
                backlog=lambda: self.backlog,
                tally=self.tally,
                probes=Probes({"log": lambda: self.fault}),
                limits=limits or Limits(),
            )
        )

    def outcomes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for counts in self.tally.by_source().values():
            found |= {outcome.value: n for outcome, n in counts.by_outcome().items()}
        return found

    async def post(
        self, *body: bytes, path: str = BET_PATH, headers: Iterable[Header] = KEYED, method: str = "POST"
    ) -> Reply:
        reply = await self.ask(*body, path=path, headers=headers, method=method)
        assert reply is not None
        return reply

    async def ask(
        self, *body: bytes, path: str, headers: Iterable[Header], method: str, is_cut: bool = False
    ) -> Reply | None:
        """One request with its body in pieces; None when it was not answered."""
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": target,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
        pieces = list(body) or [b""]
        said: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            await asyncio.sleep(0)
            if not pieces:
                return {"type": "http.disconnect"}
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or is_cut}

        async def send(message: MutableMapping[str, Any]) -> None:
            said.append(message)

        await self.intake(scope, receive, send)
        if not said:
            return None
        return Reply(said[0]["status"], dict(said[0]["headers"]), said[1]["body"])
