"""What could not be accepted, as it is kept until a person or a mending comes: receipts, and groups of like ones."""

import re
from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b
from typing import Final, Literal

import msgspec

from countroom.core.instants import Instant
from countroom.core.money import plain
from countroom.core.rejection import Rejection

GroupStatus = Literal["open", "ignored", "acknowledged", "resolved"]
ReceiptState = Literal["waiting", "redriven", "discarded"]
Origin = Literal["rest", "log", "shard"]

Held = tuple[str, Decimal]
"""A currency, and an amount in it."""

SEPARATOR: Final = "·"
_VERSION: Final = "v1"
_MOST_CHARS: Final = 100
_INDEX: Final = re.compile(r"\[[^\]]*\]")


def fingerprint(dialect: str, kind: str, rejection: Rejection) -> str:
    """What like refusals have in common: `v1·dialect·type·reason·path`, with no index of an array and no value.

    >>> from countroom.core.rejection import Reason
    >>> fingerprint("fasttrack", "SPORTSBOOK", Rejection(Reason.BAD_AMOUNT, "no number", "$.bets[3].amount"))
    'v1·fasttrack·SPORTSBOOK·bad_amount·$.bets[].amount'
    """
    return SEPARATOR.join((_VERSION, dialect, _short(kind), rejection.reason, place_of(rejection)))


def place_of(rejection: Rejection) -> str:
    """The path of a rejection as groups know it: `[]` for any element of an array."""
    return _short(_INDEX.sub("[]", rejection.path))


def group_id(source: str, mark: str) -> str:
    """The id of a source's group with this fingerprint: the same in every hub.

    >>> group_id("fasttrack", "v1·fasttrack·CASINO·bad_amount·$.amount")
    'q-a3b78b5d46'
    """
    return f"q-{blake2b(f'{source}{SEPARATOR}{mark}'.encode(), digest_size=5).hexdigest()}"


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One refusal as it was found where it was refused."""

    number: int
    """Within its origin."""
    source: str
    dialect: str
    kind: str
    rejections: tuple[Rejection, ...]
    times: int
    first_at: Instant
    last_at: Instant
    received_at: Instant
    receipt: bytes = b""
    """Sealed, of what could not be read."""
    copy: bytes = b""
    """The item, of what the fold refused."""
    body: bytes = b""
    """What tells it from others; its number when empty."""
    player: bytes | None = None
    """A mark of whose it is, for counting; empty: nobody can tell, None: nobody has looked yet."""
    held: Held | None = None
    """What it is about in money, where that can be read."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined receipt."""

    id: int
    origin: str
    """`rest.<source>`, `log.<source>` or `shard.<number>`."""
    number: int
    group_id: str
    source: str
    kind: str
    rejections: tuple[Rejection, ...]
    times: int
    first_at: Instant
    last_at: Instant
    received_at: Instant
    state: ReceiptState = "waiting"
    state_at: Instant | None = None
    job_id: str = ""
    """What redrove it."""
    mapping: int = 0
    """The mapping by which it was read when it was redriven."""
    is_pruned: bool = False
    """What it held was forgotten after its retention."""
    receipt: bytes = b""
    copy: bytes = b""

    @property
    def name(self) -> str:
        """Where it lies, as people name it: `rest.fasttrack.1`."""
        return f"{self.origin}.{self.number}"

    @property
    def was_counted(self) -> bool:
        """True when it was received before, in a log: what was answered 400 never was."""
        return not self.origin.startswith("rest.")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts of one source that were refused for one reason in one place."""

    group_id: str
    fingerprint: str
    source: str
    dialect: str
    kind: str
    reason: str
    path: str
    detail: str
    example: str
    bodies: int
    seen: int
    """Messages, repeats counted."""
    arrived: int
    """The same, ever: what later turned out to belong to another group is still in it."""
    waiting: int
    redriven: int
    discarded: int
    players: int
    is_read: bool
    """False while some receipts have not been opened to see whose they are: then `players` may be more."""
    first_at: Instant
    last_at: Instant
    status: GroupStatus = "open"
    owner: str = ""
    until_at: Instant | None = None
    until_seen: int | None = None
    """An ignored group opens when so many have arrived."""
    merged_into: str = ""
    members: tuple[str, ...] = ()
    """Groups that a person merged into this one."""
    held: dict[str, str] = {}
    """By currency the money that waits, of receipts whose amount can be read, each different one once."""
    hours: dict[int, int] = {}
    """How many came, by hour since 1970, of the last day or so."""


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """Which receipts are meant: of a group with all that was merged into it, or of a whole source, or one."""

    group: str = ""
    source: str = ""
    receipt: str = ""

    @property
    def named(self) -> str:
        """For people, and for the audit log."""
        return self.group or self.receipt or self.source


class Mended(msgspec.Struct, frozen=True, array_like=True):
    """What came of one receipt that was read anew: with rejections it waits on, for a new reason perhaps."""

    id: int
    mapping: int
    rejections: tuple[Rejection, ...] = ()


def together(groups: Iterable[Group], top: Group) -> Group:
    """`top` with the counts of all `groups` that were merged into it."""
    every = [top, *groups]
    return msgspec.structs.replace(
        top,
        bodies=sum(g.bodies for g in every),
        seen=sum(g.seen for g in every),
        arrived=sum(g.arrived for g in every),
        waiting=sum(g.waiting for g in every),
        redriven=sum(g.redriven for g in every),
        discarded=sum(g.discarded for g in every),
        players=sum(g.players for g in every),
        is_read=all(g.is_read for g in every),
        first_at=min(g.first_at for g in every),
        last_at=max(g.last_at for g in every),
        members=tuple(g.group_id for g in every[1:]),
        held=_together(g.held for g in every),
        hours={hour: sum(g.hours.get(hour, 0) for g in every) for hour in {h for g in every for h in g.hours}},
    )


def _together(every: Iterable[dict[str, str]]) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for held in every:
        for currency, amount in held.items():
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return {currency: plain(amount) for currency, amount in sorted(sums.items())}


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"
