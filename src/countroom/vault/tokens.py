"""Tokens and the blind index: what can be compared without being read.

A token tells whether two values of one player are equal; its key derives from the player's own, so
that it means nothing any more once that is gone. The blind index finds a player by e-mail or phone;
its key is the brand's, for equal addresses of different players must meet.
"""

import re
from hashlib import sha256
from hmac import digest
from typing import Final

import phonenumbers

_TOKEN_BYTES: Final = 16
_BLIND_BYTES: Final = 24
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

EMAIL: Final = "email"
PHONE: Final = "phone"


def derived(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one `purpose`, out of a key that is uniformly random (HKDF-Expand, one block)."""
    return digest(key, purpose.encode() + b"\x01", sha256)


def token(token_key: bytes, field: str, *, value: str) -> bytes:
    """16 bytes that are equal for equal values of one field, and say nothing else without the key."""
    return digest(token_key, f"{field}\0{value}".encode("utf-8", "surrogatepass"), sha256)[:_TOKEN_BYTES]


def blind(index_key: bytes, field: str, *, normal: str) -> bytes:
    """24 bytes under which a normalised value stands in the blind index."""
    return digest(index_key, f"{field}\0{normal}".encode("utf-8", "surrogatepass"), sha256)[:_BLIND_BYTES]


def normal_email(value: str) -> str:
    """An e-mail address trimmed and in lower case; what does not look like one stays as it is (tolerance 18).

    >>> normal_email(" Ann@Example.com"), normal_email("gAAAAB==")
    ('ann@example.com', 'gAAAAB==')
    """
    trimmed = value.strip()
    return trimmed.lower() if _EMAIL.fullmatch(trimmed) else value


def normal_phone(value: str, country: str = "") -> str:
    """A phone number as E.164; what cannot be read as one stays as it is (tolerance 18).

    `country` (two letters) is where a number without international prefix is read as from.

    >>> normal_phone("00356 7912 3456"), normal_phone("7912 3456", "MT"), normal_phone("c2VhbGVk")
    ('+35679123456', '+35679123456', 'c2VhbGVk')
    """
    trimmed = value.strip()
    if trimmed.startswith("00"):
        trimmed = f"+{trimmed[2:]}"
    try:
        number = phonenumbers.parse(trimmed, country.upper() or None)
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_possible_number(number):
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
