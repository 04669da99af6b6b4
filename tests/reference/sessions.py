"""Sessions: play without a long pause, and which of them each round's money belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from countroom.core.events import PlayerLoggedIn
from countroom.core.instants import Instant, iso
from countroom.core.money import minus, total
from tests.reference import forms
from tests.reference.facts import Fact
from tests.reference.forms import Json, Purse
from tests.reference.rounds import Movement, Round
from tests.reference.settings import ReferenceSettings


@dataclass(eq=False, kw_only=True)
class Session:
    """One cluster of points with at least one bet in it, and what was assigned to it."""

    started_at: int
    ended_at: int
    has_later_play: bool
    free_money: bool
    rounds: list[Round] = field(default_factory=list)
    strays: list[Movement] = field(default_factory=list)
    """Payouts of rounds in which no bet was ever seen."""
    settings: ReferenceSettings
    clock: int | None
    logins: Sequence[int] = ()

    @cached_property
    def bets(self) -> list[Movement]:
        return [bet for one in self.rounds for bet in one.bets]

    @cached_property
    def payouts(self) -> list[Movement]:
        return [payout for one in self.rounds for payout in one.payouts] + self.strays

    @cached_property
    def open_rounds(self) -> int:
        return sum(one.state == "open" for one in self.rounds)

    @cached_property
    def state(self) -> str:
        now = self.ended_at if self.clock is None else self.clock
        if not self.has_later_play and now <= self.ended_at + self.settings.session_idle:
            return "open"
        is_final = not self.open_rounds and now > self.ended_at + self.settings.session_grace
        return "final" if is_final else "ended"

    def json(self) -> Json:
        """The session as the document shows it."""
        stake = forms.summed((bet.currency, bet.pockets) for bet in self.bets)
        payout = forms.summed((one.currency, one.pockets) for one in self.payouts)
        played = [one for one in self.rounds if one.bets]
        always = {
            "id": f"s-{self.started_at}",
            "started_at": iso(Instant(self.started_at)),
            "ended_at": iso(Instant(self.ended_at)),
            "state": self.state,
        }
        shown = {
            "rounds": len(played),
            "free_rounds": sum(one.is_free for one in played),
            "bets": sum(bet.total > 0 for bet in self.bets),
            "stake": forms.purse(stake),
            "payout": forms.purse(payout),
            "ggr": forms.amounts({c: total(minus(stake.get(c, ()), payout.get(c, ()))) for c in {*stake, *payout}}),
            "base": {} if self.free_money else self._base(),
            "open_rounds": self.open_rounds,
            "biggest_payout": self._biggest_payout(),
            "games": self._games(),
            "top_game": self._top_game(),
            "login": self._login(),
        }
        return always | ({"free_money": True} if self.free_money else {}) | forms.tidy(shown)

    def _base(self) -> Json:
        def known(movements: Iterable[Movement]) -> Decimal:
            return sum((total(m.in_base) for m in movements if m.in_base is not None), Decimal(0))

        missing = {m.fact for m in (*self.bets, *self.payouts) if m.is_missing_in_base}
        return forms.tidy(
            {
                "stake": forms.amount(known(self.bets)),
                "payout": forms.amount(known(self.payouts)),
                "missing": len(missing),
            }
        )

    def _biggest_payout(self) -> Json:
        found: dict[str, Decimal] = {}
        for payout in self.payouts:
            found[payout.currency] = max(found.get(payout.currency, Decimal(0)), payout.total)
        return forms.amounts(found)

    def _games(self) -> list[Json]:
        stakes: dict[str, Purse] = {
            game: forms.summed((bet.currency, bet.pockets) for bet in self.bets if bet.game == game)
            for game in sorted({bet.game for bet in self.bets if bet.game})
        }
        return [
            {"game": game} | forms.tidy({"stake": forms.amounts({c: total(part) for c, part in stake.items()})})
            for game, stake in stakes.items()
        ]

    def _top_game(self) -> str | None:
        """The game with the largest stake in base; the smaller id of two with the same."""
        if self.free_money:
            return None
        stakes: dict[str, Decimal] = defaultdict(Decimal)
        for bet in self.bets:
            if bet.game and bet.in_base is not None and bet.total > 0:
                stakes[bet.game] += total(bet.in_base)
        return min(stakes, key=lambda game: (-stakes[game], game), default=None)

    def _login(self) -> str | None:
        near = [at for at in self.logins if 0 <= self.started_at - at <= self.settings.login_within]
        return forms.instant(max(near, default=None))


@dataclass
class Played:
    """All sessions of a player, and the real-money payouts that no session holds."""

    sessions: list[Session]
    outside: list[Movement]


def sessions(facts: Sequence[Fact], rounds: Sequence[Round], settings: ReferenceSettings, clock: int | None) -> Played:
    """The sessions of both ledgers, real money first, each by its start."""
    logins = [fact.at for fact in facts if isinstance(fact.event, PlayerLoggedIn)]
    played = Played([], [])
    for free_money in (False, True):
        own = [one for one in rounds if one.free_money == free_money]
        found = _clusters(own, settings=settings, clock=clock, logins=logins)
        played.sessions += found
        for one in own:
            left = _assign(one, found, settings)
            played.outside += [] if free_money else left
    return played


def _clusters(
    rounds: Sequence[Round], *, settings: ReferenceSettings, clock: int | None, logins: Sequence[int]
) -> list[Session]:
    points = sorted((point.at, one.is_bet_point(point)) for one in rounds for point in one.points)
    groups: list[list[tuple[int, bool]]] = []
    for point in points:
        if groups and point[0] - groups[-1][-1][0] <= settings.session_idle:
            groups[-1].append(point)
        else:
            groups.append([point])
    return [
        Session(
            started_at=next(at for at, is_bet in group if is_bet),
            ended_at=group[-1][0],
            has_later_play=group is not groups[-1],
            free_money=rounds[0].free_money,
            settings=settings,
            clock=clock,
            logins=logins,
        )
        for group in groups
        if any(is_bet for _, is_bet in group)
    ]


def _assign(one: Round, found: Sequence[Session], settings: ReferenceSettings) -> list[Movement]:
    """Give the round, or its payouts when it never had a bet, to their sessions; the payouts that no session holds."""
    if one.first_bet_point is not None:
        at = one.first_bet_point.at
        holder = next(session for session in found if session.started_at <= at <= session.ended_at)
        holder.rounds.append(one)
        return []
    outside = []
    for payout in one.payouts:
        holders = [s for s in found if s.started_at <= payout.at <= s.ended_at + settings.session_idle]
        if holders:
            holders[0].strays.append(payout)
        else:
            outside.append(payout)
    return outside
