"""A message unread: what arrived, from where, when."""

import msgspec

from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import Instant


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """What arrived, as bytes, before anybody looked inside (people call it a receipt)."""

    source: SourceName
    kind: str
    """The message type in the dialect's own spelling, e.g. `CASINO`."""
    payload: bytes
    received_at: Instant
    brands: tuple[BrandId, ...] = ()
    """Whom its sender may speak for; empty: not known, which receipts of older versions are."""
