"""What the legs need of the world, and what each answer promises.

Every port has a contract suite in `tests/contracts/ports`, run by every peer.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from countroom.core.errors import Unavailable
from countroom.core.events import Event, Sealed
from countroom.core.ids import PlayerKey
from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.rejection import Rejection
from countroom.core.signals import Judgement, Outgoing, Recipient, Reply, Signal


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """One item that could not be accepted, as it is kept until a person or a mending comes."""

    kind: str
    rejections: tuple[Rejection, ...]
    receipt: bytes
    """The receipt, sealed whole under the brand's quarantine key; never in clear."""
    received_at: Instant


class Chunk(msgspec.Struct, frozen=True):
    """What one commit group left for one shard, in order."""

    seq: int
    """Position in its log, from 1; a shard sees increasing numbers with gaps."""
    logged_at: Instant
    items: bytes
    """msgpack list of `Item`, decoded by the shard."""
    count: int
    """Items in `items`."""


class LogCounts(msgspec.Struct, frozen=True):
    """What one log has taken since it began, counted from durable rows."""

    items: int
    refusals: int


class EventLog(Protocol):
    """The writing side of one source's log. One writer; a single thread."""

    def append(self, items: Mapping[int, Sequence[Item]], refusals: Sequence[Refusal], logged_at: Instant) -> int:
        """Record items per shard, and refusals, durably: all or none. The position after them.

        When this returns, the sources may be acknowledged. Repeats are welcome: the fold
        drops what it has seen.

        Raises:
            Unavailable: the log cannot be written. Nothing was recorded; try again.
        """
        ...

    def close(self) -> None:
        """Release the files. Nothing is lost by not calling it."""
        ...


class LogReader(Protocol):
    """The reading side of one source's log, for one shard."""

    def read(self, after: int, limit_items: int) -> list[Chunk]:
        """Chunks of this shard with `seq > after`, in order, about `limit_items` items in all; empty when level."""
        ...

    def head(self) -> int:
        """The log's last position, whatever shard it was for; 0 when empty."""
        ...

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        """Refusals with their positions, in order."""
        ...

    def counts(self) -> LogCounts:
        """How many items and refusals the log has taken in all, whatever shard they were for."""
        ...


class Shelved(msgspec.Struct, frozen=True):
    """One refused message that was answered instead of logged, and what tells it from others."""

    body_hash: bytes
    """blake2b of the body as it came: a sender who repeats it for ever fills one row."""
    refusal: Refusal


class RefusalShelf(Protocol):
    """Where refused messages of one source are kept that were answered with a 400. One writer; a single thread."""

    def set_aside(self, refused: Sequence[Shelved], at: Instant) -> None:
        """Count each body, and keep the first of each as far as the shelf has room, durably: all or none.

        Raises:
            Unavailable: the shelf cannot be written. Nothing was recorded; try again.
        """
        ...


class ShardWrite(Protocol):
    """Everything one batch leaves behind, put down in one synced write."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set a row."""
        ...

    def delete(self, key: bytes) -> None:
        """Remove a row; removing what is not there is no error."""
        ...


