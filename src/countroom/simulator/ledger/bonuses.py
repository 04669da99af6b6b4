"""Bonuses: their state, their wagering and what they cost (semantics.md 5)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from countroom.simulator.ledger.entries import BonusStep, Play
from countroom.simulator.ledger.money import ZERO, Pockets, add, instant, ratio, total
from countroom.simulator.ledger.rounds import Round, by_currency
from countroom.simulator.ledger.sports import Effect, SportsBet
from countroom.simulator.ledger.totals import BASE, Book, base_amount

_BEGINNINGS: Final = ("offered", "claimed", "credited", "wagering")
_ENDS: Final = ("completed", "auto_completed", "lost", "forfeited", "expired", "not_applicable")
_STAGES: Final = {
    **{state: stage for stage, state in enumerate(_BEGINNINGS)},
    **dict.fromkeys(_ENDS, len(_BEGINNINGS)),
    "reversed": len(_BEGINNINGS) + 1,
}
CASH_TYPES: Final = ("WagerFree", "CashbackBonus", "SportsManualCashback")


@dataclass(frozen=True)
class Bonus:
    """One grant, from all that was said of it and all that was played under its name."""

    user_bonus_id: str
    steps: tuple[BonusStep, ...]
    """In canonical order."""
    rounds: tuple[Round, ...]
    """Rounds with an effective bet or win that names it."""
    effects: tuple[Effect, ...]
    """What settled and paid the sports bets that name it."""

    @cached_property
    def _bets(self) -> list[Play]:
        return [bet for played in self.rounds for bet in played.bets if bet.bonus == self.user_bonus_id]

    @cached_property
    def _wins(self) -> list[Play]:
        return [win for played in self.rounds for win in played.wins if win.bonus == self.user_bonus_id]

    @cached_property
    def _stakes(self) -> list[tuple[int, Decimal]]:
        """What was staked in its name: at the casino when it was bet, on sports when it was settled."""
        settled = [(it.by.at, total(it.settles)) for it in self.effects if any(it.settles.values())]
        return [(bet.at, bet.amount) for bet in self._bets] + settled

    def _first(self, state: str) -> BonusStep | None:
        return next((step for step in self.steps if step.state == state), None)

    @cached_property
    def _end(self) -> BonusStep | None:
        ends = [step for step in self.steps if step.state in _ENDS]
        return min(ends, key=lambda step: (step.at, _ENDS.index(step.state)), default=None)

    @cached_property
    def state(self) -> str:
        """The state it is in now; `unknown` when only bets or wins named it."""
        if self._first("reversed"):
            return "reversed"
        if self._end:
            return self._end.state
        begun = max(self.steps, key=lambda step: (step.at, _STAGES[step.state]), default=None)
        return begun.state if begun else "unknown"

    @cached_property
    def ended_at(self) -> int | None:
        """The earliest end; when it was only reversed, then."""
        end = self._end or self._first("reversed")
        return end.at if end else None

    @cached_property
    def granted_by(self) -> BonusStep | None:
        """The message that the granted amount is taken from: Created, else the earliest."""
        return self._first("credited") or (self.steps[0] if self.steps else None)

    @property
    def granted(self) -> Decimal:
        """What was given."""
        return self.granted_by.amount if self.granted_by and self.state != "not_applicable" else ZERO

    @property
    def reversed_amount(self) -> Decimal:
        """What was taken back."""
        return self.granted if self.state == "reversed" else ZERO

    @property
    def required(self) -> Decimal:
        """The turnover it asks for, as last stated."""
        stated = [step.required for step in self.steps if step.required is not None]
        return stated[-1] if stated else ZERO

    @cached_property
    def converted_by(self) -> BonusStep | None:
        """The message that what became real money is booked at."""
        stated = [step for step in self.steps if step.turned_real is not None]
        if stated:
            return stated[-1]
        is_cash = bool(self.steps) and self.steps[-1].type in CASH_TYPES and not self.required
        return self.granted_by if is_cash else None

    @property
    def converted(self) -> Decimal:
        """What became real money, without what free spins have paid in real money already."""
        step = self.converted_by
        if step is None or self.state == "reversed":
            return ZERO
        turned = self.granted if step.turned_real is None else step.turned_real
        paid = sum(
            (
                win.pockets.get("real", ZERO)
                for played in self.rounds
                if played.is_free
                for win in played.wins
                if win.bonus == self.user_bonus_id
            ),
            ZERO,
        )
        return max(ZERO, turned - paid)

    @cached_property
    def _counting_stakes(self) -> list[Decimal]:
        return [stake for at, stake in self._stakes if self.ended_at is None or at <= self.ended_at]

    @property
    def wagered(self) -> Decimal:
        """Stakes that name it, up to its end."""
        return sum(self._counting_stakes, ZERO)

    def flags(self) -> list[str]:
        """What is odd about it, in alphabetical order."""
        credited = self._first("credited")
        ends = {step.state for step in self.steps if step.state in _ENDS}
        # A second end has a flag of its own, and is not out of order as well.
        stages = [(step.state, _STAGES[step.state]) for step in self.steps]
        found = {
            "before_credited": credited is not None and any(at < credited.at for at, _ in self._stakes),
            "end_conflict": len(ends) > 1,
            "bonus_order": any(
                after < before or (after == before and state != "wagering" and state not in _ENDS)
                for (_, before), (state, after) in pairwise(stages)
            ),
        }
        return sorted(flag for flag, holds in found.items() if holds)

    def document(self) -> dict[str, Any]:
        """The BONUS of the player document."""
        latest = self.steps[-1] if self.steps else None
        payouts: dict[str, Pockets] = by_currency(self._wins)
        for it in self.effects:
            add(payouts.setdefault(it.by.currency, {}), it.pays)
        return {
            "user_bonus_id": self.user_bonus_id,
            "state": self.state,
            "bonus_id": latest and latest.bonus_id,
            "code": latest and latest.code,
            "type": latest and latest.type,
            "product": latest and latest.product,
            "currency": latest and latest.currency,
            "granted": self.granted,
            "converted": self.converted,
            "reversed": self.reversed_amount,
            "required": self.required,
            "wagered": self.wagered,
            "progress": ratio(min(self.wagered, self.required), self.required) if self.required else None,
            "started_at": instant(self.steps[0].at) if self.steps else None,
            "ended_at": None if self.ended_at is None else instant(self.ended_at),
            "bets": len(self._counting_stakes),
            "after_end": len(self._stakes) - len(self._counting_stakes),
            "payouts": payouts,
            "flags": self.flags(),
        }

    def post(self, book: Book) -> None:
        """Post what it moves, each sum at the message that stated it."""
        reversal = self._first("reversed")
        for measure, step, value in (
            ("granted", self.granted_by, self.granted),
            ("converted", self.converted_by, self.converted),
            ("reversed", reversal, self.reversed_amount),
        ):
            if step is not None and value:
                book.post("bonuses", step.currency, at=step.at, **{measure: value})
                if step.rate is not None:
                    book.post("bonuses", BASE, at=step.at, **{measure: base_amount(value, step.rate)})
        self._post_missing(book)

    def _post_missing(self, book: Book) -> None:
        sums = (
            (self.granted_by, self.granted),
            (self.converted_by, self.converted),
            (self._first("reversed"), self.reversed_amount),
        )
        # One bonus is missing once at a message without a rate, however many of its sums stand there.
        for at in {step.at for step, value in sums if step is not None and value and step.rate is None}:
            book.post("bonuses", BASE, at=at, missing=1)


def bonuses(steps: Iterable[BonusStep], every: Iterable[Round], sports: Iterable[SportsBet]) -> list[Bonus]:
    """All bonuses of a player, sorted by id, those too that only bets or wins have named."""
    by_id: dict[str, list[BonusStep]] = defaultdict(list)
    for step in steps:
        by_id[step.user_bonus_id].append(step)
    played_with: dict[str, list[Round]] = defaultdict(list)
    for played in every:
        for user_bonus_id in {play.bonus for play in played.effective if play.bonus}:
            played_with[user_bonus_id].append(played)
    settled: dict[str, list[Effect]] = defaultdict(list)
    for bet in sports:
        if bet.placed is not None and bet.placed.bonus and not bet.free_money:
            settled[bet.placed.bonus] += bet.effects
    return [
        Bonus(
            user_bonus_id,
            tuple(sorted(by_id[user_bonus_id], key=lambda step: (step.at, step.state))),
            tuple(played_with[user_bonus_id]),
            tuple(settled[user_bonus_id]),
        )
        for user_bonus_id in sorted(by_id.keys() | played_with.keys() | settled.keys())
    ]
