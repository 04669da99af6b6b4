"""Sessions: play without a long pause (semantics.md 3)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from countroom.simulator.fact import DAY, HOUR, MINUTE
from countroom.simulator.ledger.entries import Play
from countroom.simulator.ledger.money import ZERO, Pockets, instant, summed, total
from countroom.simulator.ledger.rounds import Round, Sums, by_currency

IDLE: Final = 30 * MINUTE
GRACE: Final = 48 * HOUR


@dataclass(slots=True)
class Session:
    """One stretch of play, with the rounds that began in it."""

    started_at: int
    ended_at: int
    free_money: bool
    later_point: bool
    """True when the player came back after it."""
    rounds: list[Round] = field(default_factory=list)
    lone_wins: list[Play] = field(default_factory=list)
    """Wins of rounds in which no bet was ever seen, paid while it lasted."""

    @property
    def bets(self) -> list[Play]:
        """Bets that count."""
        return [bet for played in self.rounds for bet in played.bets]

    @property
    def wins(self) -> list[Play]:
        """Wins that count."""
        return [*(win for played in self.rounds for win in played.wins), *self.lone_wins]

    def state(self, clock: int | None) -> str:
        """`open`, `ended` or `final`."""
        has_ended = self.later_point or (clock is not None and clock > self.ended_at + IDLE)
        if not has_ended:
            return "open"
        is_open = any(played.state == "open" for played in self.rounds)
        is_final = not is_open and clock is not None and clock > self.ended_at + GRACE
        return "final" if is_final else "ended"

    def document(self, clock: int | None, logins: Iterable[int]) -> dict[str, Any]:
        """The SESSION of the player document."""
        bets, wins = self.bets, self.wins
        stake, payout = by_currency(bets), by_currency(wins)
        login = max((at for at in logins if self.started_at - DAY <= at <= self.started_at), default=None)
        return {
            "id": f"s-{self.started_at}",
            "started_at": instant(self.started_at),
            "ended_at": instant(self.ended_at),
            "state": self.state(clock),
            "free_money": self.free_money or None,
            "rounds": sum(1 for played in self.rounds if played.bets),
            "free_rounds": sum(1 for played in self.rounds if played.is_free),
            "bets": sum(1 for bet in bets if bet.amount),
            "stake": stake,
            "payout": payout,
            "ggr": _ggr(stake, payout),
            "base": None if self.free_money else _base(bets, wins),
            "open_rounds": sum(1 for played in self.rounds if played.state == "open"),
            "biggest_payout": _biggest(wins),
            "games": _games(bets),
            "top_game": None if self.free_money else _top_game(bets),
            "login": None if login is None else instant(login),
        }


def sessions(every: Iterable[Round], *, free_money: bool) -> tuple[list[Session], list[Play]]:
    """The sessions of one ledger by their start, and the wins that belong to none."""
    mine = [played for played in every if played.free_money is free_money]
    found = _clusters(mine)
    starts = [session.started_at for session in found]
    outside: list[Play] = []

    def at(moment: int) -> Session | None:
        place = bisect_right(starts, moment) - 1
        return found[place] if place >= 0 and moment <= found[place].ended_at + IDLE else None

    for played in mine:
        if played.seen_bets:
            session = at(played.seen_bets[0].at)
            if session is None:
                raise AssertionError(f"round {played.round_id}: its first bet lies in no session")
            session.rounds.append(played)
            continue
        for win in played.wins:
            session = at(win.at)
            (outside if session is None else session.lone_wins).append(win)
    return found, outside


def _clusters(mine: list[Round]) -> list[Session]:
    """Points no further apart than the idle time belong together; without a bet they are no session."""
    bets_at = sorted({bet.at for played in mine for bet in played.seen_bets})
    wholes_at = {whole.at for played in mine for whole in played.wholes}
    points = sorted({*bets_at, *wholes_at, *(play.at for played in mine for play in played.plays)})
    if not points:
        return []
    edges = [(before, after) for before, after in pairwise(points) if after - before > IDLE]
    firsts = [points[0], *(after for _, after in edges)]
    lasts = [*(before for before, _ in edges), points[-1]]
    found = []
    for first, last in zip(firsts, lasts, strict=True):
        place = bisect_right(bets_at, first - 1)
        if place < len(bets_at) and bets_at[place] <= last:
            free_money = mine[0].free_money
            found.append(Session(bets_at[place], last, free_money=free_money, later_point=last != points[-1]))
    return found


def _ggr(stake: Sums, payout: Sums) -> dict[str, Decimal]:
    return {
        currency: total(stake.get(currency, {})) - total(payout.get(currency, {}))
        for currency in stake.keys() | payout.keys()
    }


def _base(bets: list[Play], wins: list[Play]) -> dict[str, Any]:
    def sum_of(plays: list[Play]) -> Decimal:
        return total(summed(play.base for play in plays if play.base is not None))

    return {
        "stake": sum_of(bets),
        "payout": sum_of(wins),
        "missing": sum(1 for play in (*bets, *wins) if play.lacks_rate),
    }


def _biggest(wins: list[Play]) -> dict[str, Decimal]:
    biggest: dict[str, Decimal] = {}
    for win in wins:
        biggest[win.currency] = max(biggest.get(win.currency, ZERO), win.amount)
    return biggest


def _games(bets: list[Play]) -> list[dict[str, Any]]:
    stakes: dict[str, list[Play]] = defaultdict(list)
    for bet in bets:
        stakes[bet.game].append(bet)
    return [
        {"game": game, "stake": {currency: total(sums) for currency, sums in by_currency(played).items()}}
        for game, played in sorted(stakes.items())
    ]


def _top_game(bets: list[Play]) -> str | None:
    stakes: dict[str, Pockets] = {}
    for game in {bet.game for bet in bets}:
        stakes[game] = summed(bet.base for bet in bets if bet.game == game and bet.base)
    worth = {game: total(stake) for game, stake in stakes.items() if total(stake) > 0}
    return min(worth, key=lambda game: (-worth[game], game), default=None)