class ShardStore(Protocol):
    """The rows of one shard: ordered bytes to bytes. One writing process; readers are threads of it."""

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """The rows for `keys`, in their order; None for what is not there."""
        ...

    def scan(self, prefix: bytes, start: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key begins with `prefix`, from `start` on, in order of key, as of the call."""
        ...

    def write(self) -> ShardWrite:
        """An empty write."""
        ...

    def commit(self, write: ShardWrite) -> None:
        """Put all of `write` down, durably and at once: after a kill at any instant either all is there or none."""
        ...

    def close(self) -> None:
        """Release the files."""
        ...


class Personal(msgspec.Struct, frozen=True):
    """Personal values of one player in clear, on their way into the vault."""

    player: PlayerKey
    values: Mapping[str, str]
    at: Instant
    country: str = ""
    """ISO 3166 code of two letters if known: a phone number without prefix is read as one of there."""


class Vault(Protocol):
    """Where personal values live. What it seals can be read with it alone."""

    def seal_all(self, wanted: Sequence[Personal]) -> list[tuple[Sealed, ...] | Unavailable]:
        """For each of `wanted` what `seal` gives or raises: one that must wait for the vault never fails another."""
        ...

    def seal(self, player: PlayerKey, personal: Mapping[str, str], *, at: Instant) -> tuple[Sealed, ...]:
        """Personal values as ciphertext and token. An erased player's values are dropped and counted.

        Raises:
            Unavailable: the vault is away and the player's key is not at hand. Nothing was recorded.
        """
        ...

    def open(self, player: PlayerKey, sealed: Sequence[Sealed]) -> dict[str, str]:
        """The values again. Erased ones are missing.

        Raises:
            Unavailable: the vault is away.
        """
        ...

    def seal_receipt(self, brand: str, receipt: bytes, *, at: Instant) -> bytes:
        """A receipt whose player cannot be read, under the brand's quarantine key of the month."""
        ...

    def find(self, brand: str, field: str, *, value: str) -> list[PlayerKey]:
        """Players with this e-mail or phone, through the blind index."""
        ...


class KeptKey(msgspec.Struct, frozen=True):
    """A player's key as it lies on the disk."""

    wrapped: bytes
    """Empty once erased."""
    is_erased: bool = False


class KeptValue(msgspec.Struct, frozen=True, array_like=True):
    """One personal value of a player, as ciphertext."""

    player: PlayerKey
    field: str
    token: bytes
    cipher: bytes


class IndexRow(msgspec.Struct, frozen=True, array_like=True):
    """That a player has or had a certain e-mail or phone; `blind` is a keyed hash of it."""

    player: PlayerKey
    field: str
    blind: bytes


class VaultChange(msgspec.Struct, frozen=True, kw_only=True):
    """Rows to be put down in one synced write. What is there already stays as it is."""

    at: Instant
    player_keys: Sequence[tuple[PlayerKey, bytes]] = ()
    quarantine_keys: Sequence[tuple[str, str, bytes]] = ()
    """Brand, month (`2026-11`), wrapped key."""
    values: Sequence[KeptValue] = ()
    index: Sequence[IndexRow] = ()


class VaultRows(Protocol):
    """The rows of the vault. One process, one thread; nothing in them can be read without the key file."""

    def key_mark(self) -> bytes | None:
        """Tells which key file the rows belong to; None before `set_key_mark`."""
        ...

    def set_key_mark(self, mark: bytes) -> None:
        """Tie the rows to a key file, once."""
        ...

    def player_keys(self, players: Sequence[PlayerKey]) -> list[KeptKey | None]:
        """The players' keys in the order asked; None for who has none yet."""
        ...

    def quarantine_key(self, brand: str, month: str) -> bytes | None:
        """The wrapped quarantine key of a brand and month."""
        ...

    def values(self, player: PlayerKey) -> list[KeptValue]:
        """All values of the player that were ever stated, in order of field and token."""
        ...

    def holders(self, brand: str, field: str, *, blind: bytes) -> list[PlayerKey]:
        """Players of `brand` with this row in the blind index, in order of id."""
        ...

    def record(self, change: VaultChange) -> None:
        """Put `change` down, durably: all or none.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        ...

    def erase(self, player: PlayerKey, at: Instant) -> bool:
        """Remove key, values and index rows of the player and leave a tombstone, durably; False if there was one.

        Raises:
            Unavailable: it cannot be written now. Nothing was erased.
        """
        ...

    def close(self) -> None:
        """Release the files."""
        ...


class OutboxRow(msgspec.Struct, frozen=True):
    """One loud signal of a linked player, by its number in its shard's outbox."""

    number: int
    """From 1, without gaps."""
    signal: Signal


class Outbox(Protocol):
    """The outbox of one shard, read from another process."""

    async def read(self, after: int, limit: int) -> list[OutboxRow]:
        """Rows with `number > after`, in order; empty when level.

        Raises:
            Unavailable: the shard does not answer now.
        """
        ...

    async def release(self, upto: int) -> None:
        """Rows up to this number are held elsewhere: the shard may drop them with its next batch.

        Raises:
            Unavailable: the shard does not answer now. Say it again later; nothing is lost.
        """
        ...


class PartnerDialect(Protocol):
    """How one partner is spoken to. Pure; made from the partner's configuration."""

    def messages(self, signal: Signal, recipient: Recipient) -> Sequence[Outgoing]:
        """What the partner is told of a signal: nothing, one message or several, in the order to send them.

        The link facts give the initial messages, repeatable facts the last only.
        """
        ...

    def judge(self, reply: Reply) -> Judgement:
        """What the partner's answer means."""
        ...


@runtime_checkable
class TracedDialect(Protocol):
    """A partner's dialect that can name what a fact became, so that it is found again. Pure."""

    def ids_of(self, kind: str, subject: str, recipient: Recipient) -> list[str] | None:
        """Ids of the messages that the fact (kind, subject) became, or would have; None: none is ever made of it."""
        ...


class PartnerLine(Protocol):
    """The wire to one partner."""

    async def send(self, message: Outgoing) -> Reply:
        """Send one message and wait for the answer, whatever its status.

        Raises:
            Unavailable: no answer came: refused, timed out, name unknown, certificate not trusted; its text says which.
        """
        ...


__all__ = [
    "Chunk",
    "Event",
    "EventLog",
    "IndexRow",
    "KeptKey",
    "KeptValue",
    "LogCounts",
    "LogReader",
    "Outbox",
    "OutboxRow",
    "PartnerDialect",
    "PartnerLine",
    "Personal",
    "Refusal",
    "RefusalShelf",
    "ShardStore",
    "ShardWrite",
    "Shelved",
    "TracedDialect",
    "Vault",
    "VaultChange",
    "VaultRows",
]
