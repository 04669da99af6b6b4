"""Sealing under one player's key: ciphertext and token from the same key, so that both die with it."""

from collections.abc import Mapping, Sequence

from countroom.core.events import Sealed
from countroom.core.ids import PlayerKey
from countroom.vault.cipher import Chance, Cipher, bound_to
from countroom.vault.tokens import derived, token


class PlayerSeal:
    """One player's key, ready for use."""

    __slots__ = ("_cipher", "_player", "_token_key", "kept")

    def __init__(self, player: PlayerKey, key: bytes, *, chance: Chance) -> None:
        self._player = player
        self._cipher = Cipher(derived(key, "countroom/seal"), chance)
        self._token_key = derived(key, "countroom/token")
        self.kept: dict[str, bytes] = {}
        """Tokens of the values that the vault is known to hold already, by field; the last one of each."""

    def seal(self, values: Mapping[str, str]) -> tuple[Sealed, ...]:
        """All `values` sealed, in the order of their fields' names."""
        return tuple(
            Sealed(
                field,
                token(self._token_key, field, value=values[field]),
                self._cipher.seal(values[field].encode("utf-8", "surrogatepass"), self._place(field)),
            )
            for field in sorted(values)
        )

    def open(self, sealed: Sequence[Sealed]) -> dict[str, str]:
        """The values again.

        Raises:
            Damaged: one of them was sealed for another player or field, or was changed since.
        """
        return {
            s.field: self._cipher.open(s.cipher, self._place(s.field)).decode("utf-8", "surrogatepass") for s in sealed
        }

    def _place(self, field: str) -> bytes:
        return bound_to("field", self._player.brand, self._player.player, field)
