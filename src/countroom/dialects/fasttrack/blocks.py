"""Blocks: `PUT /v2/integration/user/blocks`, message types USER_BLOCK_V2 (thin) and USER_BLOCK.

Excluded is responsible gaming, Blocked anything else. The thin message says only that something changed. `type`
alone, as in the first version, means that this block is now on; `blocks` and `is_blocked`, `is_excluded` are read
where they are there.
"""

from typing import Final

from countroom.core.events import BlocksStated, Event
from countroom.core.instants import Instant
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import BLOCK
from countroom.dialects.fasttrack.consents import stale
from countroom.dialects.fasttrack.content import said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

FLAGS: Final = {"is_blocked": "blocked", "is_excluded": "excluded"}
"""Fields of a fat body and the blocks they speak of."""

ENTRIES: Final = frozenset({"blocks"})
FIELDS: Final = frozenset({"user_id", "timestamp", "origin", "type", "active", "skip_publishing", *FLAGS})


def decode(message: Message) -> tuple[Event, ...]:
    """How the player is blocked, or that it changed."""
    player, at = message.own_id("user_id"), message.occurred_at()
    blocks: dict[str, bool] = {}
    if message.has("type"):
        kind = message.word("type", BLOCK, reason=Reason.UNKNOWN_TYPE, further=message.aliases)
        active = message.maybe_flag("active")
        if kind is not None:
            blocks[kind] = active is not False
    return stated(message, at, player=player, known=blocks) or stale(message, at, player=player, what="blocks")


def stated(message: Message, at: Instant, *, player: str, known: dict[str, bool]) -> tuple[Event, ...]:
    """The blocks in the body, beside those `known`; nothing when there are none."""
    blocks = dict(known)
    for name, block in FLAGS.items():
        active = message.maybe_flag(name)
        if active is not None:
            blocks[block] = active
    for entry in message.objects("blocks"):
        kind = entry.word("type", BLOCK, reason=Reason.UNKNOWN_VALUE, further=message.aliases)
        active = entry.maybe_flag("active")
        if active is None and not entry.values.get("active"):
            entry.reject("active", Reason.MALFORMED, detail="expected true or false, found none")
        elif kind is not None and active is not None and blocks.setdefault(kind, active) is not active:
            entry.reject("active", Reason.MALFORMED, detail="expected one answer per block, found both; send one")
    if not blocks:
        return ()
    about = message.about(at, player, source_id=None, business_id=said("blocks", at, content=blocks))
    return (BlocksStated(about=about, blocks=dict(sorted(blocks.items()))),)


PAGE: Final = Page(kind="USER_BLOCK_V2", says="blocks changed", fields=FIELDS, decode=decode, entries=ENTRIES)
