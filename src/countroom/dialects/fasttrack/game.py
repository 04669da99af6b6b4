"""Entries of the game catalogue: `POST /v1/integration/game`, message type GAME.

Of a brand and of no player: the event's player is `""`. There is no `timestamp`; the time is that of the last
change, else that of arrival. The vendor's sample has an array for `origin`.
"""

from typing import Final

from countroom.core.events import Event, GameStated
from countroom.core.identity import identity
from countroom.core.ids import GameId
from countroom.core.instants import Instant
from countroom.core.rejection import Reason
from countroom.dialects.fasttrack.aliases import DEVICE
from countroom.dialects.fasttrack.content import digest
from countroom.dialects.fasttrack.message import Message, planned
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.fields import kind_of

NOBODY: Final = ""
"""The player of what is told of a brand."""

FIELDS: Final = frozenset(
    {
        "game_id",
        "is_live",  # false: taken out of the catalogue
        "name",
        "slug",
        "provider",
        "category",
        "subcategory",
        "rtp",
        "last_modified",
        "timestamp",  # not documented, and taken
        "skip_publishing",
    }
)
ENTRIES: Final = frozenset({"origin", "supported_devices"})


def decode(message: Message) -> tuple[Event, ...]:
    """The entry as it stands now."""
    game, at = GameId(message.own_id("game_id")), _at(message)
    is_live = message.maybe_flag("is_live")
    devices = _devices(message)
    rtp = message.maybe_amount("rtp")
    texts = [message.text(name) for name in ("name", "slug", "provider", "category", "subcategory")]
    name, slug, provider, category, subcategory = texts
    content = digest([is_live is not False, *texts, devices, str(rtp)])
    about = message.about(at, NOBODY, source_id=None, business_id=identity("game", game, f"{at}.{content}"))
    return (
        GameStated(
            about=about,
            game=game,
            name=name,
            is_live=is_live is not False,
            slug=slug,
            provider=provider,
            category=category,
            subcategory=subcategory,
            devices=devices,
            rtp=rtp,
        ),
    )


def _at(message: Message) -> Instant:
    """When the entry was changed, else when it arrived. A filler (0001-01-01) is no time."""
    for name in ("last_modified", "timestamp"):
        if planned(message, name) is not None:
            return message.occurred_at(name)
    return message.envelope.received_at


def _devices(message: Message) -> tuple[str, ...]:
    """Devices in the vendor's words where they are his; one may stand without its array (tolerance 9)."""
    value = message.values.get("supported_devices")
    if value is None or value == "":
        return ()
    each = value if isinstance(value, list) else [value]
    if not all(isinstance(device, str) for device in each):
        message.reject(
            "supported_devices", Reason.MALFORMED, detail=f"expected an array of texts, got {kind_of(value)}"
        )
        return ()
    return tuple(dict.fromkeys(DEVICE.meaning(device, message.aliases) or device for device in each if device))


PAGE: Final = Page(kind="GAME", says="game catalogue entry", fields=FIELDS, decode=decode, entries=ENTRIES)
