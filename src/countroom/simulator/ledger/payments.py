"""Payments: how each stands and what of it counts (semantics.md 4.6)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from countroom.simulator.ledger.entries import PaymentStep
from countroom.simulator.ledger.money import ZERO, instant
from countroom.simulator.ledger.totals import BASE, Book, base_amount

_COUNTING: Final = ("approved", "completed")
_FAILED: Final = ("rejected", "cancelled")
_RANKS: Final = {"requested": 0, "approved": 1, "completed": 2, "rejected": 3, "cancelled": 3, "rolled_back": 4}
_MEASURES: Final = {
    "deposit": ("deposits", "deposit_sum", "reversed_deposits"),
    "withdrawal": ("withdrawals", "withdrawal_sum", "reversed_withdrawals"),
}


@dataclass(frozen=True)
class Payment:
    """One payment, from all that was said of it."""

    payment_id: str
    direction: str
    steps: tuple[PaymentStep, ...]
    """In canonical order."""

    @cached_property
    def _approvals(self) -> list[PaymentStep]:
        return [step for step in self.steps if step.status in _COUNTING]

    @cached_property
    def _rollback(self) -> PaymentStep | None:
        return next((step for step in self.steps if step.status == "rolled_back"), None)

    @cached_property
    def amount_from(self) -> PaymentStep:
        """The message whose amount, rate and fee hold: the latest approval, else the latest of any kind."""
        others = [step for step in self.steps if step.status != "rolled_back"]
        return (self._approvals or others or list(self.steps))[-1]

    @property
    def _taken(self) -> Decimal:
        """What the rollback takes of an approved amount; a rollback that states nothing takes it all."""
        if self._rollback is None or not self._approvals:
            return ZERO
        whole = self.amount_from.amount
        return min(self._rollback.amount, whole) if self._rollback.amount else whole

    @property
    def _is_rolled_back(self) -> bool:
        return self._rollback is not None and (not self._approvals or self._taken >= self.amount_from.amount)

    @cached_property
    def status(self) -> str:
        """The status it has now."""
        if self._is_rolled_back:
            return "rolled_back"
        steps = [step for step in self.steps if step.status != "rolled_back"]
        if any(step.status != "requested" for step in steps):
            steps = [step for step in steps if step.status != "requested"]
        if any(step.status == "completed" for step in steps):
            steps = [step for step in steps if step.status not in _FAILED]
        return max(steps, key=lambda step: (step.at, _RANKS[step.status])).status

    @property
    def counts(self) -> bool:
        """True for deposits and withdrawals that are approved or completed now."""
        return self.direction in _MEASURES and self.status in _COUNTING

    @property
    def counted_at(self) -> int:
        """When it was first approved."""
        return self._approvals[0].at

    @property
    def counted(self) -> Decimal:
        """What of it counts."""
        return self.amount_from.amount - self._taken

    def document(self) -> dict[str, Any]:
        """The PAYMENT of the player document."""
        rollback = self._rollback
        capped = bool(rollback and self._approvals and rollback.amount > self.amount_from.amount)
        flags = {"partially_reversed": bool(self._taken) and not self._is_rolled_back, "rollback_capped": capped}
        return {
            "payment_id": self.payment_id,
            "direction": self.direction,
            "status": self.status,
            "amount": self.amount_from.amount,
            "currency": self.amount_from.currency,
            "counted_at": instant(self.counted_at) if self.counts else None,
            "counted": self.counted if self.counts else None,
            "fee": self.amount_from.fee,
            "method": self.amount_from.method or None,
            "statuses": [[step.status, instant(step.at)] for step in self.steps],
            "flags": sorted(flag for flag, holds in flags.items() if holds),
        }

    def post(self, book: Book) -> None:
        """Post what it moves."""
        if self.direction not in _MEASURES:
            return
        count, whole, reversed_sum = _MEASURES[self.direction]
        step = self.amount_from
        if self.counts:
            moved = {whole: self.counted, "fees": step.fee}
            book.post("payments", step.currency, at=self.counted_at, **{count: 1}, **moved)
            self._post_base(book, at=self.counted_at, measures=moved)
            if step.rate is None and self.counted:
                book.post("payments", BASE, at=self.counted_at, missing=1)
        if self._rollback is not None and self._taken:
            taken = {reversed_sum: self._taken}
            book.post("payments", step.currency, at=self._rollback.at, **taken)
            self._post_base(book, at=self._rollback.at, measures=taken)
        if self.status in _FAILED:
            book.post_for_life("payments", step.currency, **{f"{count}_failed": 1})
        if self.status == "requested":
            pending = {f"{count}_pending": step.amount}
            book.post_for_life("payments", step.currency, **pending)
            if step.rate is not None:
                book.post_for_life("payments", BASE, **{f"{count}_pending": base_amount(step.amount, step.rate)})

    def _post_base(self, book: Book, *, at: int, measures: dict[str, Decimal]) -> None:
        rate = self.amount_from.rate
        if rate is not None:
            book.post("payments", BASE, at=at, **{name: base_amount(value, rate) for name, value in measures.items()})


def payments(steps: Iterable[PaymentStep]) -> list[Payment]:
    """All payments of a player, sorted by id, then direction."""
    by_key: dict[tuple[str, str], list[PaymentStep]] = defaultdict(list)
    for step in steps:
        by_key[step.payment_id, step.direction].append(step)
    return [
        Payment(payment_id, direction, tuple(sorted(found, key=lambda step: (step.at, step.status))))
        for (payment_id, direction), found in sorted(by_key.items())
    ]
