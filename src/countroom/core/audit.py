"""Who changed what and why, as a chain: each row's hash covers the row before it, so none can be altered unnoticed."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

import msgspec

from countroom.core.instants import Instant

Json = dict[str, Any]

START: Final = b""
"""What the first row takes for the hash of the row before it."""
_HASH_BYTES: Final = 32
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """On whose behalf, when and why something is changed."""

    who: str
    """The name of a token or key, with the operating system's user behind it where that is known."""
    at: Instant
    reason: str = ""
    request_id: str = ""
    once: str = ""
    """What the asker calls this request: the same asked again under the same name is not done again."""
    fingerprint: str = ""
    """Of what is asked under that name."""


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change. Holds no personal value and no secret."""

    at: Instant
    who: str
    act: str
    """What was done, as `<thing>.<verb>`: `link.add`, `key.revoke`."""
    target: str
    """The id of what was changed."""
    reason: str = ""
    request_id: str = ""
    before: Json | None = None
    after: Json | None = None


class AuditRow(msgspec.Struct, frozen=True):
    """One change in its place of the chain."""

    number: int
    """From 1, without gaps."""
    entry: AuditEntry
    hash: bytes


class Break(msgspec.Struct, frozen=True):
    """Where a chain does not hold."""

    number: int
    fault: str


class Verdict(msgspec.Struct, frozen=True):
    """What a walk along the chain found."""

    rows: int
    tip: bytes
    """The hash of the last row that holds; kept elsewhere it shows later whether rows were cut off at the end."""
    fault: Break | None = None


def entry_of(mandate: Mandate, act: str, target: str, *, before: Json | None, after: Json | None) -> AuditEntry:
    """The entry that a change under `mandate` leaves."""
    return AuditEntry(
        at=mandate.at,
        who=mandate.who,
        act=act,
        target=target,
        reason=mandate.reason,
        request_id=mandate.request_id,
        before=before,
        after=after,
    )


def hash_of(previous: bytes, number: int, entry: AuditEntry) -> bytes:
    """The hash of row `number`: over the one before it, the number, and the entry in canonical JSON."""
    # By name and not as a record: a field that is added one day must not change the hashes of old rows.
    e = entry
    row = _encode((e.at, e.who, e.act, e.target, e.reason, e.request_id, e.before, e.after))
    return blake2b(previous + number.to_bytes(8, "big") + row, digest_size=_HASH_BYTES).digest()


def verify(rows: Iterable[AuditRow]) -> Verdict:
    """Walk along all rows, in their order, to the first that does not hold."""
    count, tip = 0, START
    for row in rows:
        if row.number != count + 1:
            fault = Break(count + 1, f"expected row {count + 1}, found row {row.number}: rows are missing")
            return Verdict(count, tip, fault)
        made = hash_of(tip, row.number, row.entry)
        if made != row.hash:
            fault = Break(row.number, "the hash does not fit its row and the row before: one of the two was altered")
            return Verdict(count, tip, fault)
        count, tip = row.number, made
    return Verdict(count, tip)
