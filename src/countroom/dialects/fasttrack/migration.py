"""A player moves here from another platform: message types USER_MIGRATION and USER_MIGRATION_APPROVE.

The vendor publishes no paths; ours are `/v2/integration/user/migration` and `…/migration/approve`. Merges no players.
"""

from typing import Final

from countroom.core.events import Event, MigrationStated
from countroom.core.instants import Instant
from countroom.dialects.fasttrack.content import said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FIELDS: Final = frozenset({"migration_reference", "user_id", "timestamp", "origin", "skip_publishing"})


def decode(message: Message) -> tuple[Event, ...]:
    """That the player is to move."""
    player, at = message.own_id("user_id"), message.occurred_at()
    return _stated(message, at, player=player, reference=message.own_id("migration_reference"), approved=False)


def decode_approval(message: Message) -> tuple[Event, ...]:
    """That the player has moved. A reference is not documented here, and taken."""
    player, at = message.own_id("user_id"), message.occurred_at()
    return _stated(message, at, player=player, reference=message.maybe_id("migration_reference"), approved=True)


def _stated(message: Message, at: Instant, *, player: str, reference: str, approved: bool) -> tuple[Event, ...]:
    content = {"reference": reference, "approved": approved}
    about = message.about(at, player, source_id=None, business_id=said("migration", at, content=content))
    return (MigrationStated(about=about, reference=reference, approved=approved),)


PAGE: Final = Page(kind="USER_MIGRATION", says="migration", fields=FIELDS, decode=decode)
APPROVAL: Final = Page(
    kind="USER_MIGRATION_APPROVE", says="approval of a migration", fields=FIELDS, decode=decode_approval
)
