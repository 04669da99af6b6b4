"""Consents: `PUT /v2/integration/user/consents`, message types USER_CONSENTS_V2 (thin) and USER_CONSENTS.

The thin message says only that something changed: what we know is stale until it is pulled. Where `consents` or the
`allows_…_marketing` fields are there, they are read.
"""

from typing import Final

from countroom.core.events import ConsentsStated, Event, ProfileWentStale
from countroom.core.instants import Instant
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import CHANNEL
from countroom.dialects.fasttrack.content import at_once, said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

ALLOWS: Final = {
    "allows_email_marketing": "email",
    "allows_sms_marketing": "sms",
    "allows_call_marketing": "telephone",
    "allows_post_marketing": "postMail",
    "allows_notification_marketing": "siteNotification",
}
"""Fields of a fat body and the channels they speak of."""

ENTRIES: Final = frozenset({"consents"})
FIELDS: Final = frozenset({"user_id", "timestamp", "origin", "action", "skip_publishing", *ALLOWS})


def decode(message: Message) -> tuple[Event, ...]:
    """What the player consents to, or that it changed."""
    player, at = message.own_id("user_id"), message.occurred_at()
    return stated(message, at, player=player) or stale(message, at, player=player, what="consents")


def stated(message: Message, at: Instant, *, player: str) -> tuple[Event, ...]:
    """The consents in the body; nothing when it holds none."""
    consents = {
        channel: allowed for name, channel in ALLOWS.items() if (allowed := message.maybe_flag(name)) is not None
    }
    for entry in message.objects("consents"):
        channel = entry.word("type", CHANNEL, reason=Reason.UNKNOWN_VALUE, further=message.aliases)
        opted_in = entry.maybe_flag("opted_in")
        if opted_in is None and not entry.values.get("opted_in"):
            entry.reject("opted_in", Reason.MALFORMED, detail="expected true or false, found none")
        elif channel is not None and opted_in is not None and consents.setdefault(channel, opted_in) is not opted_in:
            entry.reject("opted_in", Reason.MALFORMED, detail="expected one answer per channel, found both; send one")
    if not consents:
        return ()
    about = message.about(at, player, source_id=None, business_id=said("consents", at, content=consents))
    return (ConsentsStated(about=about, consents=dict(sorted(consents.items()))),)


def stale(message: Message, at: Instant, *, player: str, what: str) -> tuple[Event, ...]:
    """That something changed, and not what."""
    about = message.about(at, player, source_id=None, business_id=at_once("stale", at, mark=what))
    return (ProfileWentStale(about=about, what=what),)


PAGE: Final = Page(
    kind="USER_CONSENTS_V2",
    says="consents changed",
    fields=FIELDS,
    decode=decode,
    entries=ENTRIES,
)
