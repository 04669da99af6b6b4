"""The vault as ingest and the API see it: sealing is local, and the process is asked only when it must be.

It must be for a player's first key, for a quarantine key once a month, and for values of the profile
that it does not hold yet: those are looked up by their tokens later, so they must be there before the
log says so. For threads; one at a time talks.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from countroom.core.errors import Unavailable
from countroom.core.events import Sealed
from countroom.core.ids import PlayerKey
from countroom.core.instants import Instant, to_datetime
from countroom.core.item import is_profile_field
from countroom.ports import KeptValue, Personal
from countroom.vault.cipher import Chance, Cipher, bound_to
from countroom.vault.line import Line
from countroom.vault.messages import (
    AskErase,
    AskKeep,
    AskKeys,
    AskPlayers,
    AskQuarantineKey,
    AskValues,
    AskWell,
    SayKept,
    SayKeys,
    SayPlayers,
    SayQuarantineKey,
    SayValues,
    ToIndex,
)
from countroom.vault.player_seal import PlayerSeal
from countroom.vault.tokens import EMAIL, PHONE

KEYS_HELD: Final = 50_000

_RECEIPT_VERSION: Final = b"\x01"
_MONTH_BYTES: Final = len("2026-11")
_NOW_UNKNOWN: Final = Instant(0)


class VaultClient:
    """Fulfils `ports.Vault` over a `Line` to the vault process."""

    def __init__(self, line: Line, *, chance: Chance, keys_held: int = KEYS_HELD) -> None:
        self._line = line
        self._chance = chance
        self._keys_held = keys_held
        self._seals: OrderedDict[PlayerKey, PlayerSeal | None] = OrderedDict()
        self._quarantine: dict[tuple[str, str], Cipher] = {}
        self._lock = threading.RLock()
        self.dropped = 0
        """Personal values of erased players that were not kept, since the process began."""

    def seal(self, player: PlayerKey, personal: Mapping[str, str], *, at: Instant) -> tuple[Sealed, ...]:
        """Personal values as ciphertext and token. An erased player's values are dropped and counted.

        Raises:
            Unavailable: the vault is needed and away. Nothing was recorded.
        """
        [answer] = self.seal_all([Personal(player, personal, at)])
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    def seal_all(self, wanted: Sequence[Personal]) -> list[tuple[Sealed, ...] | Unavailable]:
        """For each of `wanted` what `seal` gives or raises: one that must wait for the vault never fails another."""
        with self._lock:
            away = self._fetch(wanted)
            answers: list[tuple[Sealed, ...] | Unavailable] = []
            for one in wanted:
                if one.player not in self._seals:
                    answers.append(away or Unavailable("the vault gave no key"))
                else:
                    seal = self._seals[one.player]
                    answers.append(seal.seal(one.values) if seal else self._drop(one))
            self._keep(wanted, answers)
            self._shrink()
            return answers

    def open(self, player: PlayerKey, sealed: Sequence[Sealed]) -> dict[str, str]:
        """The values again. Erased ones are missing.

        Raises:
            Unavailable: the vault is away.
            Damaged: a value was not sealed for this player and field.
        """
        with self._lock:
            if player not in self._seals:
                [key] = self._line.ask(AskKeys((player,), create=False, at=_NOW_UNKNOWN), SayKeys).keys
                if not key:
                    return {}  # Not remembered: he may get a key yet.
                self._seals[player] = PlayerSeal(player, key, chance=self._chance)
                self._shrink()
            seal = self._seals[player]
            return seal.open(sealed) if seal else {}

    def held(self, player: PlayerKey) -> tuple[Sealed, ...]:
        """Every value of the player's profile that was ever stated; the page of his profile says by token which counts.

        Raises:
            Unavailable: the vault is away.
        """
        values = self._line.ask(AskValues(player), SayValues).values
        return tuple(Sealed(value.field, value.token, value.cipher) for value in values)

    def seal_receipt(self, brand: str, receipt: bytes, *, at: Instant) -> bytes:
        """A receipt whose player cannot be read, under the brand's quarantine key of the month.

        Raises:
            Unavailable: it is the first of the month, and the vault is away.
        """
        month = f"{to_datetime(at):%Y-%m}"
        cipher = self._quarantine_cipher(brand, month, at=at)
        if cipher is None:
            raise Unavailable("the vault gave no quarantine key")
        return _RECEIPT_VERSION + month.encode() + cipher.seal(receipt, bound_to("receipt", brand, month))

    def open_receipt(self, brand: str, sealed: bytes) -> bytes | None:
        """The receipt again; None when its month's key is no more.

        Raises:
            Unavailable: the vault is away.
            Damaged: it was not sealed for this brand, or was changed since.
        """
        month = sealed[1 : 1 + _MONTH_BYTES].decode("ascii", "replace")
        cipher = self._quarantine_cipher(brand, month, at=None)
        if cipher is None:
            return None
        return cipher.open(sealed[1 + _MONTH_BYTES :], bound_to("receipt", brand, month))

    def find(self, brand: str, field: str, *, value: str) -> list[PlayerKey]:
        """Players who have or had this `email` or `phone`, through the blind index.

        Raises:
            Unavailable: the vault is away.
        """
        return list(self._line.ask(AskPlayers(brand, field, value), SayPlayers).players)

    def erase(self, player: PlayerKey, at: Instant) -> None:
        """Forget the player's key, values and index rows for ever.

        Other clients notice when they next ask the vault about him; what they seal until then nobody can open.

        Raises:
            Unavailable: the vault is away. Nothing was erased.
        """
        self._line.ask(AskErase(player, at), SayKept)
        with self._lock:
            self._seals[player] = None

    def fault(self) -> str | None:
        """What is wrong with the vault, for readiness; None when it answers."""
        try:
            self._line.ask(AskWell(), SayKept)
        except Unavailable as away:
            return str(away)
        return None

    def close(self) -> None:
        """End the connection, and forget the keys."""
        with self._lock:
            self._seals.clear()
            self._quarantine.clear()
            self._line.close()

    def _fetch(self, wanted: Sequence[Personal]) -> Unavailable | None:
        missing: dict[PlayerKey, Instant] = {}
        for one in wanted:
            if one.player in self._seals:
                self._seals.move_to_end(one.player)
            else:
                missing.setdefault(one.player, one.at)
        if not missing:
            return None
        players = tuple(missing)
        try:
            keys = self._line.ask(AskKeys(players, create=True, at=max(missing.values())), SayKeys).keys
        except Unavailable as away:
            return away
        for player, key in zip(players, keys, strict=True):
            self._seals[player] = PlayerSeal(player, key, chance=self._chance) if key else None
        return None

    def _keep(self, wanted: Sequence[Personal], answers: list[tuple[Sealed, ...] | Unavailable]) -> None:
        """Hand over what the vault does not hold yet; where that fails, the answer becomes the failure."""
        news = {
            place: fresh
            for place, (one, answer) in enumerate(zip(wanted, answers, strict=True))
            if not isinstance(answer, Unavailable) and (fresh := self._news(one.player, answer))
        }
        if not news:
            return
        values = [KeptValue(wanted[place].player, s.field, s.token, s.cipher) for place in news for s in news[place]]
        index = [entry for place in news for entry in _to_index(wanted[place], news[place])]
        at = max(wanted[place].at for place in news)
        try:
            erased = self._line.ask(AskKeep(tuple(values), tuple(index), at), SayKept).erased
        except Unavailable as away:
            for place in news:
                answers[place] = away
            return
        for player in erased:
            self._seals[player] = None
        for place, fresh in news.items():
            seal = self._seals[wanted[place].player]
            if seal is None:
                answers[place] = self._drop(wanted[place])
            else:
                seal.kept.update((s.field, s.token) for s in fresh)

    def _news(self, player: PlayerKey, sealed: Sequence[Sealed]) -> list[Sealed]:
        seal = self._seals[player]
        return [s for s in sealed if seal and is_profile_field(s.field) and seal.kept.get(s.field) != s.token]

    def _drop(self, one: Personal) -> tuple[Sealed, ...]:
        self.dropped += len(one.values)
        return ()

    def _shrink(self) -> None:
        while len(self._seals) > self._keys_held:
            self._seals.popitem(last=False)

    def _quarantine_cipher(self, brand: str, month: str, *, at: Instant | None) -> Cipher | None:
        with self._lock:
            cipher = self._quarantine.get((brand, month))
            if cipher is None:
                ask = AskQuarantineKey(brand, month, create=at is not None, at=at or _NOW_UNKNOWN)
                key = self._line.ask(ask, SayQuarantineKey).key
                if key:
                    cipher = self._quarantine[brand, month] = Cipher(key, self._chance)
            return cipher


def _to_index(one: Personal, fresh: Sequence[Sealed]) -> list[ToIndex]:
    """What of the `fresh` fields can be found by: the e-mail, and the phone with its prefix before it."""
    fields = {s.field for s in fresh}
    entries = []
    if EMAIL in fields:
        entries.append(ToIndex(one.player, EMAIL, one.values[EMAIL]))
    if fields & {"mobile", "mobile_prefix"} and "mobile" in one.values:
        entries.append(ToIndex(one.player, PHONE, _whole_phone(one.values), one.country))
    return entries


def _whole_phone(values: Mapping[str, str]) -> str:
    """The number with its prefix before it, unless it has one of its own."""
    number, prefix = values["mobile"].strip(), values.get("mobile_prefix", "").strip()
    if not prefix or number.startswith(("+", "00")):
        return values["mobile"]
    return f"{prefix if prefix.startswith(('+', '00')) else f'+{prefix}'}{number.lstrip('0')}"
