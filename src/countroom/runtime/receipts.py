"""Refused receipts opened for people, masked: what is documented and not personal is shown, of the rest the kind."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.errors import Damaged
from countroom.core.quarantine import Held
from countroom.dialects import readers
from countroom.dialects.fasttrack.catalogue import page_of
from countroom.vault.client import VaultClient

_SHOWN_CHARS: Final = 120
_MOST_DIGITS: Final = 30
_NUMBER: Final = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_CURRENCY: Final = re.compile(r"[A-Za-z]{2,8}")
_decode = msgspec.msgpack.Decoder(Envelope).decode


class Opened(msgspec.Struct, frozen=True):
    """A refused message, in clear."""

    envelope: Envelope
    brand: str
    """Under whose quarantine key it lay; empty: of a sender who speaks for several."""


class Receipts:
    """Opens sealed receipts. For threads."""

    def __init__(self, vault: VaultClient, brands: Sequence[str]) -> None:
        self._vault = vault
        self._brands = ["", *brands]

    def open(self, sealed: bytes) -> Opened | None:
        """The receipt; None when its key is no more.

        A shelf does not say under which brand's key a receipt lies: the one that fitted last is tried first.

        Raises:
            Unavailable: the vault is away.
        """
        for brand in list(self._brands):
            try:
                receipt = self._vault.open_receipt(brand, sealed)
            except Damaged:
                continue  # It was sealed under another brand's.
            if receipt is not None:
                if self._brands[0] != brand:
                    self._brands = [brand, *(each for each in self._brands if each != brand)]
                return Opened(_decode(receipt), brand)
        return None


def player_of(envelope: Envelope) -> str:
    """Whose a message is, as it says itself; empty where it does not say so plainly."""
    body = readers.read(envelope.payload)
    value = body.values.get("user_id") if isinstance(body, readers.Body) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def held_in(payload: bytes) -> Held | None:
    """Currency and amount that a message states at its top, where both can be read without guessing."""
    try:
        body = json.loads(payload, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    amount, currency = body.get("amount"), body.get("currency")
    if isinstance(amount, str) and _NUMBER.fullmatch(amount):
        amount = Decimal(amount)
    if not isinstance(amount, Decimal) or not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    digits, exponent = amount.as_tuple().digits, amount.as_tuple().exponent
    is_usual = isinstance(exponent, int) and abs(exponent) <= _MOST_DIGITS and len(digits) <= _MOST_DIGITS
    return (currency.upper(), amount) if is_usual and amount > 0 else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object.

    Raises:
        ValueError: a name is there twice, and nobody can tell which of the two counts.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("expected every name once")
    return found


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
