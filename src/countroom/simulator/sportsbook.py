"""How a sports bet goes: the story of each, told in bets, settlements and rollbacks."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any, Final

from countroom.simulator.chance import happens, log_uniform, weighted
from countroom.simulator.fact import HOUR, MINUTE, SECOND, SPORTS, Fact
from countroom.simulator.fixtures import picks, total_odds
from countroom.simulator.grant import ZERO, Grant
from countroom.simulator.player import Player, rate_at
from countroom.simulator.settings import FREE_MONEY, SimulatorSettings
from countroom.simulator.stakes import in_currency, split, stake

Story = Callable[["Sportsbook", Fact], list[Fact]]

_PLAYED: Final = (20 * MINUTE, 30 * HOUR)
"""How long after the bet it is settled."""


class Sportsbook:
    """The sports bets of one player."""

    def __init__(self, settings: SimulatorSettings, player: Player, *, rng: Random) -> None:
        self._settings = settings
        self._player = player
        self._rng = rng
        self._activities = 0

    def bet(self, at: int, grant: Grant | None = None) -> list[Fact]:
        """One bet placed at `at`, and all that becomes of it. With `grant` it is bonus money."""
        is_free_money = grant is None and happens(self._rng, 0.02)
        placed = self._placed(at, grant, is_free_money=is_free_money)
        told = weighted(self._rng, STORIES)(self, placed)
        for fact in told:
            if is_free_money:
                fact.body["is_free_money"] = True
        return [*told, *self._rollbacks(told)]

    # --- messages ----------------------------------------------------------------------

    def _placed(self, at: int, grant: Grant | None, *, is_free_money: bool) -> Fact:
        rng = self._rng
        count = weighted(rng, {1: 60, 2: 18, 3: 12, 5: 7, 9: 3})
        legs = picks(rng, at, count=count, told_as_text=self._player.number % 4 == 0)
        currency = FREE_MONEY if is_free_money else self._player.currency.code
        amount = Decimal(rng.randrange(100, 900)) if is_free_money else stake(self._player.currency, rng)
        body = {
            **self._said("Bet", at, currency=currency, amount=amount, with_bonus=grant is not None),
            "activity_id_reference": "",
            "odds": ZERO if happens(rng, 0.04) else total_odds(legs),
            "bet_type": "Single" if count == 1 else rng.choice(("Multi", "Multi", "Combo", "System", "Teaser")),
            "user_bonus_id": grant.user_bonus_id if grant else "0",
            "bets": legs,
        }
        return Fact(kind=SPORTS, at=at, player=self._player.player_id, body=body)

    def _settled(self, placed: Fact, at: int, amount: Decimal, **more: Any) -> Fact:
        """A settlement; it names the bet, its legs and what of it is settled."""
        bet = placed.body
        body = {
            **self._said("Settlement", at, currency=bet["currency"], amount=amount),
            "activity_id_reference": bet["activity_id"],
            "odds": bet["odds"],
            "bet_type": bet["bet_type"],
            "user_bonus_id": bet["user_bonus_id"],
            "is_cashout": False,
            "settlement_type": "Won" if amount else "Lost",
            "reference_bet_amount": bet["amount"],
            "bets": bet["bets"],
        }
        return Fact(kind=SPORTS, at=at, player=placed.player, body={**body, **more})

    def _said(self, what: str, at: int, *, currency: str, amount: Decimal, with_bonus: bool = False) -> dict[str, Any]:
        """What bets and settlements have in common."""
        rng = self._rng
        self._activities += 1
        # Plain numbers are the ids of casino messages as well: each family counts for itself.
        own_id = str(self._activities) if self._player.number % 2 else f"sb-{rng.getrandbits(48):012x}"
        return {
            "activity_id": own_id,
            "amount": amount,
            **split(amount, with_bonus=with_bonus, rng=rng),
            "currency": currency,
            **self._rate(currency, at),
            "origin": self._settings.origin,
            "status": "Approved",
            "type": what,
            "user_id": self._player.player_id,
            "device_type": rng.choice(("Mobile", "desktop", "App")),
            "sportsbook_vendor_name": "Oddsmith",
        }

    def _rate(self, currency: str, at: int) -> dict[str, Decimal]:
        if currency == FREE_MONEY:
            return {"exchange_rate": ZERO}
        if currency == self._settings.base_currency:
            return {"exchange_rate": Decimal(1)}
        if happens(self._rng, 0.02):
            return {"exchange_rate": ZERO} if happens(self._rng, 0.7) else {}
        known = next(each for each in self._settings.currencies if each.code == currency)
        return {"exchange_rate": rate_at(known, at, base_currency=self._settings.base_currency)}

    def _roll_back(self, target: Fact, at: int) -> Fact:
        body = {**target.body, "status": "Rollback"}
        if happens(self._rng, 0.03):
            body["amount"] = target.body["amount"] + 1
        return Fact(kind=SPORTS, at=at, player=target.player, body=body)

    def _later(self, at: int, bounds: tuple[int, int] = _PLAYED) -> int:
        return at + log_uniform(self._rng, bounds) // 1000 * 1000

    def _payout(self, placed: Fact, share: Decimal = Decimal(1)) -> Decimal:
        amount: Decimal = placed.body["amount"]
        return (amount * share * (placed.body["odds"] or 2)).quantize(amount) or amount

    # --- stories -----------------------------------------------------------------------

    def lost(self, placed: Fact) -> list[Fact]:
        """A bet of which nothing comes."""
        return [placed, self._settled(placed, self._later(placed.at), ZERO)]

    def won(self, placed: Fact) -> list[Fact]:
        """A bet that pays its odds."""
        return [placed, self._settled(placed, self._later(placed.at), self._payout(placed))]

    def left_open(self, placed: Fact) -> list[Fact]:
        """A bet on a match that is still to come."""
        return [placed]

    def told_late(self, placed: Fact) -> list[Fact]:
        """The settlement is sent before its bet."""
        told = self.won(placed) if happens(self._rng, 0.5) else self.lost(placed)
        told[-1].overtakes = placed
        return told

    def voided(self, placed: Fact) -> list[Fact]:
        """The match was called off: the stake is given back, at times only a part, and the rest is lost."""
        at, amount = self._later(placed.at), placed.body["amount"]
        word = self._rng.choice(("Void", "Cancelled", "push", "Refunded"))
        if happens(self._rng, 0.7):
            return [placed, self._settled(placed, at, amount, settlement_type=word)]
        part = self._settled(placed, at, (amount / 2).quantize(amount), settlement_type=word)
        return [placed, part, self._settled(placed, self._later(at), ZERO)]

    def half_won(self, placed: Fact) -> list[Fact]:
        """Half of the stake comes back under a name that is no void: a payout like any other."""
        half = (placed.body["amount"] / 2).quantize(placed.body["amount"])
        return [placed, self._settled(placed, self._later(placed.at), half, settlement_type="HalfVoid")]

    def cashed_out(self, placed: Fact) -> list[Fact]:
        """The player does not wait for the end."""
        paid = (placed.body["amount"] * self._rng.randrange(30, 140) / 100).quantize(placed.body["amount"])
        at = self._later(placed.at, (MINUTE, 4 * HOUR))
        return [placed, self._settled(placed, at, paid, is_cashout=True, settlement_type="Cashout")]

    def cashed_out_in_part(self, placed: Fact) -> list[Fact]:
        """A part is cashed out, at times two; the rest runs on, and is mostly settled."""
        amount, at, told = placed.body["amount"], placed.at, [placed]
        for _ in range(weighted(self._rng, {1: 80, 2: 20})):
            at = self._later(at, (MINUTE, 4 * HOUR))
            part = (amount * self._rng.choice((Decimal("0.25"), Decimal("0.5"), Decimal("0.7")))).quantize(amount)
            told.append(self._settled(placed, at, part, is_cashout=True, reference_bet_amount=part))
        if happens(self._rng, 0.8):
            told.append(self._settled(placed, self._later(at), self._rest(placed)))
        return told

    def _rest(self, placed: Fact) -> Decimal:
        return self._payout(placed, Decimal("0.5")) if happens(self._rng, 0.5) else ZERO

    def resettled(self, placed: Fact) -> list[Fact]:
        """Settled wrongly: the settlement is taken back and another one sent."""
        wrong = self._settled(placed, self._later(placed.at), self._payout(placed))
        if happens(self._rng, 0.4):
            wrong = self._settled(placed, wrong.at, ZERO)
        back = self._roll_back(wrong, self._later(wrong.at, (10 * SECOND, 3 * HOUR)))
        right = ZERO if wrong.body["amount"] else self._payout(placed)
        return [placed, wrong, back, self._settled(placed, back.at + self._rng.randrange(1, 90) * SECOND, right)]

    def paid_twice(self, placed: Fact) -> list[Fact]:
        """A second settlement adds to the first: a best price, a bonus on top."""
        first = self._settled(placed, self._later(placed.at), self._payout(placed))
        top_up = (placed.body["amount"] / 5).quantize(placed.body["amount"])
        return [placed, first, self._settled(placed, first.at + self._rng.randrange(2, 4000) * SECOND, top_up)]

    def free_bet(self, placed: Fact) -> list[Fact]:
        """A bet that costs nothing."""
        placed.body["bets"] = [{**leg, "is_free_bet": True} for leg in placed.body["bets"]]
        placed.body["user_bonus_id"] = "0"
        return self.lost(placed) if happens(self._rng, 0.7) else self.won(placed)

    def withdrawn(self, placed: Fact) -> list[Fact]:
        """The bet itself is taken back: before it was settled, or afterwards with all that was paid on it."""
        if happens(self._rng, 0.5):
            back = self._roll_back(placed, self._later(placed.at, (2 * SECOND, HOUR)))
            if happens(self._rng, 0.3):
                back.overtakes = placed
            return [placed, back]
        told = self.won(placed)
        return [*told, self._roll_back(placed, self._later(told[-1].at, (10 * SECOND, 2 * HOUR)))]

    def never_told(self, placed: Fact) -> list[Fact]:
        """A settlement of a bet that nobody hears of."""
        return self.won(placed)[1:]

    def paid_in_another_currency(self, placed: Fact) -> list[Fact]:
        """A bet in the player's currency, paid in another one."""
        others = [other for other in self._settings.currencies if other.code != placed.body["currency"]]
        if not others or placed.body["currency"] == FREE_MONEY:
            return self.won(placed)
        other, at = self._rng.choice(others), self._later(placed.at)
        amount = in_currency(Decimal(self._rng.randrange(1, 60)), other, rng=self._rng)
        paid = self._settled(placed, at, amount)
        parts = ("wager_amount", "bonus_wager_amount", "locked_wager_amount", "exchange_rate")
        body = {name: value for name, value in paid.body.items() if name not in parts}
        paid.body = {**body, "currency": other.code, **self._rate(other.code, at)}
        return [placed, paid]

    def _rollbacks(self, told: list[Fact]) -> list[Fact]:
        """Of anything, at times: also of what was taken back already."""
        found = []
        taken = {fact.body["activity_id"] for fact in told if fact.body["status"] == "Rollback"}
        for target in told:
            if target.body["activity_id"] in taken or not happens(self._rng, self._settings.rollbacks):
                continue
            found.append(self._roll_back(target, self._later(target.at, (SECOND, 5 * HOUR))))
            if happens(self._rng, 0.3):
                found[-1].overtakes = target
        return found


STORIES: Final[Mapping[Story, float]] = {
    Sportsbook.lost: 36,
    Sportsbook.won: 24,
    Sportsbook.left_open: 6,
    Sportsbook.told_late: 5,
    Sportsbook.voided: 5,
    Sportsbook.half_won: 2,
    Sportsbook.cashed_out: 5,
    Sportsbook.cashed_out_in_part: 5,
    Sportsbook.resettled: 4,
    Sportsbook.paid_twice: 2,
    Sportsbook.free_bet: 4,
    Sportsbook.withdrawn: 2,
    Sportsbook.never_told: 0.5,
    Sportsbook.paid_in_another_currency: 0.5,
}
"""The stories and how often each is told."""
