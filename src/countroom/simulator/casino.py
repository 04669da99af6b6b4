"""How a round goes: the story of each, told in the messages of one seat."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Final

from countroom.simulator.chance import happens, log_uniform, weighted
from countroom.simulator.fact import HOUR, MINUTE, SECOND, Fact
from countroom.simulator.games import EVERY, LIVE, PROMOTION, SLOTS, WEIGHTS, another, live_round
from countroom.simulator.grant import ZERO, Grant
from countroom.simulator.player import Player
from countroom.simulator.seat import Place, Seat
from countroom.simulator.settings import FREE_MONEY, SimulatorSettings
from countroom.simulator.stakes import in_currency, multiple, split, stake

Story = Callable[["Casino", int, Place], list[Fact]]


class Casino:
    """The rounds of one player."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._seat = Seat(settings, player, rng=rng)
        self._rounds: dict[str, int] = {}
        self._sat_at: set[str] = set()

    def play(self, at: int, grant: Grant | None = None) -> list[Fact]:
        """One round from `at` on, rollbacks included. With `grant`, bonus money or its free spins are played."""
        if grant is not None and grant.spins:
            return self._free_spin(at, grant)
        place, at = self._take_place(at, grant)
        if happens(self._rng, self._settings.whole_rounds) and grant is None and not place.is_free_money:
            return [self._whole(at, place)]
        # Free spins, second currencies and prizes out of the blue are not mixed with bonus play.
        stories = STORIES if grant is None and not place.is_free_money else BONUS_STORIES
        told = weighted(self._rng, stories)(self, at, place)
        if grant is not None:
            grant.wagered += sum((f.body["amount"] for f in told if f.body["type"] == "Bet"), ZERO)
            grant.won += sum((f.body["amount"] for f in told if f.body["type"] == "Win"), ZERO)
        return [*told, *self._rollbacks(told)]

    # --- where -------------------------------------------------------------------------

    def _take_place(self, at: int, grant: Grant | None) -> tuple[Place, int]:
        is_free_money = grant is None and happens(self._rng, 0.02)
        currency = FREE_MONEY if is_free_money else self._player.currency.code
        game = self._rng.choice(EVERY[weighted(self._rng, WEIGHTS)])
        if game in LIVE and not is_free_money:
            round_id, next_at = live_round(game, at)
            if round_id in self._sat_at:
                at, (round_id, _) = next_at, live_round(game, next_at)
            self._sat_at.add(round_id)
        else:
            round_id = self._next_round(game.studio if not is_free_money else "free")
        return Place(game=game, round_id=round_id, currency=currency, grant=grant, is_free_money=is_free_money), at

    def _next_round(self, counter: str) -> str:
        self._rounds[counter] = number = self._rounds.get(counter, 0) + 1
        return f"f{number}" if counter == "free" else str(number)

    def _soon(self, low_s: float = 0.8, high_s: float = 9.0) -> int:
        return self._rng.randrange(int(low_s * 1000), int(high_s * 1000)) * 1000

    def _stake(self, place: Place) -> Decimal:
        return (
            Decimal(self._rng.randrange(100, 900)) if place.is_free_money else stake(self._player.currency, self._rng)
        )

    def _payout(self, staked: Decimal) -> Decimal:
        return (staked * multiple(self._rng)).quantize(staked) or staked

    # --- stories -----------------------------------------------------------------------

    def lost(self, at: int, place: Place) -> list[Fact]:
        """A bet and the message that nothing came of it."""
        tell, staked = self._seat.tell, self._stake(place)
        return [tell("Bet", at, place=place, amount=staked), tell("Loss", at + self._soon(), place=place)]

    def zero_win(self, at: int, place: Place) -> list[Fact]:
        """A bet and a win of nothing, at times with the flag as well, at times at the same instant."""
        tell, staked = self._seat.tell, self._stake(place)
        end_at = at + (self._soon() if happens(self._rng, 0.9) else 0)
        flag = happens(self._rng, 0.5)
        return [tell("Bet", at, place=place, amount=staked), tell("Win", end_at, place=place, is_round_end=flag)]

    def won(self, at: int, place: Place) -> list[Fact]:
        """A bet and a win that ends the round."""
        return self._bets_and_wins(at, place, bets=1, wins=1)

    def several_bets(self, at: int, place: Place) -> list[Fact]:
        """Two to four bets of one round, and a win or a loss."""
        if happens(self._rng, 0.5):
            return self._bets_and_wins(at, place, bets=self._rng.randrange(2, 5), wins=1)
        tell, bets = self._seat.tell, self._bets(at, place, count=self._rng.randrange(2, 5))
        return [*bets, tell("Loss", bets[-1].at + self._soon(), place=place)]

    def several_wins(self, at: int, place: Place) -> list[Fact]:
        """A bet and two or three wins, the last of which ends the round."""
        return self._bets_and_wins(at, place, bets=1, wins=self._rng.randrange(2, 4))

    def ended_by_bet(self, at: int, place: Place) -> list[Fact]:
        """A bet that carries the flag itself: the result is known at once, and it is nothing."""
        return [self._seat.tell("Bet", at, place=place, amount=self._stake(place), is_round_end=True)]

    def win_without_flag(self, at: int, place: Place) -> list[Fact]:
        """A bet and a win, and no word that it is over: time must close it."""
        return self._bets_and_wins(at, place, bets=1, wins=1, is_round_end=False)

    def left_open(self, at: int, place: Place) -> list[Fact]:
        """A bet, and nothing more."""
        return self._bets(at, place, count=1)

    def corrected_zero_win(self, at: int, place: Place) -> list[Fact]:
        """A win of nothing closes the round, and minutes later there is one after all."""
        first, zero = self.zero_win(at, place)
        amount = self._payout(first.body["amount"])
        return [first, zero, self._seat.tell("Win", zero.at + self._soon(60, 900), place=place, amount=amount)]

    def jackpot(self, at: int, place: Place) -> list[Fact]:
        """A lost round to which the pool pays hours later."""
        first, loss = self.lost(at, place)
        later = loss.at + log_uniform(self._rng, (40 * MINUTE, 9 * HOUR)) // 1000 * 1000
        amount = (first.body["amount"] * self._rng.randrange(100, 5000)).quantize(first.body["amount"])
        return [first, loss, self._seat.tell("Win", later, place=place, amount=amount, is_round_end=True)]

    def lobby(self, at: int, place: Place) -> list[Fact]:
        """The player changes the game in mid-round: the win names another one than the bet."""
        other = another(place.game, self._rng)
        first, win = self.won(at, place)
        win.body.update(game_id=other.game_id, game_name=other.name)
        return [first, win]

    def prize(self, at: int, place: Place) -> list[Fact]:
        """A win without any bet: a tournament has paid out."""
        prize_at = Place(
            game=PROMOTION, round_id=f"prize-{place.round_id}-{place.game.studio}", currency=place.currency
        )
        amount = in_currency(Decimal(self._rng.randrange(5, 100)), self._player.currency, rng=self._rng)
        return [self._seat.tell("Win", at, place=prize_at, amount=amount, is_round_end=True)]

    def paid_in_another_currency(self, at: int, place: Place) -> list[Fact]:
        """A bet in the player's currency and a win in another one."""
        others = [other for other in self._settings.currencies if other.code != place.currency]
        if not others:
            return self.won(at, place)
        other = self._rng.choice(others)
        [first] = self._bets(at, place, count=1)
        paid_at = Place(game=place.game, round_id=place.round_id, currency=other.code)
        amount = in_currency(Decimal(self._rng.randrange(1, 60)), other, rng=self._rng)
        win = self._seat.tell("Win", at + self._soon(), place=paid_at, amount=amount, is_round_end=True)
        return [first, win]

    def gift(self, at: int, place: Place) -> list[Fact]:
        """A free spin outside any bonus: amount 0, and its worth in the bonus part."""
        worth = {"wager_amount": ZERO, "bonus_wager_amount": self._stake(place)}
        spin = self._seat.tell("Bet", at, place=place, **worth)
        if happens(self._rng, 0.7):
            return [spin, self._seat.tell("Loss", at + self._soon(), place=place)]
        won = self._payout(worth["bonus_wager_amount"])
        paid = {"wager_amount": ZERO, "bonus_wager_amount": won}
        return [spin, self._seat.tell("Win", at + self._soon(), place=place, amount=won, is_round_end=True, **paid)]

    # --- pieces ------------------------------------------------------------------------

    def _bets(self, at: int, place: Place, *, count: int) -> list[Fact]:
        bets = []
        for _ in range(count):
            bets.append(self._seat.tell("Bet", at, place=place, amount=self._stake(place)))
            at += self._soon(0.3, 4)
        return bets

    def _bets_and_wins(self, at: int, place: Place, *, bets: int, wins: int, is_round_end: bool = True) -> list[Fact]:
        told = self._bets(at, place, count=bets)
        staked, at = told[0].body["amount"], told[-1].at
        for left in range(wins - 1, -1, -1):
            at += self._soon()
            ends = is_round_end and left == 0
            told.append(self._seat.tell("Win", at, place=place, amount=self._payout(staked), is_round_end=ends))
        return told

    def _whole(self, at: int, place: Place) -> Fact:
        staked = self._stake(place)
        won = self._payout(staked) if happens(self._rng, 0.4) else ZERO
        return self._seat.tell_whole(at + self._soon(), place=place, staked=staked, won=won)

    def _free_spin(self, at: int, grant: Grant) -> list[Fact]:
        """One of the spins of a free-spin bonus. What it wins is paid in real money, or in bonus money."""
        grant.spins -= 1
        game = self._rng.choice(SLOTS)
        place = Place(
            game=game, round_id=self._next_round(game.studio), currency=self._player.currency.code, grant=grant
        )
        worth = {"wager_amount": ZERO, "bonus_wager_amount": stake(self._player.currency, self._rng)}
        spin = self._seat.tell("Bet", at, place=place, **worth)
        if happens(self._rng, 0.6):
            return [spin, self._seat.tell("Loss", at + self._soon(), place=place)]
        won = self._payout(worth["bonus_wager_amount"])
        grant.won += won
        pocket = split(won, with_bonus=grant.required > 0, rng=self._rng)
        blank = {"wager_amount": None, "bonus_wager_amount": None, "locked_wager_amount": None}
        win = self._seat.tell(
            "Win", at + self._soon(), place=place, amount=won, is_round_end=True, **{**blank, **pocket}
        )
        return [spin, win]

    def _rollbacks(self, told: list[Fact]) -> list[Fact]:
        found = []
        for target in told:
            if target.body["type"] == "Loss" or not happens(self._rng, self._settings.rollbacks):
                continue
            manner = weighted(self._rng, {"at once": 40, "after the close": 30, "overtaking": 28, "astray": 2})
            if manner == "at once":
                found.append(self._seat.roll_back(target, target.at + self._soon()))
            elif manner == "after the close":
                delay = log_uniform(self._rng, (2 * MINUTE, 8 * HOUR)) // 1000 * 1000
                found.append(self._seat.roll_back(target, told[-1].at + delay))
            elif manner == "overtaking":  # sent before what it takes back
                rollback = self._seat.roll_back(target, target.at + self._soon(0.1, 2))
                rollback.overtakes = target
                found.append(rollback)
            else:  # of something that is never told
                orphan = self._seat.roll_back(target, target.at + 30 * SECOND)
                orphan.body["activity_id"] = f"lost-{target.body['activity_id']}"
                found.append(orphan)
        return found


STORIES: Final[Mapping[Story, float]] = {
    Casino.lost: 30,
    Casino.zero_win: 24,
    Casino.won: 22,
    Casino.several_bets: 6,
    Casino.several_wins: 5,
    Casino.ended_by_bet: 2,
    Casino.win_without_flag: 2.5,
    Casino.left_open: 1.5,
    Casino.corrected_zero_win: 0.6,
    Casino.jackpot: 0.5,
    Casino.lobby: 1,
    Casino.prize: 0.3,
    Casino.paid_in_another_currency: 0.3,
    Casino.gift: 1.5,
}
"""The stories and how often each is told."""

BONUS_STORIES: Final[Mapping[Story, float]] = {
    Casino.lost: 30,
    Casino.zero_win: 24,
    Casino.won: 24,
    Casino.several_bets: 8,
    Casino.several_wins: 6,
    Casino.left_open: 1,
}
"""Those that are told of bonus money and of play tokens."""
