"""The brand's game catalogue, under the player without a name: per game the names seen, and what was last said of it.

A game that goes by several names has drifted: senders rename games, and reuse ids for others.
"""

from countroom.core.events import GameStated
from countroom.fold import keys
from countroom.fold.other_pages import GamePage
from countroom.fold.player_lists import beats, told_now
from countroom.fold.turn import Turn


def state_game(turn: Turn, event: GameStated) -> None:
    """Fold one entry of the catalogue."""
    page = turn.load(keys.game_page(turn.prefix, event.game), GamePage)
    told = told_now(turn)
    if event.name:
        first, last = page.names.get(event.name, (told.at, told.at))
        page.names[event.name] = (min(first, told.at), max(last, told.at))
    if beats(turn, told, page.told):
        page.told = told
        page.name, page.is_live, page.slug, page.provider = event.name, event.is_live, event.slug, event.provider
        page.category, page.subcategory = event.category, event.subcategory
        page.devices, page.rtp = event.devices, event.rtp
