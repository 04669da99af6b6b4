"""Whose turn it is: chains of messages per player, in two lanes that share one pace."""

from collections import deque
from typing import Final

from countroom.core.deliveries import Delivery, LinkView

SHARE: Final = 8
"""Of so many turns one is the backlog's, however much is fresh: or who once waited would wait for ever."""


class Chain:
    """What waits for one player at one partner, as far as it is at hand: the first of it, in order."""

    __slots__ = ("deliveries", "is_fresh", "is_over", "is_sending", "link")

    def __init__(self, link: LinkView, deliveries: deque[Delivery], *, is_fresh: bool) -> None:
        self.link = link
        self.deliveries = deliveries
        self.is_fresh = is_fresh
        """Nothing of the player waited when its first message came."""
        self.is_sending = False
        self.is_over = False
        """Forgotten: what is left of it is found in the store again."""

    @property
    def is_whole(self) -> bool:
        """True when all that waits for the player is here."""
        return len(self.deliveries) == self.link.open


class Lanes:
    """Chains that could go now. Fresh ones go first; the backlog has its share."""

    def __init__(self) -> None:
        self._fresh: deque[Chain] = deque()
        self._backlog: deque[Chain] = deque()
        self._turns = 0

    @property
    def fresh(self) -> int:
        """Chains in the fresh lane."""
        return len(self._fresh)

    @property
    def backlog(self) -> int:
        """Chains in the lane of the backlog."""
        return len(self._backlog)

    def add(self, chain: Chain) -> None:
        """Let a chain wait for its turn, behind the others of its lane."""
        (self._fresh if chain.is_fresh else self._backlog).append(chain)

    @property
    def oldest(self) -> Chain | None:
        """The fresh chain that has waited longest; None when there is none."""
        while self._fresh and (self._fresh[0].is_over or not self._fresh[0].deliveries):
            self._fresh.popleft()
        return self._fresh[0] if self._fresh else None

    def take(self) -> Chain | None:
        """The chain whose turn it is; None when none waits."""
        while True:
            lane = self._next_lane()
            if not lane:
                return None
            chain = lane.popleft()
            if not chain.is_over:
                self._turns += 1
                return chain

    def _next_lane(self) -> deque[Chain]:
        if not self._fresh or (self._backlog and self._turns % SHARE == SHARE - 1):
            return self._backlog
        return self._fresh
