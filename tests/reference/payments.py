"""Payments: the status of each as its reports make it, what counts, and when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from countroom.core.events import Direction, PaymentReported, PaymentStatus
from tests.reference import forms
from tests.reference.facts import Fact
from tests.reference.forms import Json
from tests.reference.postings import Posting
from tests.reference.rounds import rate_of
from tests.reference.settings import ReferenceSettings

_RANK = {
    PaymentStatus.REQUESTED: 0,
    PaymentStatus.APPROVED: 1,
    PaymentStatus.COMPLETED: 2,
    PaymentStatus.REJECTED: 3,
    PaymentStatus.CANCELLED: 3,
}
_PAID = (PaymentStatus.APPROVED, PaymentStatus.COMPLETED)
_FAILED = (PaymentStatus.REJECTED, PaymentStatus.CANCELLED)
_CURRENT = (*_PAID, *_FAILED, PaymentStatus.REQUESTED)

_PLURAL = {Direction.DEPOSIT: "deposits", Direction.WITHDRAWAL: "withdrawals"}


def payment_order(fact: Fact) -> tuple[int, int, str]:
    """By time, then by how far a payment has come."""
    event = fact.event
    return fact.at, _RANK.get(event.status, 0) if isinstance(event, PaymentReported) else 0, fact.order[2]


@dataclass(eq=False, kw_only=True)
class Payment:
    """One payment: everything reported of it, in canonical order."""

    payment_id: str
    direction: Direction
    reports: list[tuple[Fact, PaymentReported]]
    settings: ReferenceSettings

    def _latest(self, *statuses: PaymentStatus) -> PaymentReported | None:
        of_these = [(fact, report) for fact, report in self.reports if report.status in statuses]
        return max(of_these, key=lambda pair: payment_order(pair[0]), default=(None, None))[1]

    @cached_property
    def paid(self) -> PaymentReported | None:
        """The report that amount, currency, rate and fee come from: the latest approval or completion."""
        return self._latest(*_PAID)

    @cached_property
    def shown(self) -> PaymentReported:
        """The same; without one, the report that the status comes from."""
        return self.paid or self._standing

    @cached_property
    def rollback(self) -> Fact | None:
        return next((fact for fact, report in self.reports if report.status is PaymentStatus.ROLLED_BACK), None)

    @cached_property
    def taken_away(self) -> Decimal:
        """What the rollback takes from the paid amount, never more than that; all of it when it states no amount."""
        if self.rollback is None or self.paid is None:
            return Decimal(0)
        paid = self.paid.amount or Decimal(0)
        return min(self._rollback_amount or paid, paid)

    @property
    def _rollback_amount(self) -> Decimal:
        event = self.rollback.event if self.rollback else None
        return (event.amount if isinstance(event, PaymentReported) else None) or Decimal(0)

    @cached_property
    def is_rolled_back(self) -> bool:
        """True when it was taken back in full; without a paid amount any rollback is."""
        if self.rollback is None:
            return False
        return self.paid is None or self.taken_away >= (self.paid.amount or Decimal(0))

    @cached_property
    def _standing(self) -> PaymentReported:
        """The report that gives the status, rollback apart; of chargebacks and rollbacks alone, the latest."""
        statuses = {report.status for _, report in self.reports}
        candidates = [one for one in _CURRENT if one in statuses]
        if len(candidates) > 1 and PaymentStatus.REQUESTED in candidates:
            candidates.remove(PaymentStatus.REQUESTED)
        if PaymentStatus.COMPLETED in candidates:
            candidates = [one for one in candidates if one not in _FAILED]
        return self._latest(*candidates) or self.reports[-1][1]

    @cached_property
    def status(self) -> PaymentStatus:
        return PaymentStatus.ROLLED_BACK if self.is_rolled_back else self._standing.status

    @cached_property
    def counted(self) -> Decimal | None:
        """The amount that counts now; None when the payment does not count."""
        if self.direction not in _PLURAL or self.paid is None or self.status not in _PAID:
            return None
        return (self.paid.amount or Decimal(0)) - self.taken_away

    @cached_property
    def paid_at(self) -> int | None:
        """The earliest approval or completion: where it stands when it counts."""
        return min((fact.at for fact, report in self.reports if report.status in _PAID), default=None)

    @cached_property
    def counted_at(self) -> int | None:
        return None if self.counted is None else self.paid_at

    @cached_property
    def rate(self) -> Decimal | None:
        return rate_of(self.shown.currency, self.shown.rate, self.settings)

    @cached_property
    def flags(self) -> list[str]:
        found = set()
        if self.rollback and self.paid and not self.is_rolled_back:
            found.add("partially_reversed")
        if self.rollback and self.paid and self._rollback_amount > (self.paid.amount or Decimal(0)):
            found.add("rollback_capped")
        if self.shown.currency == self.settings.base_currency and self.shown.rate not in (None, 0, 1):
            found.add("rate_mismatch")
        return sorted(found)

    def postings(self) -> Iterator[Posting]:
        """What the payment adds to the totals; the directions that are only kept and shown add nothing."""
        plural = _PLURAL.get(self.direction)
        if plural is None:
            return
        yield from self._counted_posting(plural)
        yield from self._reversed_posting(plural)
        yield from self._standing_posting(plural)
        if self.direction is Direction.DEPOSIT:
            yield from self._chargebacks()

    def _counted_posting(self, plural: str) -> Iterator[Posting]:
        if self.counted is not None and self.paid is not None and self.counted_at is not None:
            yield Posting(
                product="payments",
                currency=self.paid.currency,
                at=self.counted_at,
                amounts={f"{self.direction}_sum": self.counted, "fees": self.paid.fee or Decimal(0)},
                counts={plural: 1},
                rate=self.rate,
                missing=int(self.rate is None and self.counted != 0),
            )

    def _reversed_posting(self, plural: str) -> Iterator[Posting]:
        if self.rollback and self.paid and self._standing.status in _PAID:
            yield Posting(
                product="payments",
                currency=self.paid.currency,
                at=self.rollback.at,
                amounts={f"reversed_{plural}": self.taken_away},
                rate=self.rate,
            )

    def _standing_posting(self, plural: str) -> Iterator[Posting]:
        is_pending = self.status is PaymentStatus.REQUESTED
        if is_pending or self.status in _FAILED:
            pending = (self.shown.amount or Decimal(0)) if is_pending else Decimal(0)
            yield Posting(
                product="payments",
                currency=self.shown.currency,
                at=self.reports[-1][0].at,
                amounts={f"{plural}_pending": pending},
                counts={f"{plural}_failed": int(not is_pending)},
                rate=self.rate,
                only_for_life=True,
            )

    def _chargebacks(self) -> Iterator[Posting]:
        for fact, report in self.reports:
            if report.status is PaymentStatus.CHARGED_BACK:
                rate = rate_of(report.currency, report.rate, self.settings)
                yield Posting(
                    product="payments",
                    currency=report.currency,
                    at=fact.at,
                    amounts={"chargeback_sum": report.amount or Decimal(0)},
                    counts={"chargebacks": 1},
                    rate=rate,
                    missing=int(rate is None and bool(report.amount)),
                )

    def json(self) -> Json:
        """The payment as the document shows it."""
        shown = {
            "amount": forms.amount(self.shown.amount),
            "currency": self.shown.currency,
            "counted_at": forms.instant(self.counted_at),
            "counted": forms.amount(self.counted),
            "fee": forms.amount(self.shown.fee),
            "method": self.shown.method,
            "statuses": [[str(report.status), forms.instant(fact.at)] for fact, report in self.reports],
            "flags": self.flags,
        }
        return {
            "payment_id": self.payment_id,
            "direction": str(self.direction),
            "status": str(self.status),
        } | forms.tidy(shown)


def payments(facts: Iterable[Fact], settings: ReferenceSettings) -> list[Payment]:
    """All payments of a player, by id, then direction."""
    found: dict[tuple[str, str], list[tuple[Fact, PaymentReported]]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.event, PaymentReported):
            is_deposit = fact.event.direction is Direction.CAPTURE and settings.capture_as == "deposit"
            direction = Direction.DEPOSIT if is_deposit else fact.event.direction
            found[fact.event.payment_id, direction].append((fact, fact.event))
    return [
        Payment(payment_id=key[0], direction=Direction(key[1]), reports=reports, settings=settings)
        for key, reports in sorted(found.items())
    ]
