"""The games on offer. Studios count their rounds each for themselves, so that their round ids collide."""

from random import Random
from typing import Final

import msgspec

from countroom.simulator.fact import SECOND


class Game(msgspec.Struct, frozen=True):
    """One game of one studio."""

    game_id: str
    name: str
    type: str
    studio: str
    studio_name: str
    round_s: int = 0
    """Length of a round that all who sit at the table share; 0 for games played alone."""


SLOTS: Final = tuple(
    Game(f"{studio}{n:02}", f"{adjective} {noun}", "Slots", studio, studio_name)
    for studio, studio_name, noun in (("41", "Studio X", "Lynx"), ("77", "North Reel", "Heron"), ("9", "Ember", "Koi"))
    for n, adjective in enumerate(("Lucky", "Golden", "Quiet", "Velvet", "Arctic", "Midnight"), start=1)
)
TABLES: Final = tuple(
    Game(f"tb-{n}", name, "Table", "77", "North Reel") for n, name in enumerate(("Blackjack", "Baccarat"), start=1)
)
LIVE: Final = tuple(
    Game(f"live-{n}", name, "Live Casino", "120", "Salon Live", round_s=length)
    for n, (name, length) in enumerate((("Roulette Royal", 40), ("Speed Baccarat", 27)), start=1)
)
PROMOTION: Final = Game("0", "Tournament prize", "Slots", "41", "Studio X")

EVERY: Final = {"slots": SLOTS, "tables": TABLES, "live": LIVE}
WEIGHTS: Final = {"slots": 78, "tables": 10, "live": 12}


def live_round(game: Game, at: int) -> tuple[str, int]:
    """The round that runs at this table at `at`, with the instant at which the next one starts."""
    length = game.round_s * SECOND
    count = at // length
    return f"{game.game_id}-{count}", (count + 1) * length


def another(game: Game, rng: Random) -> Game:
    """Another game of the same studio, as a lobby changes to in the middle of a round."""
    return rng.choice([other for other in SLOTS if other.studio == game.studio] or [game])
