"""What is true of a player at the moment he is linked: the initial events are made of it; semantics.md 8."""

from countroom.fold.figures import Json
from countroom.fold.reader import Reader
from countroom.fold.shown_counters import cashier, play_moments
from countroom.fold.shown_profile import shown_profile
from countroom.fold.turn import Turn

FACTS = ("first_deposit_at", "last_deposit_at", "last_withdrawal_at", "last_bet_at", "last_login_at")
"""Moments that are told as they stand in the counters."""
AMOUNTS = ("ftd", "last_deposit")


def link_facts(turn: Turn) -> dict[str, object]:
    """Registration, profile, consents, blocks, first and last deposit, last withdrawal, bet and login.

    Times as text, amounts with their currency; what is not known is left out. Personal fields
    stand as tokens.
    """
    reader = Reader(turn.pages, turn.about.key, turn.brand)
    counters: Json = cashier(reader) | play_moments(reader)
    facts: dict[str, object] = {name: counters[name] for name in (*FACTS, *AMOUNTS) if name in counters}
    return facts | shown_profile(reader)
