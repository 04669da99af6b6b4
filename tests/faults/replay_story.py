"""A shard's logs and rows, made in this process: simulated traffic by two sources, links, and ticks in between."""

import itertools
from pathlib import Path
from random import Random

from countroom.core.envelope import Envelope
from countroom.core.events import About, Linked
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.instants import DAY, HOUR, SECOND, Instant
from countroom.core.item import Item, Reading
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack import decode
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.engines.local.replay import ReplayResult, check
from countroom.engines.local.shard import log_folder, open_logs, shard_folder
from countroom.flow.project import ADMIN, Projector
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.simulator.platform import Platform
from countroom.simulator.settings import SimulatorSettings
from countroom.stores.embedded.log import SegmentLimits, SqliteLog
from countroom.stores.embedded.rocks import RocksShardStore

BRAND = BrandId("lucky")
SOURCES = ("games", "cashier")
KINDS = {(route.method, route.path): route.kind for route in ROUTES}
DIALECT = DialectSettings(brands=(BrandNames(BRAND, "EUR", ("lucky.example",)),))
SETTINGS = FoldSettings(brands={BRAND: BrandSettings(time_zone="Europe/Malta", base_currency="EUR")})
BEGINS_AT = 1_767_225_600 * SECOND
TRAFFIC = SimulatorSettings(
    seed=7, players=30, events=1_200, starts_at=BEGINS_AT, ends_at=BEGINS_AT + 3 * DAY,
    duplicates=0.1, late=0.2, shuffled=0.2, rollbacks=0.1, retries=0.05, malformed=0.1,
)  # fmt: skip


class Clock:
    """Where time stands, for the log and the shard alike."""

    def __init__(self) -> None:
        self.now = Instant(BEGINS_AT)

    def __call__(self) -> Instant:
        return self.now


def items() -> list[Item]:
    """Everything that the decoder takes of the traffic, in the order in which it comes."""
    found = []
    for sending in Platform(TRAFFIC).sendings():
        kind = KINDS[sending.method, sending.path]
        reading = decode(Envelope(SourceName("games"), kind, sending.body, Instant(sending.at)), DIALECT)
        if isinstance(reading, Reading):
            found.append(Item(kind, reading.events, reading.original))
    return found


def linked(item: Item, at: Instant) -> Item:
    """That the item's player is linked from now on."""
    player = item.events[0].about.player
    about = About(BRAND, PlayerId(player), SourceName(ADMIN), at, at)
    return Item("link", (Linked(about=about, link_id=LinkId(f"l-{player}"), partner=PartnerId("crm")),), b"{}")


def tell(root: Path) -> None:
    """Write the logs below `root` and fold them meanwhile, in uneven gulps, with every so often a fresh process."""
    chance = Random(7)
    clock = Clock()
    limits = SegmentLimits(max_bytes=30_000)
    logs = {name: SqliteLog(log_folder(root, name), limits=limits) for name in (*SOURCES, ADMIN)}
    store, projector = opened(root, clock)
    told = iter(items())
    while batch := list(itertools.islice(told, 7)):
        clock.now = Instant(max(clock.now + 1, *(item.events[0].about.received_at for item in batch)))
        logs[chance.choice(SOURCES)].append({0: batch}, (), clock.now)
        if chance.random() < 0.1:
            logs[ADMIN].append({0: [linked(batch[0], clock.now)]}, (), clock.now)
        if chance.random() < 0.3:
            clock.now = Instant(clock.now + chance.choice([1, SECOND, HOUR]))
            # Delivery holds half of what there is.
            projector.released.wanted = max(projector.released.wanted, projector.ledger.outbox // 2)
            projector.advance(chance.choice([1, 10, 1000]))
            projector.advance()
        if chance.random() < 0.05:
            store.close()
            store, projector = opened(root, clock)
    clock.now = Instant(clock.now + DAY)
    while projector.advance():
        pass
    store.close()
    for log in logs.values():
        log.close()


def opened(root: Path, clock: Clock) -> tuple[RocksShardStore, Projector]:
    """The shard as a process that starts opens it."""
    store = RocksShardStore(shard_folder(root, 0))
    return store, Projector(store, open_logs(root, SOURCES, 0), settings=SETTINGS, clock=clock)


def checked(root: Path, into: Path) -> ReplayResult:
    """What the replay of the shard finds."""
    return check(root, 0, SETTINGS, into=into, sources=SOURCES, progress=lambda _: None)
