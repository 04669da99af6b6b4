"""Receipts of the quarantine as the API answers them: nothing that must not be seen."""

import msgspec

from countroom.api.quarantined import ReceiptShown
from countroom.core.instants import iso
from countroom.core.item import Item
from countroom.core.quarantine import Receipt

_decode_item = msgspec.msgpack.Decoder(Item).decode


def receipt_shown(receipt: Receipt, *, dialect: str, payload: object = None) -> ReceiptShown:
    """A refused thing, masked: its reasons and when it came; of the receipt what is not personal, or its size.

    `payload` is the masked one, where the vault could open it. What a shard kept is sealed where it is personal.
    """
    if receipt.copy:
        payload = msgspec.json.decode(_decode_item(receipt.copy).original)
    return ReceiptShown(
        number=receipt.name,
        group=receipt.group_id,
        source=receipt.source,
        dialect=dialect,
        type=receipt.kind,
        rejections=[{"reason": r.reason, "path": r.path, "detail": r.detail} for r in receipt.rejections],
        times=receipt.times,
        first_at=iso(receipt.first_at),
        last_at=iso(receipt.last_at),
        state=receipt.state,
        payload=payload,
        receipt=_instead(receipt) if payload is None else "",
        job=receipt.job_id,
        mapping=receipt.mapping,
    )


def _instead(receipt: Receipt) -> str:
    if receipt.is_pruned:
        return "forgotten: it was redriven, and its retention is over"
    return f"sealed, {len(receipt.receipt)} bytes"
