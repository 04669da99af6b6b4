"""Payments: current status, what counts, rollbacks in full and in part, chargebacks, FTD; semantics.md 4.6."""

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

import msgspec

from countroom.core.events import PaymentReported
from countroom.core.money import ZERO
from countroom.fold import keys
from countroom.fold.bookings import book
from countroom.fold.identity import remember
from countroom.fold.money_pages import Booking, PaymentPage, PaymentStep
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn

_RANK = {"requested": 0, "approved": 1, "completed": 2, "rejected": 3, "cancelled": 3}
COUNTS = ("approved", "completed")
FTD_SUBJECT = "1"
"""Of the signal that the first deposit was reached: told once per player, at the first revision."""


class Standing(msgspec.Struct, frozen=True):
    """A payment as its statuses make it."""

    status: str
    stated: PaymentStep | None
    """The event whose amount, rate and fee hold."""
    counted_at: int
    """Earliest approved or completed; 0 when it does not count."""
    counted: Decimal
    """What counts now: the amount less what was rolled back of it."""
    taken: Decimal
    """What a rollback took away."""
    taken_at: int
    flags: tuple[str, ...]


def _current(steps: Sequence[PaymentStep]) -> PaymentStep | None:
    """The status that holds, rollbacks and chargebacks apart."""
    plain = [s for s in steps if s.status in _RANK]
    if any(s.status == "completed" for s in plain):
        plain = [s for s in plain if s.status not in ("rejected", "cancelled")]
    if any(s.status != "requested" for s in plain):
        plain = [s for s in plain if s.status != "requested"]
    return max(plain, key=_place, default=None)


def standing(steps: Sequence[PaymentStep]) -> Standing:
    """A payment as its statuses make it, whatever order they came in."""
    current = _current(steps) or max(steps, key=_place, default=None)
    good = sorted((s for s in steps if s.status in COUNTS), key=_place)
    back = min((s for s in steps if s.status == "rolled_back"), key=_place, default=None)
    amount = (good[-1].amount if good else None) or ZERO
    taken = min(back.amount or amount, amount) if back is not None and good else ZERO
    in_full = back is not None and taken >= amount
    counts = current is not None and current.status in COUNTS
    flags: list[str] = []
    if back is not None and good:
        if not in_full:
            flags.append("partially_reversed")
        if (back.amount or ZERO) > amount:
            flags.append("rollback_capped")
    return Standing(
        status="rolled_back" if in_full else current.status if current else "unknown",
        stated=good[-1] if good else current,
        counted_at=good[0].at if counts and not in_full else 0,
        counted=amount - taken if counts and not in_full else ZERO,
        taken=taken if counts else ZERO,
        taken_at=back.at if back else 0,
        flags=tuple(flags),
    )


def _place(step: PaymentStep) -> tuple[int, int, str]:
    return step.at, _RANK.get(step.status, 0), step.source_id or step.business_id or ""


def in_base(amount: Decimal, currency: str, rate: Decimal | None, brand: BrandSettings) -> Decimal | None:
    """An amount in the brand's base currency; None without a rate."""
    if currency == brand.base_currency:
        return amount
    return None if rate is None else amount * rate


def bookings(page: PaymentPage, brand: BrandSettings) -> list[Booking]:
    """Everything a payment contributes to the totals."""
    if page.direction not in ("deposit", "withdrawal") or not page.steps:
        return []
    s = standing(page.steps)
    name, stated = page.direction, s.stated
    result = _chargebacks(page, brand) if name == "deposit" else []
    if stated is None:
        return result

    def add(field: str, at: int, amount: Decimal, count: str = "", *, lacks: bool = False, life: bool = False) -> None:
        base = in_base(amount, stated.currency, stated.rate, brand)
        result.append(Booking(field, at, stated.currency, amount, base, count, life, lacks and base is None))

    if s.counted_at:
        add(f"{name}_sum", s.counted_at, s.counted, f"{name}s", lacks=bool(s.counted))
        if stated.fee:
            add("fees", s.counted_at, stated.fee)
    if s.taken:
        add(f"reversed_{name}s", s.taken_at, s.taken)
    if s.status in ("rejected", "cancelled"):
        add(f"{name}s_pending", stated.at, ZERO, f"{name}s_failed", life=True)
    if s.status == "requested" and stated.amount:
        add(f"{name}s_pending", stated.at, stated.amount, life=True)
    return result


def _chargebacks(page: PaymentPage, brand: BrandSettings) -> list[Booking]:
    result = []
    for step in page.steps:
        if step.status == "charged_back":
            amount = step.amount or ZERO
            base = in_base(amount, step.currency, step.rate, brand)
            lacks = base is None and bool(amount)
            result.append(Booking("chargeback_sum", step.at, step.currency, amount, base, "chargebacks", lacks=lacks))
    return result


