"""What a shard notes beside its pages: positions, counts, the order in which it took things, the digest of signals."""

from hashlib import blake2b

import msgspec

from countroom.core.errors import SettingsError
from countroom.core.signals import Signal
from countroom.fold.settings import FoldSettings
from countroom.ports import ShardStore, ShardWrite

META = b"m"
ORDER = b"c"
OUTBOX = b"o"
REFUSAL = b"r"
_STATE_KEY = META + b"ledger"
_SETTINGS_KEY = META + b"settings"


class Taken(msgspec.Struct, array_like=True, frozen=True, tag="chunk"):
    """One chunk of a log was taken."""

    log: str
    seq: int


class Woken(msgspec.Struct, array_like=True, frozen=True, tag="wake"):
    """Timers of these players went off at this instant, as the shard saw the time."""

    now: int
    heads: tuple[bytes, ...]


Entry = Taken | Woken


class ShardLedger(msgspec.Struct):
    """Where a shard stands. Written with every batch, in the same write as what came of it."""

    positions: dict[str, int] = {}
    received: dict[str, int] = {}
    """Items taken per log; those of the admin log are not received items."""
    folded: int = 0
    duplicates: int = 0
    refused: int = 0
    events: dict[str, int] = {}
    """Events folded, by tag."""
    order: int = 0
    signals: int = 0
    outbox: int = 0
    refusals: int = 0
    digest: bytes = b""
    now: int = 0
    """What the shard takes for now: never backwards, never ahead of a backlog."""
    logged_at: int = 0
    """When the latest chunk taken was logged."""


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_decode = msgspec.msgpack.Decoder(ShardLedger).decode
decode_entry = msgspec.msgpack.Decoder(Entry).decode
encode_rows = msgspec.msgpack.Encoder().encode


def load(store: ShardStore) -> ShardLedger:
    """Where the shard stands; a new one at nothing."""
    [row] = store.get_many([_STATE_KEY])
    return ShardLedger() if row is None else _decode(row)


def save(write: ShardWrite, ledger: ShardLedger) -> None:
    """Note where the shard stands."""
    write.put(_STATE_KEY, _encode(ledger))


def note(write: ShardWrite, ledger: ShardLedger, entry: Entry, signals: list[Signal]) -> None:
    """Record what was taken next, and what it made the shard tell."""
    ledger.order += 1
    write.put(ORDER + ledger.order.to_bytes(8, "big"), encode_rows(entry))
    if signals:
        ledger.signals += len(signals)
        ledger.digest = blake2b(ledger.digest + encode_rows(signals), digest_size=16).digest()


def fix_settings(store: ShardStore, settings: FoldSettings) -> None:
    """Make these settings the shard's for good, or see that they are; brands may be added.

    Raises:
        SettingsError: the shard was begun with others; they are named.
    """
    [row] = store.get_many([_SETTINGS_KEY])
    if row is None:
        _write_settings(store, settings)
        return
    begun = msgspec.msgpack.decode(row, type=FoldSettings)
    if begun == settings:
        return
    if _only_adds_brands(begun, settings):
        _write_settings(store, settings)
        return
    raise SettingsError(
        "the state was begun with other settings: "
        + "; ".join(_changes(begun, settings))
        + "; put them back, or start a new data directory and send the history again (a rebuild beside is planned)"
    )


def _write_settings(store: ShardStore, settings: FoldSettings) -> None:
    write = store.write()
    write.put(_SETTINGS_KEY, _encode(settings))
    store.commit(write)


def _only_adds_brands(begun: FoldSettings, now: FoldSettings) -> bool:
    """True when nothing changes for what is there: a new brand has no state, its messages were refused so far."""
    kept = {name: now.brands.get(name) for name in begun.brands}
    return kept == begun.brands and (now.version, now.tzdata) == (begun.version, begun.tzdata)


def _changes(begun: FoldSettings, now: FoldSettings) -> list[str]:
    found = [
        f"{name}: was {getattr(begun, name)}, is {getattr(now, name)}"
        for name in ("version", "tzdata")
        if getattr(begun, name) != getattr(now, name)
    ]
    for brand in sorted({*begun.brands, *now.brands}):
        was, new = begun.brands.get(brand), now.brands.get(brand)
        if was is None or new is None:
            found.append(f"brands.{brand}: {'is new' if was is None else 'is gone'}")
            continue
        found += [
            f"brands.{brand}.{field}: was {getattr(was, field)}, is {getattr(new, field)}"
            for field in was.__struct_fields__
            if getattr(was, field) != getattr(new, field)
        ]
    return found
