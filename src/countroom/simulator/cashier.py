"""Money in and out: payments through their states."""

from decimal import Decimal
from random import Random
from typing import Any, Final

from countroom.simulator.chance import happens, log_uniform, weighted
from countroom.simulator.fact import DAY, HOUR, MINUTE, PAYMENT, SECOND, Fact
from countroom.simulator.grant import ZERO
from countroom.simulator.player import Player, rate_at
from countroom.simulator.settings import SimulatorSettings
from countroom.simulator.stakes import in_currency

_PROVIDERS: Final = {"12": "CardGate", "31": "BankLink", "45": "CoinPort"}
_DEPOSITS: Final = (10, 20, 20, 25, 50, 50, 100, 250)


class Cashier:
    """The payments of one player."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._payments = 0
        self._kept_at: list[int] = []

    def deposit(self, at: int) -> list[Fact]:
        """One deposit: approved as a rule, and then at times taken back, wholly or in part."""
        payment = self._payment("Credit", Decimal(self._rng.choice(_DEPOSITS)))
        way = weighted(self._rng, {"approved": 78, "at_once": 8, "rejected": 8, "cancelled": 4, "pending": 2})
        told = [] if way == "at_once" else [self._state(payment, "Requested", at=at)]
        at += self._rng.randrange(1_000, 90_000) * 1000
        if way == "rejected":
            told.append(self._state(payment, "Rejected", at=at))
        elif way == "cancelled":
            told.append(self._state(payment, "Cancelled", at=at))
        elif way != "pending":
            told += self._approved_deposit(payment, at)
        return told

    def withdrawal(self, at: int) -> list[Fact]:
        """One withdrawal: approved hours later, or not."""
        payment = self._payment("Debit", Decimal(self._rng.randrange(20, 400)))
        decided_at = at + log_uniform(self._rng, (5 * MINUTE, 20 * HOUR)) // 1000 * 1000
        way = weighted(self._rng, {"Approved": 65, "Rejected": 8, "Cancelled": 12, "Requested": 15})
        told = [self._state(payment, "Requested", at=at)]
        if way != "Requested":
            told.append(self._state(payment, way, at=decided_at))
        if way == "Approved" and happens(self._rng, 0.04):
            told.append(self._state(payment, "Rollback", at=decided_at + self._delay()))
        return told

    def reservation(self, at: int) -> list[Fact]:
        """A card's authorization and its capture or voiding: shown, and counted nowhere."""
        payment = self._payment("Authorization", Decimal(self._rng.choice(_DEPOSITS)))
        told = [self._state(payment, "Approved", at=at)]
        end = self._rng.choice(("Capture", "Void", None))
        if end:
            told.append(self._state({**payment, "type": end}, "Approved", at=at + self._delay()))
        return told

    # --- pieces ------------------------------------------------------------------------

    def _payment(self, direction: str, base: Decimal) -> dict[str, Any]:
        rng = self._rng
        self._payments += 1
        provider = rng.choice(tuple(_PROVIDERS))
        body: dict[str, Any] = {
            "payment_id": str(self._payments) if self._player.number % 2 else f"p-{rng.getrandbits(40):010x}",
            "type": direction,
            "amount": in_currency(base, self._player.currency, rng=rng),
            "currency": self._player.currency.code,
            "fee_amount": in_currency(Decimal("0.35"), self._player.currency, rng=rng) if happens(rng, 0.2) else ZERO,
            "bonus_code": "",
            "note": "",
            "origin": self._settings.origin,
            "user_id": self._player.player_id,
            "vendor_id": provider,
            "vendor_name": _PROVIDERS[provider],
        }
        if self._settings.personal and happens(rng, 0.03):
            body["note"] = f"called about card {rng.randrange(10**15, 10**16)}"
        return body

    def _state(self, payment: dict[str, Any], status: str, *, at: int) -> Fact:
        body = {**payment, "status": status, **self._rate(at)}
        return Fact(kind=PAYMENT, at=at, player=self._player.player_id, body=body)

    def _approved_deposit(self, payment: dict[str, Any], at: int) -> list[Fact]:
        approved = self._state(payment, "Approved", at=at)
        amount = approved.body["amount"]
        if happens(self._rng, 0.02):  # the bank takes less than was asked for
            approved.body["amount"] = amount = (amount * 9 / 10).quantize(amount)
        if self._player.past_deposits:
            # More than can be known from this period. Players without a past state nothing, or less than is known.
            approved.body["deposit_count"] = self._player.past_deposits + self._payments
        elif happens(self._rng, 0.5):
            approved.body["deposit_count"] = sum(kept_at < at for kept_at in self._kept_at)
        if not happens(self._rng, 0.06):
            self._kept_at.append(at)
            return [approved]
        back_at = at + self._delay()
        taken = weighted(self._rng, {"all": 60, "nothing_stated": 10, "part": 20, "too_much": 10})
        returned = {
            "all": amount,
            "nothing_stated": ZERO,
            "part": (amount / 4).quantize(amount),
            "too_much": amount * 2,
        }
        back = self._state({**payment, "amount": returned[taken]}, "Rollback", at=back_at)
        return [approved, back]

    def _rate(self, at: int) -> dict[str, Decimal]:
        currency = self._player.currency
        if currency.code != self._settings.base_currency and happens(self._rng, 0.02):
            return {"exchange_rate": ZERO} if happens(self._rng, 0.5) else {}
        return {"exchange_rate": rate_at(currency, at, base_currency=self._settings.base_currency)}

    def _delay(self) -> int:
        return log_uniform(self._rng, (20 * SECOND, 2 * DAY)) // 1000 * 1000
