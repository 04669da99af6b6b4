"""Small stories of one player, and what is told of them."""

from decimal import Decimal
from typing import Any

from countroom.core.events import (
    About,
    BetLost,
    BetPlaced,
    BonusReported,
    BonusState,
    Direction,
    Event,
    Linked,
    PaymentReported,
    PaymentStatus,
    ProfileStated,
    RolledBack,
    Sealed,
    Ticked,
    Unlinked,
    WinPaid,
)
from countroom.core.identity import identity
from countroom.core.ids import (
    ActivityId,
    BrandId,
    LinkId,
    PartnerId,
    PaymentId,
    PlayerId,
    RoundId,
    SourceName,
    StudioId,
    UserBonusId,
)
from countroom.core.instants import MINUTE, Instant, parse
from countroom.core.signals import Signal
from countroom.fold.memory import fold_all
from countroom.fold.settings import BrandSettings, FoldSettings

NOON = parse("2026-03-04T12:00:00Z")
SECRET = (Sealed("email", b"the-token", b"the-cipher"),)


def about(minute: int, name: str = "", **changes: Any) -> About:
    at = Instant(NOON + minute * MINUTE)
    own_id = identity(name or "said", name or str(at), "x")
    said: dict[str, Any] = {"business_id": own_id} | changes
    return About(BrandId("lucky"), PlayerId("p1"), SourceName("ft"), at, at, **said)


def linked(minute: int, partner: str = "faceit", link: str = "l-1") -> Event:
    return Linked(
        about=about(minute, f"linked-{link}-{minute}"), link_id=LinkId(link), partner=PartnerId(partner), account="u-1",
        cause="by hand",
    )  # fmt: skip


def unlinked(minute: int, link: str = "l-1") -> Event:
    return Unlinked(about=about(minute, f"unlinked-{link}"), link_id=LinkId(link), partner=PartnerId("faceit"))


def bet(minute: int, name: str = "a1", **changes: Any) -> Event:
    said: dict[str, Any] = {
        "pockets": (Decimal(2), Decimal("0.5")), "round_id": RoundId("r1"), "currency": "EUR", "rate": None,
    } | changes  # fmt: skip
    own = said.pop("about", about(minute, name))
    return BetPlaced(about=own, activity_id=ActivityId(name), studio=StudioId("41"), **said)


def deposit(minute: int, name: str, status: str = "approved", amount: int = 100) -> Event:
    return PaymentReported(
        about=about(minute, f"{name}-{status}"), direction=Direction.DEPOSIT, payment_id=PaymentId(name),
        status=PaymentStatus(status), amount=Decimal(amount), currency="SEK", rate=Decimal("0.1"), method="card",
    )  # fmt: skip


def profile(minute: int, registered_at: int | None = None, **fields: str) -> Event:
    at = None if registered_at is None else Instant(registered_at)
    return ProfileStated(about=about(minute, sealed=SECRET), fields=fields, registered_at=at)


def signals(*events: Event) -> list[Signal]:
    return fold_all(events, FoldSettings(brands={"lucky": BrandSettings()})).signals


def said(kind: str, *events: Event) -> list[dict[str, Any] | None]:
    """The contents of one kind of signal, for a player who is linked from the start."""
    return [signal.content for signal in signals(linked(-60), *events) if signal.kind == kind]


def win(minute: int, name: str, amount: int | str = 5, **changes: Any) -> Event:
    own = {"round_id": RoundId("r1"), "currency": "EUR", "rate": None, "ends": True} | changes
    pockets = (Decimal(amount),) if Decimal(amount) else ()
    return WinPaid(
        about=own.pop("about", about(minute, name)), activity_id=ActivityId(name), studio=StudioId("41"),
        pockets=pockets, **own,
    )  # fmt: skip


def rolled_back(minute: int, name: str, target: str) -> Event:
    return RolledBack(about=about(minute, name), target=identity(target, target, "x"))


def tick(minute: int) -> Event:
    return Ticked(about=about(minute, business_id=None))


def bonus(minute: int, state: BonusState, **changes: Any) -> Event:
    said: dict[str, Any] = {"amount": Decimal(50), "currency": "EUR", "rate": None, "code": "WELCOME"} | changes
    own = said.pop("about", about(minute, f"ub1-{state}"))
    return BonusReported(about=own, user_bonus_id=UserBonusId("ub1"), state=state, **said)


def loss(minute: int, name: str, round_id: str = "r1") -> Event:
    return BetLost(
        about=about(minute, name), activity_id=ActivityId(name), studio=StudioId("41"), round_id=RoundId(round_id),
        currency="EUR", rate=None, pockets=(),
    )  # fmt: skip
