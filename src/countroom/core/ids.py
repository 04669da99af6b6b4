"""Ids that cannot be mixed up: each is text with a name of its own for the type checker.

An id is kept as it was sent, as text: `5` and `"5"` are one player (tolerance 1). Player
ids are not personal data here.
"""

from typing import Final, NewType

import msgspec

BrandId = NewType("BrandId", str)
PlayerId = NewType("PlayerId", str)
SourceName = NewType("SourceName", str)
ActivityId = NewType("ActivityId", str)
StudioId = NewType("StudioId", str)
RoundId = NewType("RoundId", str)
GameId = NewType("GameId", str)
PaymentId = NewType("PaymentId", str)
UserBonusId = NewType("UserBonusId", str)
LinkId = NewType("LinkId", str)
PartnerId = NewType("PartnerId", str)

MAX_ID_CHARS: Final = 200
"""Longest id that is taken, in characters. The vendors show none above 64."""


class PlayerKey(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One account at one brand."""

    brand: BrandId
    player: PlayerId

    def __str__(self) -> str:
        return f"{self.brand}/{self.player}"


def is_id(text: str) -> bool:
    """True when `text` can be an id: 1 to 200 characters, none of them a control character.

    Control characters are kept out because page keys and identities use them as separators.
    """
    return 0 < len(text) <= MAX_ID_CHARS and text.isprintable()
