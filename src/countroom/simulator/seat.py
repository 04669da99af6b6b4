"""One player's seat: what a casino message says beside the story of its round."""

from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from countroom.simulator.chance import happens
from countroom.simulator.fact import CASINO, GAME_ROUND, Fact
from countroom.simulator.games import Game
from countroom.simulator.grant import ZERO, Grant
from countroom.simulator.player import Player, rate_at
from countroom.simulator.settings import FREE_MONEY, SimulatorSettings
from countroom.simulator.stakes import split


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a round is played, and with what."""

    game: Game
    round_id: str
    currency: str
    grant: Grant | None = None
    is_free_money: bool = False


class Seat:
    """Writes the casino messages of one player: ids, rates, splits and balances."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._activities = 0
        self._balance = Decimal(100)

    def tell(self, what: str, at: int, *, place: Place, amount: Decimal = ZERO, **more: Any) -> Fact:
        """One bet, win or loss. `more` goes into the message as it is, over what would stand there."""
        rng, game = self._rng, place.game
        parts = split(amount, with_bonus=place.grant is not None, rng=rng)
        before = self._balance
        self._balance += -amount if what == "Bet" else amount
        body = {
            "activity_id": self._activity_id(place),
            "amount": amount,
            **parts,
            "balance_before": before,
            "balance_after": self._balance,
            "currency": place.currency,
            **self._rate(place, at),
            "game_id": game.game_id,
            "game_name": game.name,
            "game_type": game.type,
            "is_round_end": False,
            "origin": self._settings.origin,
            "round_id": place.round_id,
            "status": "Approved",
            "type": what,
            "user_id": self._player.player_id,
            "user_bonus_id": place.grant.user_bonus_id if place.grant else "0",
            "vendor_id": game.studio,
            "vendor_name": game.studio_name,
        }
        if place.is_free_money:
            body["is_free_money"] = True
        if self._settings.personal and happens(rng, 0.02):
            body["meta"] = {"table_note": f"hand of {self._player.player_id}", "lane": rng.randrange(9)}
        return Fact(kind=CASINO, at=at, player=self._player.player_id, body={**body, **more})

    def tell_whole(self, at: int, *, place: Place, staked: Decimal, won: Decimal) -> Fact:
        """A round told once, when it was over."""
        rate = rate_at(self._player.currency, at, base_currency=self._settings.base_currency)
        bonus = (staked / 4).quantize(staked) if happens(self._rng, 0.1) else ZERO
        body = {
            "user_id": self._player.player_id,
            "round_id": place.round_id,
            "game_id": place.game.game_id,
            "game_name": place.game.name,
            "game_type": place.game.type,
            "vendor_id": place.game.studio,
            "vendor_name": place.game.studio_name,
            "real_bet_user": staked - bonus,
            "real_win_user": won,
            "bonus_bet_user": bonus,
            "bonus_win_user": ZERO,
            "real_bet_base": (staked - bonus) * rate,
            "real_win_base": won * rate,
            "bonus_bet_base": bonus * rate,
            "bonus_win_base": ZERO,
            "user_currency": place.currency,
            "device_type": self._rng.choice(("mobile", "desktop", "app", "unknown")),
            "origin": self._settings.origin,
        }
        return Fact(kind=GAME_ROUND, at=at, player=self._player.player_id, body=body)

    def roll_back(self, target: Fact, at: int) -> Fact:
        """The message that takes `target` back; it repeats the message, and seldom with another amount."""
        body = {**target.body, "status": "Rollback"}
        if happens(self._rng, 0.03):
            body["amount"] = target.body["amount"] + 1
        return Fact(kind=CASINO, at=at, player=target.player, body=body)

    def _activity_id(self, place: Place) -> str:
        self._activities += 1
        if place.game.round_s:
            return f"{place.round_id}:{self._activities}"
        if place.game.studio == "41":
            return str(self._activities)  # counted per player: every player has a 1, a 2 ...
        return f"{self._rng.getrandbits(64):016x}"

    def _rate(self, place: Place, at: int) -> dict[str, Decimal]:
        if place.is_free_money or place.currency == FREE_MONEY:
            return {"exchange_rate": ZERO}
        if place.currency == self._settings.base_currency:
            return {"exchange_rate": Decimal(1)}
        if happens(self._rng, 0.015):
            return {"exchange_rate": ZERO} if happens(self._rng, 0.7) else {}
        currency = next(known for known in self._settings.currencies if known.code == place.currency)
        return {"exchange_rate": rate_at(currency, at, base_currency=self._settings.base_currency)}
