"""One whole game round, told when it is over: `POST /v1/integration/gameround`, message type GAME_ROUND.

The `…_user` amounts are in the player's currency, the `…_base` ones in the brand's. There is no rate
and no id beside the round's own.
"""

from typing import Final

from countroom.core.events import Event, RoundPlayed
from countroom.core.identity import identity
from countroom.core.ids import GameId, RoundId
from countroom.core.money import ZERO, Pockets
from countroom.core.rejection import Reason
from countroom.dialects import amounts
from countroom.dialects.fasttrack.aliases import DEVICE
from countroom.dialects.fasttrack.casino import game_type_of, studio_of
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page

AMOUNTS: Final = (
    "real_bet_user",
    "bonus_bet_user",
    "real_win_user",
    "bonus_win_user",
    "real_bet_base",
    "bonus_bet_base",
    "real_win_base",
    "bonus_win_base",
)

FIELDS: Final = frozenset(
    {
        *AMOUNTS,
        "user_id",
        "round_id",
        "game_id",
        "game_name",
        "game_type",
        "vendor_id",  # the studio
        "vendor_name",
        "user_currency",
        "exchange_rate",  # not documented, and taken
        "device_type",
        "timestamp",
        "origin",
        "is_free_money",
        "skip_publishing",
    }
)

STUDIO_AND_ROUND: Final = "\x1e"
"""Between studio and round id in the identity: no id contains it."""


def decode(message: Message) -> tuple[Event, ...]:
    """The round that the message tells."""
    player, round_id = message.own_id("user_id"), RoundId(message.own_id("round_id"))
    game = GameId(message.own_id("game_id"))
    studio = studio_of(message, game)
    at, currency = message.occurred_at(), message.currency("user_currency")
    rate = message.rate_of(currency)
    if not any(message.has(name) for name in AMOUNTS[:4]):
        message.reject(
            AMOUNTS[0], Reason.MALFORMED, detail=f"expected at least one of {', '.join(AMOUNTS[:4])}, found none"
        )
    stake, payout, base_stake, base_payout = (
        _pockets(message, AMOUNTS[start : start + 2]) for start in range(0, len(AMOUNTS), 2)
    )
    has_base = any(message.has(name) for name in AMOUNTS[4:])
    device = message.text("device_type")
    about = message.about(
        at,
        player,
        source_id=None,
        business_id=identity("round", f"{studio}{STUDIO_AND_ROUND}{round_id}", "whole"),
    )
    return (
        RoundPlayed(
            about=about,
            studio=studio,
            round_id=round_id,
            currency=currency,
            stake=stake,
            payout=payout,
            rate=rate,
            base_stake=base_stake if has_base else None,
            base_payout=base_payout if has_base else None,
            game=game,
            game_type=game_type_of(message),
            device=(DEVICE.meaning(device, message.aliases) or device) if device else "",
            free_money=message.flag("is_free_money"),
        ),
    )


def _pockets(message: Message, names: tuple[str, ...]) -> Pockets:
    real, bonus = (message.maybe_amount(name) or ZERO for name in names)
    return amounts.split(amounts.added(real, bonus), real, bonus=bonus, locked=ZERO)


PAGE: Final = Page(kind="GAME_ROUND", says="casino game round", fields=FIELDS, decode=decode)
