"""What the words of all kinds are made with: amounts, and an event's identities."""

from decimal import Decimal
from typing import Final

from countroom.core.events import About
from countroom.core.identity import Identity
from countroom.core.money import Pockets, pockets

_POCKET_OF: Final = {"b": 1, "l": 2, "u": 3}

Words = list[str]
Options = dict[str, str]


def money(text: str) -> Pockets:
    """`2+0.5b` as pockets; `0` is nothing."""
    parts = [Decimal(0)] * 4
    for part in text.replace("+-", "-").replace("-", "+-").strip("+").split("+"):
        parts[_POCKET_OF.get(part[-1], 0)] += Decimal(part.rstrip("blu"))
    return pockets(*parts)


def with_ids(about: About, source_id: Identity | None, business_id: Identity | None) -> About:
    """The same, with its identities."""
    return About(
        brand=about.brand,
        player=about.player,
        source=about.source,
        occurred_at=about.occurred_at,
        received_at=about.received_at,
        source_id=source_id,
        business_id=business_id,
    )
