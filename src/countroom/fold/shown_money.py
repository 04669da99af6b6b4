"""Payments and bonuses as the player document shows them."""

from decimal import Decimal

from countroom.core.instants import Instant, iso
from countroom.core.money import plain
from countroom.fold import keys
from countroom.fold.bonuses import converted, granted, required, standing, stated_text
from countroom.fold.figures import Json, ratio
from countroom.fold.money_pages import BonusPage, PaymentPage, PaymentStep
from countroom.fold.payments import standing as payment_standing
from countroom.fold.reader import Reader
from countroom.fold.scopes import shown_pockets

_RANK = ("requested", "approved", "completed", "rejected", "cancelled", "rolled_back", "charged_back")


def payments(r: Reader) -> list[Json]:
    """All payments, by id."""
    found = [_payment(page) for _, page in r.all(keys.PAYMENT, PaymentPage)]
    return sorted(found, key=lambda e: (str(e["payment_id"]), str(e["direction"])))


def _place(step: PaymentStep) -> tuple[int, int, str]:
    return step.at, 1, step.source_id or step.business_id or ""


def _payment(page: PaymentPage) -> Json:
    s = payment_standing(page.steps)
    stated, counts = s.stated, page.direction in ("deposit", "withdrawal")
    optional: Json = {
        "amount": plain(stated.amount) if stated and stated.amount else None,
        "currency": stated.currency if stated else "",
        "counted_at": iso(Instant(s.counted_at)) if s.counted_at and counts else None,
        "counted": plain(s.counted) if s.counted and counts else None,
        "fee": plain(stated.fee) if stated and stated.fee else None,
        "method": stated.method if stated else "",
        "statuses": [[step.status, iso(Instant(step.at))] for step in sorted(page.steps, key=_place)],
        "flags": list(s.flags),
    }
    entry: Json = {"payment_id": page.payment_id, "direction": page.direction, "status": s.status}
    return entry | {k: v for k, v in optional.items() if v}


def bonuses(r: Reader) -> list[Json]:
    """All grants, by id."""
    found = [_bonus(r, page) for _, page in r.all(keys.BONUS, BonusPage)]
    return sorted(found, key=lambda e: str(e["user_bonus_id"]))


def _bonus(r: Reader, page: BonusPage) -> Json:
    steps, brand = page.steps, r.brand
    s = standing(steps, brand)
    given = granted(steps, s.state)
    turned = converted(page, s.state, brand)
    needed = required(steps)
    flags = [*s.flags, *(["before_credited"] if page.before_credited else [])]
    wagered: Decimal = page.wagered
    optional: Json = {
        "bonus_id": stated_text(steps, "bonus_id"),
        "code": stated_text(steps, "code"),
        "type": stated_text(steps, "bonus_type"),
        "product": stated_text(steps, "product"),
        "currency": stated_text(steps, "currency"),
        "granted": plain(given[1]) if given and given[1] else None,
        "converted": plain(turned[1]) if turned and turned[1] else None,
        "reversed": plain(given[1]) if given and given[1] and s.state == "reversed" else None,
        "required": plain(needed) if needed else None,
        "wagered": plain(wagered) if wagered else None,
        "progress": ratio(min(wagered, needed), needed) if needed else None,
        "started_at": iso(Instant(min(x.at for x in steps))) if steps else None,
        "ended_at": iso(Instant(s.ended_at)) if s.ended_at else None,
        "bets": page.bets,
        "after_end": page.after_end,
        "payouts": {c: p for c, pockets in sorted(page.payouts.items()) if (p := shown_pockets(pockets))},
        "flags": sorted(flags),
    }
    entry: Json = {"user_bonus_id": page.user_bonus_id, "state": s.state}
    return entry | {k: v for k, v in optional.items() if v}
