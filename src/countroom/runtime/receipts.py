"""Refused receipts opened for people, masked: what is documented and not personal is shown, of the rest the kind."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import CountroomError, Damaged
from countroom.dialects.fasttrack.catalogue import page_of
from countroom.vault.client import VaultClient

_SHOWN_CHARS: Final = 120
_decode = msgspec.msgpack.Decoder(Envelope).decode


def opened(vault: VaultClient, sealed: bytes, *, brands: Sequence[str]) -> Envelope | None:
    """The receipt; None when the vault is away, or its key is no more.

    A shelf does not say under which brand's key a receipt lies: one that names no brand lies under none.
    """
    for brand in ("", *brands):
        try:
            receipt = vault.open_receipt(brand, sealed)
        except Damaged:
            continue  # It was sealed under another brand's.
        except CountroomError:
            return None
        if receipt is not None:
            return _decode(receipt)
    return None


def masked(envelope: Envelope) -> Any:
    """The payload as it may be seen; where it is no JSON, only its size."""
    try:
        body = json.loads(envelope.payload)
    except (ValueError, RecursionError):
        return f"no JSON, {len(envelope.payload)} bytes"
    page = page_of(envelope.kind)
    return _masked(body, page.fields if page is not None else frozenset())


def _masked(value: Any, plain: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            _key(name): _short(inner) if name in plain and not isinstance(inner, dict | list) else _shape(inner)
            for name, inner in value.items()
        }
    return [_masked(inner, plain) for inner in value] if isinstance(value, list) else _shape(value)


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return f"<object of {len(value)}>"
    if isinstance(value, list):
        return f"<list of {len(value)}>"
    if isinstance(value, str):
        return f"<text of {len(value)}>"
    return f"<{type(value).__name__}>"


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _SHOWN_CHARS:
        return value[:_SHOWN_CHARS] + "…"
    return value


def _key(name: str) -> str:
    return name if len(name) <= _SHOWN_CHARS else name[:_SHOWN_CHARS] + "…"
