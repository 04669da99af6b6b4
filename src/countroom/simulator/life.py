"""One player's life over the period: visits with logins, deposits, bonuses and rounds."""

from countroom.simulator.account import Account
from countroom.simulator.cashier import Cashier
from countroom.simulator.casino import Casino
from countroom.simulator.chance import happens, stream
from countroom.simulator.fact import MINUTE, SECOND, Fact
from countroom.simulator.grant import Grant
from countroom.simulator.player import Player
from countroom.simulator.promotions import Promotions
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.sportsbook import Sportsbook

_VISIT_FACTS = 40
"""About how many facts one visit leaves."""
_ROUND_FACTS = 2.2
_SPORTS = 0.3
"""How often a player who bets on sports does so instead of playing a round."""
_IDLE = 30 * MINUTE
"""The pause that the trade takes for the end of a session; some pauses are exactly that, or a hair more."""


class Life:
    """Everything that happens to one player."""

    def __init__(self, settings: SimulatorSettings, player: Player) -> None:
        rng = stream(settings.seed, "life", player.number)
        self._settings = settings
        self._player = player
        self._rng = rng
        self._account = Account(settings, player, rng=rng)
        self._cashier = Cashier(settings, player, rng=rng)
        self._casino = Casino(settings, player, rng=rng)
        self._promotions = Promotions(settings, player, rng=rng)
        # A stream of its own: who bets on sports plays the same rounds as if he did not.
        self._chance = stream(settings.seed, "sports", player.number)
        self._sportsbook = Sportsbook(settings, player, rng=self._chance)
        self._grant: Grant | None = None
        self._facts: list[Fact] = []

    def facts(self) -> list[Fact]:
        """What happened within the period, in no particular order."""
        visits = max(1, round(self._player.facts / _VISIT_FACTS))
        first_at, last_at = self._settings.starts_at, self._settings.ends_at
        if self._player.registers:
            first_at += int((last_at - first_at) * self._rng.random() * 0.1) // 1000 * 1000
            self._facts.append(self._account.registration(first_at))
        latest = max(first_at + 1, last_at - _VISIT_FACTS * 6 * SECOND)
        for n, at in enumerate(sorted(self._rng.randrange(first_at, latest) for _ in range(visits))):
            left = self._player.facts - len(self._facts)
            if left <= 0:
                break
            self._visit((at + SECOND) // 1000 * 1000, left / (visits - n))
        if self._player.number == 1:
            self._facts.append(self._account.logout(last_at - self._pause(1, 5)))
        return [fact for fact in self._facts if fact.at <= last_at]

    def _visit(self, at: int, size: float) -> None:
        rng, facts, before = self._rng, self._facts, len(self._facts)
        if happens(rng, 0.75):
            facts.append(self._account.login(at))
            at += self._pause(3, 40)
        if happens(rng, 0.35):
            facts += self._cashier.deposit(at)
            at += self._pause(20, 120)
        if self._grant is None and happens(rng, 0.15):
            told, self._grant = self._promotions.grant(at)
            facts += told
        while len(facts) - before < size - 2:
            bets_on_sports = self._player.plays_sports and happens(self._chance, _SPORTS)
            at = self._bet(at) if bets_on_sports else self._round(at)
        at = self._leave(at)
        if happens(rng, 0.1):
            facts += self._cashier.withdrawal(at)
        if happens(rng, 0.02):
            facts += self._cashier.reservation(at)
        if happens(rng, 0.12):
            facts.append(self._account.change(at))
        if happens(rng, 0.4):
            facts.append(self._account.logout(at))

    def _round(self, at: int) -> int:
        """Play one round from `at` on, and the instant at which the next one may start."""
        played_with = self._grant
        told = self._casino.play(at, played_with)
        self._facts += told
        at = max(at, told[0].at) + self._pause(2, 20)
        if played_with is not None:
            self._facts += self._promotions.progress(played_with, at)
            # Once over, it may be named by a bet or two more: what was under way is not called back.
            if played_with.is_over and happens(self._rng, 0.8):
                self._grant = None
        if happens(self._rng, 0.004):
            return _last_play(told) + _IDLE + self._rng.randrange(2)
        if happens(self._rng, 0.006):
            return at + self._pause(31 * 60, 90 * 60)
        return at

    def _bet(self, at: int) -> int:
        """Bet on sports at `at`, and the instant at which something else may be done."""
        grant = self._grant
        is_named = grant is not None and not grant.is_over and not grant.spins and happens(self._chance, 0.3)
        self._facts += self._sportsbook.bet(at, grant if is_named else None)
        return at + self._chance.randrange(4_000, 60_000) * 1000

    def _leave(self, at: int) -> int:
        grant = self._grant
        if grant is not None and grant.is_over:
            self._grant = None
        elif grant is not None and happens(self._rng, 0.3):
            self._facts += self._promotions.sweep(grant, at + self._pause(60, 6000))
            self._grant = None
        return at + self._pause(5, 60)

    def _pause(self, low_s: int, high_s: int) -> int:
        return self._rng.randrange(low_s * 1000, high_s * 1000) * 1000


def _last_play(told: list[Fact]) -> int:
    return max(fact.at for fact in told if fact.body.get("status") != "Rollback")


def life(settings: SimulatorSettings, player: Player) -> list[Fact]:
    """Everything that happens to `player` within the period, in no particular order."""
    return Life(settings, player).facts()
