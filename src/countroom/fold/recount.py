"""Kept lists counted again from all round pages: after a correction emptied one. Rare."""

from typing import cast

from countroom.fold import keys
from countroom.fold.pages import RoundPage
from countroom.fold.postings import Concluded, Play, postings
from countroom.fold.round_parts import whole
from countroom.fold.totals import recounted
from countroom.fold.turn import Turn


def recount(turn: Turn) -> None:
    """Count the kept lists again from all rounds of the player."""
    plays: list[Play] = []
    rounds: list[tuple[bytes, Concluded]] = []
    for key, found in turn.pages.scan(turn.prefix + keys.ROUND):
        page = whole(turn.pages, turn.prefix, key[len(turn.prefix) :], cast("RoundPage", found))
        for posting in postings(page, turn.brand):
            if isinstance(posting, Play):
                plays.append(posting)
            elif isinstance(posting, Concluded):
                rounds.append((key, posting))
    recounted(turn, plays, rounds)
