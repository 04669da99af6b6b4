"""The ledger: every player's document, and what must have been refused."""

import decimal
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from countroom.simulator.fact import ROUTES, SPORTS
from countroom.simulator.ledger.bonuses import bonuses
from countroom.simulator.ledger.counters import counters
from countroom.simulator.ledger.entries import History
from countroom.simulator.ledger.money import EXACT, shown
from countroom.simulator.ledger.payments import payments
from countroom.simulator.ledger.profile import profile
from countroom.simulator.ledger.reading import histories
from countroom.simulator.ledger.rollbacks import rollbacks
from countroom.simulator.ledger.rounds import Round, by_currency, rounds
from countroom.simulator.ledger.sessions import sessions
from countroom.simulator.ledger.sports import sports_bets
from countroom.simulator.ledger.sports_shown import shown_bet
from countroom.simulator.ledger.totals import Book, Calendar, post_play, post_reversed
from countroom.simulator.sending import ACCEPTED, CONFLICT, Sending
from countroom.simulator.settings import SimulatorSettings


class Ledger:
    """What must come of `sendings`, told once they are all known."""

    def __init__(self, settings: SimulatorSettings, sendings: Iterable[Sending]) -> None:
        sendings = list(sendings)
        self._settings = settings
        self._calendar = Calendar(settings.time_zone)
        self._sendings = sendings
        self._refused: dict[str, set[bytes]] = defaultdict(set)
        for sending in sendings:
            if sending.expect != ACCEPTED:
                self._refused[sending.expect].add(sending.body)
        with decimal.localcontext(EXACT):
            self._histories = histories(settings, sendings)

    def players(self) -> list[str]:
        """Everybody of whom something was accepted, sorted."""
        return sorted(self._histories)

    def refusals(self) -> dict[str, int]:
        """For every reason, how many distinct bodies must have been refused for it."""
        return {reason: len(bodies) for reason, bodies in sorted(self._refused.items())}

    def told_again(self) -> frozenset[str]:
        """Players of whom something was told more than once: a fact, or legs, which come with every settlement."""
        told = Counter((it.player, it.fact) for it in self._sendings if it.expect == ACCEPTED)
        facts = {player for (player, _), times in told.items() if times > 1}
        legs = {it.player for it in self._sendings if it.expect == CONFLICT and it.path == ROUTES[SPORTS][1]}
        for player, history in self._histories.items():
            settled = Counter(one.bet_id for one in history.settlings)
            if any(times > 1 for times in settled.values()):
                legs.add(player)
        return frozenset(facts | legs)

    def document(self, player: str, clock: int | None) -> dict[str, Any]:
        """The player document without `handling`, when the player's latest tick was at `clock`."""
        with decimal.localcontext(EXACT):
            return self._document(self._histories.get(player, History()), player, clock=clock)

    def _document(self, history: History, player: str, *, clock: int | None) -> dict[str, Any]:
        every = rounds(history, clock)
        paid = payments(history.payments)
        bets = sports_bets(history)
        granted = bonuses(history.bonuses, every, bets)
        book, free_book = Book(self._calendar), Book(self._calendar)
        post_play(book, every, free_money=False)
        post_play(free_book, every, free_money=True)
        post_reversed(book, history, free_money=False)
        post_reversed(free_book, history, free_money=True)
        for bet in bets:
            bet.post(free_book if bet.free_money else book, with_base=not bet.free_money)
        for payment in paid:
            payment.post(book)
        for bonus in granted:
            bonus.post(book)
        told, outside = self._sessions(history, every, clock=clock)
        optional = {
            "free_totals": free_book.document(with_base=False),
            "rounds": [played.document() for played in every],
            "sessions": told,
            "outside": outside,
            "payments": [payment.document() for payment in paid],
            "bonuses": [bonus.document() for bonus in granted],
            "sports_bets": [shown_bet(bet) for bet in bets],
            "profile": profile(history, self._settings.source),
            "rollbacks": rollbacks(history, clock),
        }
        counted = counters(history, every, sports=bets, paid=paid, book=book, calendar=self._calendar)
        return {
            "brand": self._settings.brand,
            "player": player,
            "totals": book.document(),
            "counters": shown(counted) or {},
            **(shown(optional) or {}),
        }

    @staticmethod
    def _sessions(history: History, every: list[Round], *, clock: int | None) -> tuple[list[Any], dict[str, Any]]:
        real, outside = sessions(every, free_money=False)
        free, _ = sessions(every, free_money=True)
        return [session.document(clock, history.logins) for session in (*real, *free)], by_currency(outside)
