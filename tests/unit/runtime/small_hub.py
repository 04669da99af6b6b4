"""A hub of one shard in one process: its own files, its own fold, and the admin API before it; no socket, no child."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from countroom.api.dispatch import Answer, Asked, Dispatcher
from countroom.api.parts import ApiParts, Caller
from countroom.api.table import TABLE
from countroom.config.settings import BrandSection, HubSection, PartnerSection, Settings, SourceSection
from countroom.config.switches import fold_settings
from countroom.core.events import About, BetPlaced, Event, WinPaid
from countroom.core.identity import casino, identity
from countroom.core.ids import ActivityId, BrandId, PlayerId, RoundId, SourceName, StudioId
from countroom.core.instants import SECOND, Instant, parse
from countroom.core.item import Item
from countroom.engines.local.answers import ShardView
from countroom.flow.project import ADMIN, Projector
from countroom.flow.redrive import REDRIVE
from countroom.runtime.books import Books
from countroom.runtime.desk.whole import Means, desks
from countroom.runtime.open_view import StoppedShard
from countroom.runtime.place import Place
from countroom.runtime.view import HubView
from countroom.stores.embedded.log import SqliteLog, SqliteLogReader
from countroom.stores.memory import MemoryShardStore
from countroom.vault.client import VaultClient

NOON = parse("2026-11-21T12:00:00Z")
SOURCE = SourceName("ft")
SETTINGS = Settings(
    hub=HubSection(shards=1),
    brands={"lucky": BrandSection(), "happy": BrandSection(time_zone="Europe/Malta")},
    sources={SOURCE: SourceSection()},
    partners={"faceit": PartnerSection(kind="faceit", key_env="KEY", platform="lucky")},
)
TOKENS = {b"t0ken": "admin", b"read": "read", b"operate": "operate"}


def about(own_id: str, at: int, *, player: str = "4711", role: str = "bet") -> About:
    """What a casino event has, as Fast Track would state it."""
    return About(
        BrandId("lucky"), PlayerId(player), SOURCE, Instant(at), Instant(at + SECOND),
        identity("casino", own_id, "fasttrack.approved"), casino(role, own_id),
    )  # fmt: skip


def bet(own_id: str, at: int = NOON, *, player: str = "4711", amount: int = 5, round_id: str = "") -> BetPlaced:
    """A stake of real money, in a round named after it unless another is named."""
    return BetPlaced(
        about=about(own_id, at, player=player), activity_id=ActivityId(own_id), studio=StudioId("7"),
        round_id=RoundId(round_id or f"r-{own_id}"), currency="EUR", rate=Decimal(1), pockets=(Decimal(amount),),
    )  # fmt: skip


def win(own_id: str, of: str, at: int = NOON, *, amount: int = 8) -> WinPaid:
    """What the round of `bet(of)` paid."""
    return WinPaid(
        about=about(own_id, at, role="result"), activity_id=ActivityId(own_id), studio=StudioId("7"),
        round_id=RoundId(f"r-{of}"), currency="EUR", rate=Decimal(1), pockets=(Decimal(amount),), ends=True,
    )  # fmt: skip


class SmallHub:
    """All of it within reach. Time stands until it is moved."""

    def __init__(self, root: Path, settings: Settings = SETTINGS, *, vault: VaultClient | None = None) -> None:
        self.place = Place(root)
        root.mkdir(exist_ok=True)
        self.place.found(settings)
        self.now = NOON
        self.log = SqliteLog(self.place.log(SOURCE))
        self.books = Books(self.place, settings, chance=os.urandom, clock=lambda: self.now)
        fold = fold_settings(settings, version("tzdata"))
        store = MemoryShardStore({})
        logs = {name: SqliteLogReader(self.place.log(name), 0) for name in (SOURCE, REDRIVE, ADMIN)}
        self._logs = logs
        self._projector = Projector(store, logs, settings=fold, clock=lambda: Instant(self.now + SECOND))
        self.view = HubView(self.place, settings, shards=[StoppedShard(ShardView(store, fold))])
        self.parts: ApiParts = desks(
            Means(books=self.books, counting=self.view, reading=self.view, vault=vault),
            is_known=lambda _: True,
            caller=_caller,
        )
        self._dispatcher = Dispatcher(self.parts, TABLE)

    def take(self, *events: Event, at: int | None = None) -> None:
        """Events logged as one group, and folded."""
        payload = b'{"note": "as it came"}'
        self.log.append({0: [Item("CASINO", (event,), payload) for event in events]}, [], Instant(at or self.now))
        self.fold()

    def fold(self) -> None:
        """Everything that is logged."""
        while self._projector.advance():
            pass

    def ask(
        self, method: str, url: str, body: Any = None, *, token: str = "t0ken", headers: Mapping[str, str] | None = None
    ) -> "Told":
        """One request, answered."""
        path, _, query = url.partition("?")
        given = {"authorization": f"Bearer {token}"} if token else {}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        asked = Asked(method=method, path=path, query=query, headers={**given, **(headers or {})}, body=content)
        return Told(self._dispatcher.answer(asked))

    def close(self) -> None:
        """Release the files."""
        for log in self._logs.values():
            log.close()
        self.log.close()
        self.view.close()
        self.books.close()


class Told:
    """What came back."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.content if isinstance(answer.content, bytes) else b"".join(answer.content)

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def json_or_lines(self) -> Any:
        """The body, read, whatever form it has; of lines the last, of text nothing."""
        kind = self.headers["Content-Type"]
        if kind.endswith("json"):
            return self.json
        return self.lines[-1] if kind.endswith("ndjson") else {}

    @property
    def lines(self) -> list[Any]:
        """The body, read line by line."""
        return [json.loads(line) for line in self.body.splitlines()]


def _caller(given: bytes) -> Caller | None:
    scope = TOKENS.get(given)
    return Caller("tests", scope) if scope else None


@contextmanager
def small_hub(root: Path, settings: Settings = SETTINGS) -> Iterator[SmallHub]:
    """A hub, closed at the end."""
    hub = SmallHub(root, settings)
    try:
        yield hub
    finally:
        hub.close()


def changed(settings: Settings, **sections: Any) -> Settings:
    """The settings with other sections."""
    return msgspec.structs.replace(settings, **sections)
