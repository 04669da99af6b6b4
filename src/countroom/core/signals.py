"""What the fold says to partners, and what becomes of it on the way out."""

from collections.abc import Mapping
from typing import Final

import msgspec

from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import Instant

LINK_FACTS = "link_facts"
"""Kind of the signal that carries what is true of a player at the moment he is linked."""
STEERING = frozenset({LINK_FACTS, "linked", "unlinked", "consent_changed", "account_status_changed"})
"""Kinds that decide whether a player is told of at all. They go out when quiet too: an exclusion from an initial
load closes its gate, a link from one is a link. Of a quiet one nothing is sent."""

DERIVED: Final = frozenset(
    {
        "round_closed", "round_corrected", "session_ended", "session_final", "session_corrected", "session_merged",
        "ftd_reached", "ftd_corrected", "deposit_counted", "withdrawal_counted",
        "bonus_state_changed", "bonus_corrected", "bonus_wagering_reached",
        "bet_settled", "selection_settled", "bet_corrected",
        "profile_ready", "profile_changed", "account_status_changed", "consent_changed",
        "rollback_orphaned", "total_corrected", LINK_FACTS,
    }
)  # fmt: skip
"""Kinds of signals beside the events themselves, which are told under their own tags; semantics.md 9.1."""


class Signal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the fold says changed. Its identity is (kind, subject) plus brand and player; semantics.md 9.1."""

    kind: str
    subject: str
    at: int
    quiet: bool
    brand: str
    player: str
    content: dict[str, object] | None = None
    """Only for players who are linked somewhere."""
    partner: str | None = None
    """To this partner alone; None: to all the player is linked to."""


class Recipient(msgspec.Struct, frozen=True, array_like=True):
    """A linked account: to whom a signal is told."""

    partner: PartnerId
    link_id: LinkId
    brand: BrandId
    player: PlayerId
    account: str
    """What the partner knows the player by."""
    linked_at: Instant


class Outgoing(msgspec.Struct, frozen=True, array_like=True):
    """One message for one partner, ready to be sent. Equal facts give equal messages, whenever they are made."""

    event_id: str
    """Stable for ever: from partner, account, identity of the fact and slug of the rule, never from a name."""
    rule: str
    """Slug of the rule that made it."""
    name: str
    """What the partner calls it."""
    at: Instant
    """When it happened."""
    body: bytes


class Reply(msgspec.Struct, frozen=True):
    """What a partner answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """At most the first 4 KB."""


class Judgement(msgspec.Struct, frozen=True):
    """What an answer means in the partner's dialect."""

    accepted: bool
    said: str = ""
    """The partner's error code and text, short and masked; empty when accepted."""
    retry_after_s: float | None = None
    """The partner asked for this pause."""
    is_outage: bool = False
    """It speaks of the partner as a whole and not of this message: counts for the breaker."""
