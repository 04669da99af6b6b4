"""The process that takes messages in by REST, and writes their logs."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec

from countroom.config.settings import Settings, SourceSection
from countroom.config.switches import dialect_settings, limits_in_seconds
from countroom.core.envelope import Envelope
from countroom.core.ids import SourceName
from countroom.core.instants import Instant
from countroom.core.item import Reading
from countroom.core.rejection import Rejection
from countroom.dialects import fasttrack
from countroom.dialects.brands import DialectSettings
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.engines.local.reads import ShardReads
from countroom.flow.ingest import Decode, Ingest, IngestParts
from countroom.runtime.backlog import Backlog
from countroom.runtime.key_use import KeyUse
from countroom.runtime.place import Place
from countroom.runtime.tally_file import resume_tally, write_tally
from countroom.sources.rest.intake import Intake, IntakeParts, RestSource
from countroom.sources.rest.key_file import key_table
from countroom.sources.rest.keys import KeyEntry
from countroom.sources.rest.mapping_file import Held, MappingTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import routes
from countroom.sources.rest.server import run as serve
from countroom.sources.rest.settings import Limits, RestSettings
from countroom.sources.rest.tally import ReceiptTally
from countroom.stores.embedded.doorbell import Ringer
from countroom.stores.embedded.log import SegmentLimits, SqliteLog
from countroom.stores.embedded.refusals import SqliteShelf
from countroom.vault.client import VaultClient
from countroom.vault.line import Line

_DRAIN_S = 3.5
_TALLY_EVERY_S = 0.5
_FOLLOW_EVERY_S = 0.5


class Files(msgspec.Struct, frozen=True):
    """How the intake opens what it writes; tests bring stores that die at a given commit."""

    log: type[SqliteLog] = SqliteLog
    shelf: type[SqliteShelf] = SqliteShelf


USUAL_FILES = Files()


def run(place: Place, *, number: int, descriptor: int, files: Files = USUAL_FILES) -> None:
    """Take messages in on the inherited socket until SIGTERM."""
    del number
    settings = place.kept_settings()
    limits = rest_limits(settings)
    serve(
        partial(_opened, place, settings, limits=limits, files=files),
        RestSettings(host=settings.rest.host, port=settings.rest.port, limits=limits),
        listener=socket.socket(fileno=descriptor),
        on_ready=lambda _port: place.ready("intake").touch(),
    )


def rest_limits(settings: Settings) -> Limits:
    """The intake's limits as it wants them."""
    limits = settings.rest.limits
    return Limits(
        body_bytes=limits.body_bytes,
        head_bytes=limits.head_bytes,
        connections=limits.connections,
        in_flight_per_key=limits.in_flight_per_key,
        backlog_items=limits.backlog_items,
        drain_s=_DRAIN_S,
        **limits_in_seconds(limits),  # type: ignore[arg-type]
    )


class _Opened:
    """What the intake stands on, closed in the opposite order."""

    def __init__(self, place: Place, settings: Settings, *, held: ExitStack, files: Files) -> None:
        self.files = files
        self.place = place
        self.settings = settings
        self.held = held
        shards = range(settings.hub.shards)
        self.ringer = Ringer(place.run, [f"shard-{number}" for number in shards])
        self.vault = VaultClient(Line(place.vault_socket), chance=os.urandom)
        self.reads = [ShardReads(place.shard_socket(number)) for number in shards]
        self.logs: dict[str, SqliteLog] = {}
        self.flows: list[Ingest] = []
        self.mappings = MappingTable(place.mappings)
        held.callback(self.ringer.close)
        held.callback(self.vault.close)

    def source(self, name: str, section: SourceSection) -> RestSource:
        """One source with its log, its shelf and its flow."""
        limits = SegmentLimits(
            self.settings.log.segment_bytes, timedelta(seconds=self.settings.log.segment_age.seconds)
        )
        log = self.logs[name] = self.files.log(self.place.log(name), limits=limits)
        self.held.callback(log.close)
        shelf = self.files.shelf(self.place.shelf(name))
        self.held.callback(shelf.close)
        parts = IngestParts(
            log=log,
            shelf=shelf,
            vault=self.vault,
            clock=wall_clock,
            ring=self.ringer.ring,
            shards=self.settings.hub.shards,
        )
        flow = Ingest(parts)
        self.flows.append(flow)
        return RestSource(
            name=SourceName(name),
            routes=routes(ROUTES, doubled_prefix=section.doubled_prefix),
            ingest=flow,
            decoder=lambda entry: _decoder(self.settings, section, entry=entry, held=self.mappings.of(name)),
            on_bad=section.on_bad,
        )


@asynccontextmanager
async def _opened(place: Place, settings: Settings, *, limits: Limits, files: Files) -> AsyncIterator[Intake]:
    with ExitStack() as held:
        opened = _Opened(place, settings, held=held, files=files)
        sources = {SourceName(name): opened.source(name, section) for name, section in settings.sources.items()}
        backlog = Backlog(opened.logs, opened.reads)
        held.callback(backlog.close)
        keys = key_table(place.keys, now_s=time.monotonic)
        tally = resume_tally(place.tally)
        parts = IntakeParts(
            sources=sources,
            keys=keys,
            clock=wall_clock,
            backlog=backlog.items,
            tally=tally,
            probes=Probes({"keys": lambda: keys.fault, "mappings": lambda: opened.mappings.fault}),
            limits=limits,
        )
        intake = Intake(parts)
        use = KeyUse(place.key_use)
        telling = asyncio.create_task(_tell(place.tally, tally, lambda: use.tell(intake.last_used())))
        following = asyncio.create_task(_follow(opened.mappings))
        try:
            yield intake
        finally:
            telling.cancel()
            following.cancel()
            for flow in opened.flows:
                await flow.close()
            with suppress(OSError):
                write_tally(place.tally, tally)
                use.tell(intake.last_used())


async def _tell(path: Path, tally: ReceiptTally, tell_use: Callable[[], object]) -> None:
    while True:
        await asyncio.sleep(_TALLY_EVERY_S)
        with suppress(OSError):
            write_tally(path, tally)
            tell_use()


async def _follow(mappings: MappingTable) -> None:
    while True:
        await asyncio.sleep(_FOLLOW_EVERY_S)
        mappings.follow()


def _decoder(settings: Settings, section: SourceSection, *, entry: KeyEntry, held: Held) -> Decode:
    switches = dialect_settings(settings, section, served=entry.brands)
    return partial(_decode, switches, held)


def _decode(switches: DialectSettings, held: Held, envelope: Envelope) -> Reading | list[Rejection]:
    if held.mender is None:
        return fasttrack.decode(envelope, switches)
    return fasttrack.decode_mended(envelope, switches, held.mender)


def wall_clock() -> Instant:
    """Now, in microseconds."""
    return Instant(time.time_ns() // 1000)
