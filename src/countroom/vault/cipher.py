"""AES-256-GCM with what it belongs to bound in: a ciphertext moved to another player or field does not open.

A sealed value is one byte of version, 12 bytes of nonce, and the ciphertext with its tag. Nonces are
random: 96 bits under a key of each player's own, who has some thousands of values, not billions.
"""

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from countroom.core.errors import Damaged

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"
_HEAD_BYTES: Final = len(_VERSION) + _NONCE_BYTES

Chance = Callable[[int], bytes]
"""So many random bytes; `os.urandom` except in tests."""


def bound_to(*parts: str) -> bytes:
    """Associated data that says what a ciphertext belongs to; each part with its length before it.

    >>> bound_to("lucky", "4711") == bound_to("lucky4", "711")
    False
    """
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


class Cipher:
    """One key, ready for use."""

    __slots__ = ("_aead", "_chance")

    def __init__(self, key: bytes, chance: Chance) -> None:
        self._aead = AESGCM(key)
        self._chance = chance

    def seal(self, clear: bytes, belongs: bytes) -> bytes:
        """`clear` as ciphertext that opens only with this key and the same `belongs`; never twice the same."""
        nonce = self._chance(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, clear, belongs)

    def open(self, sealed: bytes, belongs: bytes) -> bytes:
        """What was sealed.

        Raises:
            Damaged: it was sealed with another key, for something else, or was changed since.
        """
        if sealed[:1] != _VERSION or len(sealed) < _HEAD_BYTES:
            raise Damaged(f"expected a sealed value of version 1, found {len(sealed)} bytes of something else")
        try:
            return self._aead.decrypt(sealed[1:_HEAD_BYTES], sealed[_HEAD_BYTES:], belongs)
        except InvalidTag as error:
            raise Damaged("expected a value sealed with this key for this place, found another") from error
