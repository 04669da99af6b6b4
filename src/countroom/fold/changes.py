"""What an event changed of things that partners were told of, as they stood before it: told once the event is folded.

One event may touch a session or a grant many times, by each posting of a round that is derived anew. What is told of
it compares the end with the beginning, so the beginning is kept here.
"""

from decimal import Decimal

import msgspec

from countroom.core.events import About
from countroom.fold.money_pages import BonusPage
from countroom.fold.pages import Cluster

Content = dict[str, object]


def cause_of(about: About) -> Content:
    """What made the change, by its own id; nothing for what time alone brought about."""
    own_id = about.source_id or about.business_id
    return {"cause": own_id} if own_id else {}


class SessionBefore(msgspec.Struct, frozen=True, gc=False):
    """A session that was told as ended, before the event changed it."""

    cluster: Cluster
    id: str
    content: Content | None
    """What would have been told of it; None for a player who is linked nowhere."""


class Merged(msgspec.Struct, frozen=True, gc=False):
    """A session that was taken into an earlier one."""

    kept: Cluster
    kept_id: str
    withdrawn_id: str
    was: Content | None
    """Both as they were, `kept` and `withdrawn`; None for a player who is linked nowhere."""


class GrantShape(msgspec.Struct, frozen=True, gc=False):
    """What is told of a grant. Of one that has not ended only the last two are filled in."""

    state: str
    ended_at: int
    """0 while it has not ended."""
    amount: Decimal
    converted: Decimal
    required: Decimal | None
    wagered: Decimal

    @property
    def is_wagered(self) -> bool:
        """True when the turnover demanded is reached."""
        return self.required is not None and 0 < self.required <= self.wagered

    @property
    def sums(self) -> Content:
        """As they are told."""
        found: Content = {"wagered": self.wagered}
        if self.required is not None:
            found["required"] = self.required
        if self.ended_at:
            found |= {"state": self.state, "ended_at": self.ended_at}
            found |= {"amount": self.amount, "converted": self.converted}
        return found


class Changes:
    """What one event changed of things that were told."""

    __slots__ = ("grants", "merged", "sessions")

    def __init__(self) -> None:
        self.sessions: list[SessionBefore] = []
        self.merged: list[Merged] = []
        self.grants: dict[str, tuple[BonusPage, GrantShape]] = {}
        """Per grant its page, and how it stood."""
