"""Bonuses: grants, their progress and their ends. The bets are the casino's."""

from decimal import Decimal
from random import Random
from typing import Any, Final

from countroom.simulator.chance import happens, log_uniform, weighted
from countroom.simulator.fact import BONUS, HOUR, MINUTE, SECOND, Fact
from countroom.simulator.grant import ZERO, Grant
from countroom.simulator.player import Player, rate_at
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.stakes import in_currency

_WAGERED: Final = ("WelcomeBonus", "ReloadBonus", "NoDeposit")
_CASH: Final = ("WagerFree", "CashbackBonus", "SportsManualCashback")


class Promotions:
    """The bonuses of one player."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._grants = 0

    def grant(self, at: int) -> tuple[list[Fact], Grant | None]:
        """A new bonus: its first messages, and the grant if it is to be played with."""
        way = weighted(self._rng, {"wagered": 60, "spins": 22, "cash": 14, "refused": 4})
        if way == "cash":
            return self._cash(at), None
        if way == "refused":
            return self._refused(at), None
        if way == "spins":
            required = self._rng.choice((ZERO, Decimal(20)))
            return [], self._new("FreeSpins", ZERO, required=required, at=at, spins=self._rng.randrange(3, 9))
        amount = in_currency(Decimal(self._rng.choice((5, 10, 20, 50))), self._player.currency, rng=self._rng)
        required = amount * self._rng.choice((1, 3, 5, 20))
        grant = self._new(self._rng.choice(_WAGERED), amount, required=required, at=at)
        told = []
        if happens(self._rng, 0.3):
            told.append(self._tell(grant, "Pending", at=at - 2 * MINUTE))
            if happens(self._rng, 0.5):
                told.append(self._tell(grant, "Claimed", at=at - MINUTE))
        # A bonus engine that runs behind: the first bets stand before Created.
        told.append(self._tell(grant, "Created", at=at + (5 * MINUTE if happens(self._rng, 0.05) else 0)))
        return told, grant

    def progress(self, grant: Grant, at: int) -> list[Fact]:
        """What there is to tell after a round that was played with `grant`: mostly nothing."""
        if grant.is_over:
            return []
        if grant.type == "FreeSpins":
            return self._spins_over(grant, at) if not grant.spins else []
        if grant.wagered >= grant.required:
            return self._completed(grant, at)
        if happens(self._rng, 0.05):
            return [self._tell(grant, "Ongoing", at=at)]
        if happens(self._rng, 0.02):
            return self._ended(grant, self._rng.choice(("Lost", "Forfeited")), at=at)
        return []

    def sweep(self, grant: Grant, at: int) -> list[Fact]:
        """The end of a bonus that nobody played to its end."""
        if grant.type == "FreeSpins":
            return self._spins_over(grant, at)
        return self._ended(grant, weighted(self._rng, {"Expired": 70, "Forfeited": 20, "Reversed": 10}), at=at)

    # --- ends --------------------------------------------------------------------------

    def _completed(self, grant: Grant, at: int) -> list[Fact]:
        at += self._rng.randrange(1, 30) * SECOND
        turned = (grant.won / 3).quantize(grant.amount)
        end = self._rng.choice(("Completed", "Completed", "AutoCompleted", "Autocompleted"))
        told = self._ended(grant, end, at=at, bonus_turned_real=turned)
        if happens(self._rng, 0.05):  # the sweeper comes by later, and has not heard of it
            later = at + log_uniform(self._rng, (HOUR, 12 * HOUR)) // 1000 * 1000
            told.append(self._tell(grant, "Expired", at=later, bonus_turned_real=turned))
        if happens(self._rng, 0.03):
            told.append(self._tell(grant, "Reversed", at=at + 3 * HOUR, bonus_turned_real=turned))
        return told

    def _ended(self, grant: Grant, status: str, *, at: int, **more: Any) -> list[Fact]:
        grant.is_over = True
        return [self._tell(grant, status, at=at, **more)]

    def _spins_over(self, grant: Grant, at: int) -> list[Fact]:
        """The first message comes when the spins are over; its amount is what they have won."""
        grant.is_over = True
        grant.amount = grant.won
        created = self._tell(grant, "Created", at=at + 10 * SECOND, bonus_turned_real=ZERO)
        turned = grant.won if not grant.required else (grant.won / 2).quantize(grant.won)
        end = self._tell(grant, "Completed", at=at + 40 * SECOND, bonus_turned_real=turned)
        return [created, end]

    def _cash(self, at: int) -> list[Fact]:
        amount = in_currency(Decimal(self._rng.choice((1, 5, 10))), self._player.currency, rng=self._rng)
        grant = self._new(self._rng.choice(_CASH), amount, required=ZERO, at=at)
        told = [self._tell(grant, "Created", at=at), self._tell(grant, "Completed", at=at + SECOND)]
        return told if happens(self._rng, 0.7) else told[:1]

    def _refused(self, at: int) -> list[Fact]:
        grant = self._new("ReloadBonus", Decimal(10), required=Decimal(30), at=at)
        return [self._tell(grant, "Pending", at=at), self._tell(grant, "NotApplicable", at=at + 30 * SECOND)]

    # --- pieces ------------------------------------------------------------------------

    def _new(self, kind: str, amount: Decimal, *, required: Decimal, at: int, spins: int = 0) -> Grant:
        self._grants += 1
        user_bonus_id = f"ub{self._grants}" if self._player.number % 3 else str(5000 + self._grants)
        return Grant(user_bonus_id, kind, amount, required, at, spins=spins)

    def _tell(self, grant: Grant, status: str, *, at: int, **more: Any) -> Fact:
        currency = self._player.currency
        rate = rate_at(currency, at, base_currency=self._settings.base_currency)
        if currency.code != self._settings.base_currency and happens(self._rng, 0.02):
            rate = ZERO
        body: dict[str, Any] = {
            "user_bonus_id": grant.user_bonus_id,
            "bonus_id": f"b-{grant.type.lower()}",
            "bonus_code": f"{grant.type.upper()}26",
            "amount": grant.amount,
            "locked_amount": ZERO,
            "required_wagering_amount": grant.required,
            "currency": currency.code,
            "exchange_rate": rate,
            "origin": self._settings.origin,
            "product": "Casino",
            "status": status,
            "type": grant.type,
            "user_id": self._player.player_id,
        }
        if self._settings.personal and happens(self._rng, 0.02):
            body["fasttrack_references"] = {"id": f"x-{grant.user_bonus_id}", "action_id": 4, "trigger_hash": "h"}
        return Fact(kind=BONUS, at=at, player=self._player.player_id, body={**body, **more})