def _step_of(event: PaymentReported) -> PaymentStep:
    about = event.about
    return PaymentStep(
        event.status, about.occurred_at, about.source_id, about.business_id, event.amount, event.currency,
        event.rate, event.fee, event.method, event.stated_deposits, event.stated_withdrawals,
    )  # fmt: skip


def take(turn: Turn, event: PaymentReported) -> None:
    """Fold one payment status that is new."""
    about = event.about
    key = keys.payment_page(turn.prefix, event.direction, event.payment_id)
    page = turn.load(key, PaymentPage)
    page.payment_id, page.direction = event.payment_id, event.direction
    before, was = bookings(page, turn.brand), standing(page.steps)
    page.steps.append(_step_of(event))
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    book(turn, before, bookings(page, turn.brand), product="payments")
    now = standing(page.steps)
    if now.counted_at and not was.counted_at and event.direction in ("deposit", "withdrawal"):
        page.told = now.status, now.counted_at
        tell_counted(turn, page, now, at=now.counted_at)
    if event.direction == "deposit" and was.counted_at != now.counted_at:
        _first_deposit(turn, event.payment_id, now.counted_at)


def tell_counted(turn: Turn, page: PaymentPage, s: Standing, *, at: int) -> None:
    """Say that the payment counts since `at`."""
    content = counted(turn, page, s) if turn.is_linked else None
    turn.tell(f"{page.direction}_counted", counted_subject(page), at, content)


def counted_subject(page: PaymentPage) -> str:
    """The subject under which the payment was told as counted."""
    return f"{page.payment_id}/{page.told[0] if page.told else ''}"


def counted(turn: Turn, page: PaymentPage, s: Standing) -> dict[str, object]:
    """What is told of a payment that counts; `count` is how many of its direction do by now."""
    content = amounts_of(turn, page, s)
    cells = turn.head.life.payments.values()
    content["count"] = sum(c.deposits if page.direction == "deposit" else c.withdrawals for c in cells)
    return content


def amounts_of(turn: Turn, page: PaymentPage, s: Standing) -> dict[str, object]:
    """The payment as it stands: id, amount that counts, currency, the same in base where it has a rate, method."""
    content: dict[str, object] = {"payment_id": page.payment_id, "amount": s.counted}
    if s.stated is not None:
        base = in_base(s.counted, s.stated.currency, s.stated.rate, turn.brand)
        content["currency"] = s.stated.currency
        content |= {} if base is None else {"base_amount": base}
        content |= {"method": s.stated.method} if s.stated.method else {}
    return content


def _first_deposit(turn: Turn, payment_id: str, counted_at: int) -> None:
    """Keep the first counted deposit; told once as reached, every later change as corrected."""
    head = turn.head
    was = head.ftd
    if was is not None and was[0] == payment_id:
        head.ftd = min(counted_deposits(turn), key=lambda d: (d[1], d[0]), default=None)
    elif counted_at and (was is None or (counted_at, payment_id) < (was[1], was[0])):
        head.ftd = (payment_id, counted_at)
    if head.ftd == was:
        return
    head.ftd_revision += 1
    content = first_deposit(turn) if turn.is_linked else {}
    if head.ftd_revision == 1:
        turn.tell("ftd_reached", FTD_SUBJECT, counted_at, content)
    else:
        old, new = was[0] if was else "none", head.ftd[0] if head.ftd else "none"
        content = {"was": old, "is": new} | content
        turn.tell("ftd_corrected", f"{head.ftd_revision}/{old}>{new}", turn.about.occurred_at, content)


def first_deposit(turn: Turn) -> dict[str, object]:
    """What is told of the first deposit; empty when there is none."""
    if turn.head.ftd is None:
        return {}
    page = turn.peek(keys.payment_page(turn.prefix, "deposit", turn.head.ftd[0]), PaymentPage)
    return {} if page is None else amounts_of(turn, page, standing(page.steps))


def counted_deposits(turn: Turn) -> list[tuple[str, int]]:
    """All deposits that count: (payment id, since when). A scan: only when the first one falls."""
    found = []
    for _, page in turn.pages.scan(turn.prefix + keys.PAYMENT):
        payment = cast("PaymentPage", page)
        if payment.direction == "deposit":
            s = standing(payment.steps)
            if s.counted_at:
                found.append((payment.payment_id, s.counted_at))
    return found


def conflicts(turn: Turn, event: PaymentReported, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities states another amount or currency."""
    held = turn.peek(turn.prefix + page, PaymentPage)
    for step in held.steps if isinstance(held, PaymentPage) else ():
        if (step.source_id or "", step.business_id or "") == ids:
            return step.currency != event.currency or (
                step.amount is not None and event.amount is not None and step.amount != event.amount
            )
    return True
