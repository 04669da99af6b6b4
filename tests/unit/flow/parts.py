"""A tiny dialect and stores to see the flow work: one JSON object a message."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.events import About, BetPlaced, Event, ProfileStated, Sealed
from countroom.core.identity import casino, identity
from countroom.core.ids import ActivityId, BrandId, PlayerId, PlayerKey, RoundId, SourceName, StudioId
from countroom.core.instants import Instant, parse
from countroom.core.item import Item, Reading
from countroom.core.rejection import Reason, Rejection
from countroom.flow.ingest import Ingest, IngestParts
from countroom.ports import EventLog, Personal, Refusal, Shelved, Vault
from countroom.stores.memory import LogMemory, MemoryLog, MemoryLogReader

NOON = parse("2026-11-21T12:00:00Z")
SOURCE = SourceName("games")
SHARDS = 2

_items = msgspec.msgpack.Decoder(list[Item])


def about(player: str) -> About:
    return About(BrandId("lucky"), PlayerId(player), SOURCE, NOON, NOON)


def bet(own_id: str, player: str = "17") -> BetPlaced:
    return BetPlaced(
        about=msgspec.structs.replace(about(player), business_id=casino("bet", own_id)),
        activity_id=ActivityId(own_id),
        studio=StudioId("s"),
        round_id=RoundId("r"),
        currency="EUR",
        rate=Decimal(1),
        pockets=(Decimal(2),),
    )


def profile(player: str = "17", **fields: str) -> ProfileStated:
    own_id = identity("profile", str(NOON), "h")
    return ProfileStated(about=msgspec.structs.replace(about(player), business_id=own_id), fields=fields)


def decode(envelope: Envelope) -> Reading | list[Rejection]:
    """`{"id", "player", "personal"}` is a bet, with `"profile": true` a profile; all else is wrong in two ways."""
    try:
        said = msgspec.json.decode(envelope.payload)
        own_id, player = said["id"], said.get("player", "17")
    except (msgspec.MsgspecError, KeyError, TypeError):
        return [Rejection(Reason.MALFORMED, "expected an id"), Rejection(Reason.BAD_TIME, "expected a time", "$.at")]
    event: Event = profile(player) if said.get("profile") else bet(own_id, player)
    return Reading((event,), envelope.payload, said.get("personal", {}))


def message(own_id: str = "a", **more: object) -> Envelope:
    return Envelope(SOURCE, "BET", msgspec.json.encode({"id": own_id, **more}), NOON)


BAD = Envelope(SOURCE, "BET", b"bad", NOON)


class OpenVault:
    """A peer of the vault for tests of those who use it: seals by writing backwards, and can be sent away."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked: list[int] = []

    def seal_all(self, wanted: Sequence[Personal]) -> list[tuple[Sealed, ...] | Unavailable]:
        self.asked.append(len(wanted))
        return [Unavailable("the vault is away") if self.is_away else self._sealed(one.values) for one in wanted]

    def seal(self, player: PlayerKey, personal: Mapping[str, str], *, at: Instant) -> tuple[Sealed, ...]:
        del player, at
        return self._sealed(personal)

    def open(self, player: PlayerKey, sealed: Sequence[Sealed]) -> dict[str, str]:
        del player
        return {s.field: s.cipher.decode()[::-1] for s in sealed}

    def seal_receipt(self, brand: str, receipt: bytes, *, at: Instant) -> bytes:
        del at
        if self.is_away:
            raise Unavailable("the vault is away")
        return brand.encode() + b":" + receipt[::-1]

    def find(self, brand: str, field: str, *, value: str) -> list[PlayerKey]:
        del brand, field, value
        return []

    def _sealed(self, values: Mapping[str, str]) -> tuple[Sealed, ...]:
        return tuple(Sealed(f, f"{f}={v}".encode(), v[::-1].encode()) for f, v in sorted(values.items()))


class MemoryShelf:
    """A peer of the refusals' shelf."""

    def __init__(self) -> None:
        self.kept: list[Shelved] = []
        self.groups: list[int] = []

    def set_aside(self, refused: Sequence[Shelved], at: Instant) -> None:
        del at
        self.kept += refused
        self.groups.append(len(refused))


class HeldLog:
    """A log in memory whose disk stands still until it is let go, and fails when told to."""

    def __init__(self, memory: LogMemory) -> None:
        self._log = MemoryLog(memory)
        self.is_free = threading.Event()
        self.is_free.set()
        self.is_full = False
        self.groups: list[int] = []
        self.stamps: list[Instant] = []

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        assert self.is_free.wait(10)
        if self.is_full:
            raise Unavailable("the disk is full", retry_after_s=10.0)
        self.groups.append(sum(map(len, items.values())) + len(refusals))
        self.stamps.append(logged_at)
        return self._log.append(items, refusals, logged_at)

    def close(self) -> None:
        self._log.close()


class Bench:
    """The flow on a bench: everything it stands on within reach."""

    def __init__(self, *, vault: Vault | None = None, log: EventLog | None = None) -> None:
        self.memory = LogMemory()
        self.held = HeldLog(self.memory)
        self.shelf = MemoryShelf()
        self.vault = OpenVault()
        self.rings = 0
        self.now = NOON
        self.ingest = Ingest(
            IngestParts(
                log=log or self.held,
                shelf=self.shelf,
                vault=vault or self.vault,
                clock=lambda: self.now,
                ring=self.ring,
                shards=SHARDS,
            )
        )

    def ring(self) -> None:
        self.rings += 1

    def logged(self) -> list[Item]:
        readers = [MemoryLogReader(self.memory, shard) for shard in range(SHARDS)]
        return [
            item for reader in readers for chunk in reader.read(0, 1_000_000) for item in _items.decode(chunk.items)
        ]


def on_a_loop(story: Callable[[], object]) -> None:
    """Run a coroutine function to its end, within ten seconds."""

    async def told() -> None:
        await asyncio.wait_for(story(), 10)  # type: ignore[arg-type]

    asyncio.run(told())
