"""What is kept of a message on its way to a partner, and of the links that it goes by."""

from enum import IntEnum

import msgspec

from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import Instant
from countroom.core.signals import Outgoing, Recipient


class State(IntEnum):
    """Where a delivery stands. The numbers are kept."""

    WAITING = 0
    """Not accepted yet; it will be sent again and again until it is."""
    ACCEPTED = 1
    DROPPED = 2
    """An operator gave it up, by name and reason."""
    WITHDRAWN = 3
    """Its link ended before it was accepted."""


class LinkView(msgspec.Struct, kw_only=True):
    """A link as delivery knows it, from the signals that speak of it. There is one object per link at a time."""

    link: int
    """Its number in the store; grows."""
    partner: PartnerId
    brand: BrandId
    player: PlayerId
    link_id: LinkId
    account: str
    linked_at: Instant
    not_before: Instant
    """Nothing is sent earlier: the far side must have heard of the link everywhere."""
    is_linked: bool = True
    facts: dict[str, str] = {}
    """What the gates look at: `account.<kind>` on or off, `consent.<channel>` in or out."""
    shut: str = ""
    """The gate that is closed; nothing is sent while there is one."""
    open: int = 0
    """Deliveries that wait."""

    def recipient(self) -> Recipient:
        """To whom a signal is told by this link."""
        return Recipient(self.partner, self.link_id, self.brand, self.player, self.account, self.linked_at)


class Delivery(msgspec.Struct, kw_only=True):
    """One message for one account. Numbers grow in the order in which things happened to the player."""

    number: int
    link: int
    partner: PartnerId
    message: Outgoing
    created_at: Instant
    """When delivery took it out of the outbox."""
    attempts: int = 0
    given_up: State | None = None
    """DROPPED or WITHDRAWN, when that came while it was being sent; its answer is recorded all the same."""


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One try to send a delivery."""

    at: Instant
    status: int
    """HTTP status; 0 when no answer came."""
    latency_us: int
    said: str = ""
    """What the partner answered, masked, or why no answer came; empty when accepted."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a try."""

    delivery: Delivery
    attempt: Attempt
    count: int
    """Tries so far, this one among them."""
    accepted: bool
    due: Instant = Instant(0)
    """When it is tried again, if it was not accepted."""
    why: str = ""
    """Why it is tried again then, and not sooner or later; of one that was accepted, what is odd about it."""


class Act(msgspec.Struct, frozen=True, array_like=True):
    """What an operator did."""

    at: Instant
    by: str
    act: str
    """`pause`, `resume`, `pace`, `drop` or `requeue`."""
    reason: str
    partner: PartnerId
    delivery: int = 0
    """0: it concerns the partner."""
    detail: str = ""


class PartnerState(msgspec.Struct, kw_only=True):
    """What an operator set for a partner, and what has been counted of it; survives a restart."""

    paused_by: str = ""
    paused_for: str = ""
    paused_at: Instant = Instant(0)
    rate: int | None = None
    """Messages per second instead of the configured ones."""
    accepted: int = 0
    failed: int = 0
    """Tries that were not accepted."""
    withdrawn: int = 0
    dropped: int = 0


class Change(msgspec.Struct, kw_only=True):
    """Everything that is recorded together, in one synced transaction."""

    at: Instant
    cursors: dict[int, int] = {}
    """Shard to the number up to which its outbox was taken."""
    links: list[LinkView] = []
    """Links as they stand now: new or changed."""
    fresh: list[Delivery] = []
    """New deliveries, in the order of their numbers; those that `outcomes` does not accept wait."""
    outcomes: list[Outcome] = []
    """Tries, in the order in which they ended; of new deliveries and of recorded ones."""
    withdrawn: list[tuple[int, int]] = []
    """Link, and the number up to which its waiting deliveries are withdrawn."""
    reopened: list[tuple[int, int]] = []
    """Deliveries with their links that wait again, or are to be tried at once, at an operator's word."""
    dropped: list[int] = []
    acts: list[Act] = []
    partners: dict[str, PartnerState] = {}

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to record."""
        return not (
            self.cursors or self.links or self.fresh or self.outcomes or self.withdrawn
            or self.reopened or self.dropped or self.acts or self.partners
        )  # fmt: skip


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as the store keeps it, for people."""

    delivery: Delivery
    link: LinkView
    state: State
    due: Instant | None
    """When it is tried next; None: something goes before it, its gate is closed, or it is over."""
    why: str
    """What the last try says about the next; of one that was accepted, what is odd about it."""
    ended_at: Instant | None
    last: Attempt | None
    tries: list[Attempt] = []
    """Earlier tries that failed, the latest 50; only when one delivery is asked for."""
    acts: list[Act] = []
    behind: int | None = None
    """The delivery that goes before it."""
