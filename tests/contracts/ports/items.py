"""Items, refusals and stamps for the suites of the stores."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import msgspec

from countroom.core.events import About, BetPlaced
from countroom.core.identity import casino
from countroom.core.ids import ActivityId, BrandId, PlayerId, RoundId, SourceName, StudioId
from countroom.core.instants import Instant, parse
from countroom.core.item import Item
from countroom.core.rejection import Reason, Rejection
from countroom.ports import Chunk, Refusal

NOON: Final = parse("2026-03-04T12:00:00Z")

_decoder = msgspec.msgpack.Decoder(list[Item])


def item(activity: str) -> Item:
    """A bet with this id."""
    about = About(
        brand=BrandId("lucky"),
        player=PlayerId("4711"),
        source=SourceName("games"),
        occurred_at=NOON,
        received_at=NOON,
        business_id=casino("bet", activity),
    )
    bet = BetPlaced(
        about=about,
        activity_id=ActivityId(activity),
        studio=StudioId(""),
        round_id=RoundId("r1"),
        currency="EUR",
        rate=Decimal("1.10"),
        pockets=(Decimal("2.5"),),
    )
    return Item(kind="CASINO", events=(bet,), original=b'{"amount": 2.5}')


def items(*activities: str) -> list[Item]:
    """Bets with these ids."""
    return [item(activity) for activity in activities]


def refusal(detail: str) -> Refusal:
    """A refusal that can be told from others."""
    rejections = (Rejection(Reason.MALFORMED, detail, "$.amount"),)
    return Refusal(kind="CASINO", rejections=rejections, receipt=detail.encode(), received_at=NOON)


def decoded(chunks: Iterable[Chunk]) -> list[Item]:
    """All items of `chunks`, in order."""
    return [item for chunk in chunks for item in _decoder.decode(chunk.items)]


def activities(chunks: Iterable[Chunk]) -> list[str]:
    """The ids of all bets of `chunks`, in order."""
    return [event.activity_id for item in decoded(chunks) for event in item.events if isinstance(event, BetPlaced)]


def at(minutes: int) -> Instant:
    """So many minutes after noon."""
    return Instant(NOON + minutes * 60_000_000)
