"""API keys: who is calling, which brands he speaks for, and as which source.

A key is 256 random bits; kept is its SHA-256 only, which needs no salt and no slowness, for there
is nothing to guess. Clients send it in four ways (tolerance 11), all of which are understood.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Final

import msgspec

from countroom.core.errors import CountroomError
from countroom.core.ids import BrandId, SourceName

PREFIX: Final = "cr_"
"""Lets secret scanners find a key that was committed by mistake."""
CARRIERS: Final = frozenset({b"x-api-key", b"authorization"})
"""Headers that can carry a key."""
_KEY_BYTES: Final = 32
_REMEMBERED: Final = 10_000
_CHECK_EVERY_S: Final = 1.0

Headers = Iterable[tuple[bytes, bytes]]


class KeyEntry(msgspec.Struct, frozen=True):
    """One key as the hub knows it."""

    key_id: str
    """Names the key in lists and logs; no secret."""
    digest: str
    """SHA-256 of the key, hexadecimal."""
    source: SourceName
    brands: tuple[BrandId, ...]
    is_revoked: bool = False


class KeyRing(msgspec.Struct, frozen=True):
    """All keys, as of one version of where they are kept."""

    version: object
    entries: Sequence[KeyEntry]


class KeyTable:
    """The keys that count now.

    `version` says cheaply whether anything changed, and is asked at most once a second; `read`
    gives everything. A key that is revoked is therefore refused a second later at most.
    """

    def __init__(
        self, read: Callable[[], KeyRing], *, version: Callable[[], object], now_s: Callable[[], float]
    ) -> None:
        self._read = read
        self._version = version
        self._now_s = now_s
        self._by_digest: dict[bytes, KeyEntry] = {}
        self._remembered: dict[tuple[bytes, bytes], KeyEntry] = {}
        self._seen: object = None
        self._check_at = 0.0
        self.fault: str | None = None
        """Why the keys cannot be followed at present; for readiness."""
        self.refresh()

    def refresh(self) -> None:
        """Read all keys anew."""
        ring = self._read()
        self._seen = ring.version
        self._by_digest = {bytes.fromhex(entry.digest): entry for entry in ring.entries}
        self._remembered = {}
        self._check_at = self._now_s() + _CHECK_EVERY_S

    def find(self, headers: Headers) -> KeyEntry | None:
        """The entry of the key that a request with these headers presents; None when there is no such key."""
        if self._now_s() >= self._check_at:
            self._follow()
        remembered = self._remembered
        for header in headers:
            # A header that was checked once is known by its text; the secret is compared by its hash below.
            if header[0] in CARRIERS and (entry := remembered.get(header) or self._check(header)) is not None:
                return entry
        return None

    def _follow(self) -> None:
        self._check_at = self._now_s() + _CHECK_EVERY_S
        try:
            if self._version() != self._seen:
                self.refresh()
            self.fault = None
        except (CountroomError, OSError) as error:
            # Those who could come in a second ago still can: a caller is not to blame for our disk.
            self.fault = f"the keys cannot be read: {error}"

    def _check(self, header: tuple[bytes, bytes]) -> KeyEntry | None:
        for presented in presentations(*header):
            digest = sha256(presented).digest()
            entry = self._by_digest.get(digest)
            if entry is not None and compare_digest(bytes.fromhex(entry.digest), digest):
                if len(self._remembered) >= _REMEMBERED:
                    self._remembered = {}
                self._remembered[header] = entry
                return entry
        return None


def presentations(name: bytes, value: bytes) -> Iterator[bytes]:
    """What may be the key in a header: whole, after `Bearer`, or in `Basic` bare or as user or password.

    >>> list(presentations(b"authorization", b"Basic " + base64.b64encode(b"cr_k:")))[-1]
    b'cr_k'
    """
    value = value.strip()
    yield value
    if name != b"authorization":
        return
    scheme, _, rest = value.partition(b" ")
    rest = rest.strip()
    if not rest or scheme.lower() not in {b"bearer", b"basic"}:
        return
    yield rest
    if scheme.lower() == b"basic":
        yield from _basic(rest)


def _basic(encoded: bytes) -> Iterator[bytes]:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return
    yield decoded
    user, colon, password = decoded.partition(b":")
    if colon:
        yield from (part for part in (password, user) if part)


def new_key(chance: Callable[[int], bytes]) -> tuple[str, str]:
    """A new key and its digest, out of 32 bytes of `chance`. The key is shown once and kept nowhere.

    >>> new_key(bytes)[0]
    'cr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    key = PREFIX + base64.urlsafe_b64encode(chance(_KEY_BYTES)).decode().rstrip("=")
    return key, sha256(key.encode()).hexdigest()
