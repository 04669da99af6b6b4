"""Payments and bonuses through the states of their lives, in and out of order."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from countroom.core.events import BonusReported, BonusState, Direction, Event, PaymentReported, PaymentStatus
from countroom.core.identity import identity
from countroom.core.ids import PaymentId, UserBonusId
from tests.properties.play_events import MONEY_OF, PLAYERS, SOURCES, about

_DIRECTIONS = st.sampled_from(
    [*(Direction.DEPOSIT for _ in range(6)), *(Direction.WITHDRAWAL for _ in range(3)), *Direction]
)
_PAYMENT_IDS = st.sampled_from([PaymentId("d1"), PaymentId("d2"), PaymentId("d3")])


@st.composite
def payments(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """One report of a payment. The amount of an id seldom changes; a rollback may name less, more or nothing."""
    payment_id, direction = draw(_PAYMENT_IDS), draw(_DIRECTIONS)
    status = draw(st.sampled_from([PaymentStatus.APPROVED, PaymentStatus.APPROVED, *PaymentStatus]))
    if direction is not Direction.DEPOSIT and status is PaymentStatus.CHARGED_BACK:
        status = PaymentStatus.APPROVED  # only a deposit can be charged back
    currency, rate = draw(MONEY_OF)
    usual = {"d1": Decimal(100), "d2": Decimal(40), "d3": Decimal("0.05")}[payment_id]
    amount: Decimal | None = draw(st.sampled_from([usual, usual, usual, Decimal(40)]))
    if status is PaymentStatus.ROLLED_BACK:
        amount = draw(st.sampled_from([usual, None, Decimal(0), Decimal("0.01"), Decimal(500)]))
    own_id = identity("payment", payment_id, f"{direction}.{status}")
    return PaymentReported(
        about=about(draw(PLAYERS), draw(SOURCES), draw(at), source_id=own_id, business_id=own_id),
        direction=direction,
        payment_id=payment_id,
        status=status,
        amount=amount,
        currency=currency,
        rate=rate,
        fee=draw(st.sampled_from([None, Decimal("0.35")])),
        method="card" if payment_id == "d1" else "",
    )


_GRANTS: dict[str, dict[str, Any]] = {
    "ub1": {"currency": "EUR", "code": "SPRING", "bonus_id": "1001", "bonus_type": "DepositBonus"},
    "ub2": {"currency": "SEK", "code": "CASH", "bonus_type": "CashbackBonus"},
}


@st.composite
def bonuses(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """One report of a grant: `ub1` is to be wagered, `ub2` is cash."""
    user_bonus_id = draw(st.sampled_from(sorted(_GRANTS)))
    state = draw(st.sampled_from(BonusState))
    occurred_at = draw(at)
    when = f".{occurred_at}" if state is BonusState.WAGERING else ""
    own_id = identity("bonus", user_bonus_id, f"{state}{when}")
    is_end = state in (BonusState.COMPLETED, BonusState.AUTO_COMPLETED, BonusState.LOST)
    grant = _GRANTS[user_bonus_id]
    return BonusReported(
        about=about(draw(PLAYERS), draw(SOURCES), occurred_at, source_id=own_id, business_id=own_id),
        user_bonus_id=UserBonusId(user_bonus_id),
        state=state,
        amount=draw(st.sampled_from([Decimal(50), Decimal(50), Decimal("12.5"), Decimal(0)])),
        rate=None if grant["currency"] == "EUR" else draw(st.sampled_from([Decimal("0.087"), None])),
        turned_real=draw(st.sampled_from([None, Decimal(15), Decimal(1)])) if is_end else None,
        required=draw(st.sampled_from([None, Decimal(3), Decimal(7)])) if user_bonus_id == "ub1" else None,
        **grant,
    )
