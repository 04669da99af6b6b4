"""A small hub that is sent Fast Track messages, with a vault: what it refuses can be mended and redriven."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from countroom.config.settings import Settings
from countroom.config.switches import dialect_settings
from countroom.core.envelope import Envelope
from countroom.core.ids import BrandId
from countroom.core.instants import SECOND, Instant, iso
from countroom.core.item import Item
from countroom.dialects import fasttrack
from countroom.flow.ingest import Decode, Ingest, IngestParts
from countroom.flow.redrive import RedriveLog
from countroom.runtime.jobs import IDLE_S, JobRunner
from countroom.runtime.lane import lane
from countroom.runtime.redriving import LaneLog
from countroom.sources.rest.mapping_file import MappingTable
from countroom.stores.embedded.log import SqliteLog
from countroom.stores.embedded.refusals import SqliteShelf
from countroom.vault.client import VaultClient
from tests.unit.runtime.small_hub import NOON, SETTINGS, SOURCE, SmallHub
from tests.unit.vault.running import RunningVault

BRANDS: tuple[BrandId, ...] = (BrandId("lucky"),)
MILLISECOND = SECOND // 1000


def bet(own_id: str, **changes: Any) -> dict[str, Any]:
    """A bet as Fast Track documents it; a change to None takes the field away."""
    body = {
        "activity_id": own_id, "amount": 5, "wager_amount": 5, "bonus_wager_amount": 0, "locked_wager_amount": 0,
        "balance_before": 100, "balance_after": 95, "currency": "EUR", "exchange_rate": 1, "game_id": "g1",
        "game_name": "Quiet Reels", "game_type": "Slots", "is_round_end": False, "origin": "lucky",
        "round_id": f"r-{own_id}", "status": "Approved", "timestamp": iso(NOON), "type": "Bet", "user_id": "4711",
        "vendor_id": "7", "vendor_name": "Studio", "meta": {},
    } | changes  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


class MendingHub(SmallHub):
    """Messages in, refusals out, and what mends them."""

    def __init__(self, root: Path, settings: Settings, *, vault: VaultClient) -> None:
        super().__init__(root, settings, vault=vault)
        self.vault = vault
        self.shelf = SqliteShelf(self.place.shelf(SOURCE))
        self.runner: JobRunner
        self.running_vault: RunningVault
        self.served = BRANDS
        """Whom the sender's key may speak for."""
        self._settings = settings

    def post(self, *bodies: Any, kind: str = "CASINO", answers: bool = True) -> list[int]:
        """Send messages a millisecond apart, and fold what came of them; the statuses they are answered with."""
        messages = []
        for place, body in enumerate(bodies, start=1):
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
            messages.append((kind, payload, Instant(self.now + place * MILLISECOND)))
        return self.receive(messages, answers=answers)

    def receive(self, messages: Sequence[tuple[str, bytes, Instant]], *, answers: bool = True) -> list[int]:
        """Take messages in, each of a kind and at an instant, and fold them; the statuses they are answered with."""

        async def told() -> list[int]:
            parts = IngestParts(
                log=self.log, shelf=self.shelf, vault=self.vault, clock=lambda: self.now, ring=lambda: None, shards=1
            )
            ingest = Ingest(parts)
            decode = self._decoder()
            brand = self.served[0] if len(self.served) == 1 else ""
            taken = []
            for kind, payload, at in messages:
                envelope = Envelope(SOURCE, kind, payload, at, self.served)
                taken.append(ingest.one(envelope, decode, brand=brand, answers=answers))
            said = await asyncio.gather(*taken)
            await ingest.close()
            return [400 if each and answers else 200 for each in said]

        self.now = max(self.now, *(at for _, _, at in messages))
        statuses = asyncio.run(told())
        self.fold()
        return statuses

    def work(self) -> None:
        """Everything that jobs have to do, without regard to their pace; then what came of it is folded."""
        while self.runner.turn() != IDLE_S:
            pass
        self.fold()

    def groups(self, **query: str) -> list[dict[str, Any]]:
        """The groups of the quarantine."""
        url = "/api/quarantine?" + "&".join(f"{name}={value}" for name, value in query.items())
        found: list[dict[str, Any]] = self.ask("GET", url).json["groups"]
        return found

    def publish(self, *rules: dict[str, Any], replaces: bool = False) -> int:
        """The next version of the mapping; its number."""
        wish = {"source": SOURCE, "rules": list(rules), "replaces": replaces}
        version: int = self.ask("POST", "/api/mappings", wish).json["version"]
        return version

    def redrive(self, **aim: Any) -> dict[str, Any]:
        """Plan and run; the job, as it is made."""
        plan = self.ask("POST", "/api/quarantine/redrive/plan", aim).json
        made: dict[str, Any] = self.ask("POST", f"/api/plans/{plan['plan_id']}/run", {}).json["outcome"]
        return self.job(made["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """A job as it stands."""
        found: dict[str, Any] = self.ask("GET", f"/api/jobs/{job_id}").json
        return found

    def balance(self) -> dict[str, int]:
        """The balance."""
        found: dict[str, int] = self.ask("GET", "/api/status").json["balance"]
        return found

    def turnover(self, player: str = "4711") -> str:
        """Real money staked in life."""
        life = self.ask("GET", f"/api/players/lucky/{player}").json["totals"]["life"]
        found: str = life["casino"]["EUR"]["turnover"]["real"]
        return found

    def logged(self) -> list[tuple[str, str, int]]:
        """What lies in the lane: type, activity and mapping, in order."""
        chunks = self._logs["redrive"].read(0, 1_000_000)
        items = [item for chunk in chunks for item in msgspec.msgpack.decode(chunk.items, type=list[Item])]
        return [(item.kind, str(getattr(item.events[0], "activity_id", "")), item.mapping) for item in items]

    def close(self) -> None:
        """Release the files."""
        self.shelf.close()
        super().close()

    def _decoder(self) -> Decode:
        switches = dialect_settings(self._settings, self._settings.sources[SOURCE], served=self.served)
        mender = MappingTable(self.place.mappings).of(SOURCE).mender
        if mender is None:
            return lambda envelope: fasttrack.decode(envelope, switches)
        return lambda envelope: fasttrack.decode_mended(envelope, switches, mender)


@contextmanager
def mending_hub(
    root: Path, settings: Settings = SETTINGS, *, writing: Callable[[SqliteLog], RedriveLog] = LaneLog
) -> Iterator[MendingHub]:
    """A hub with a vault, closed at the end."""
    root.mkdir(exist_ok=True)
    with ExitStack() as held:
        vault = held.enter_context(RunningVault(root))
        hub = MendingHub(root, settings, vault=vault.client())
        held.callback(hub.close)
        hub.running_vault = vault
        hub.runner = held.enter_context(lane(hub.place, settings, hub.books, vault=hub.vault, writing=writing))
        yield hub
