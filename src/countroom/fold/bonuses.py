"""Bonuses: the state is computed, not stepped; what they cost; semantics.md 5."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

import msgspec

from countroom.core.events import BonusReported
from countroom.core.money import ZERO
from countroom.fold import keys
from countroom.fold.bonus_sums import recount
from countroom.fold.bookings import book
from countroom.fold.changes import Content, GrantShape
from countroom.fold.identity import remember
from countroom.fold.money_pages import BonusPage, BonusStep, Booking
from countroom.fold.payments import in_base
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn

ENDS = ("completed", "auto_completed", "lost", "forfeited", "expired", "not_applicable")
ACTIVE = ("offered", "claimed", "credited", "wagering")
_STAGE = {name: n for n, name in enumerate(ACTIVE)} | dict.fromkeys(ENDS, 4) | {"reversed": 5}


def _place(step: BonusStep) -> tuple[int, str]:
    """Place in the canonical order."""
    return step.at, step.source_id or step.business_id or ""


class Standing(msgspec.Struct, frozen=True):
    """A grant as its states make it."""

    state: str
    ended_at: int
    """Where wagering stops counting; 0 while it has no end."""
    credited_at: int
    flags: tuple[str, ...]


def standing(steps: Sequence[BonusStep], brand: BrandSettings) -> Standing:
    """A grant as its states make it, whatever order they came in."""
    ends = sorted((s for s in steps if s.state in ENDS), key=lambda s: (s.at, ENDS.index(s.state)))
    back = min((s.at for s in steps if s.state == "reversed"), default=0)
    end = (ends[0] if brand.bonus_end == "first" else ends[-1]) if ends else None
    active = max((s for s in steps if s.state in ACTIVE), key=lambda s: (s.at, _STAGE[s.state]), default=None)
    if back:
        state = "reversed"
    elif end is not None:
        state = end.state
    else:
        state = active.state if active is not None else "unknown"
    stages = [stage for _, stage in sorted((s.at, _STAGE[s.state]) for s in steps)]
    flags = []
    if stages != sorted(stages):
        flags.append("bonus_order")
    if len({s.state for s in ends}) > 1:
        flags.append("end_conflict")
    credited = min((s.at for s in steps if s.state == "credited"), default=0)
    return Standing(state, end.at if end is not None else back, credited, tuple(flags))


def granted(steps: Sequence[BonusStep], state: str) -> tuple[BonusStep, Decimal] | None:
    """What was given, and the event that says so: the crediting, else the earliest."""
    if not steps:
        return None
    step = min((s for s in steps if s.state == "credited"), key=_place, default=None) or min(steps, key=_place)
    return step, (ZERO if state == "not_applicable" else step.amount)


def required(steps: Sequence[BonusStep]) -> Decimal | None:
    """The turnover demanded, as latest stated."""
    stated = [s for s in steps if s.required is not None]
    return max(stated, key=_place).required if stated else None


def stated_text(steps: Sequence[BonusStep], name: str) -> str:
    """A text as latest stated; empty when it never was."""
    return next((str(text) for s in sorted(steps, key=_place, reverse=True) if (text := getattr(s, name))), "")


def converted(page: BonusPage, state: str, brand: BrandSettings) -> tuple[BonusStep, Decimal] | None:
    """What became real money, and the event that says so; a stated 0 says nothing, as senders fill it in everywhere."""
    if state in ("reversed", "unknown"):
        return None
    stated = [s for s in page.steps if s.turned_real]
    if stated:
        step = max(stated, key=_place)
        amount = step.turned_real or ZERO
    else:
        given = granted(page.steps, state)
        if given is None or required(page.steps) or stated_text(page.steps, "bonus_type") not in brand.bonus_cash_types:
            return None
        step, amount = given
    return step, max(ZERO, amount - page.spun_real)


def bookings(page: BonusPage, brand: BrandSettings) -> list[Booking]:
    """Everything a grant contributes to the totals."""
    if not page.steps:
        return []
    state = standing(page.steps, brand).state
    result: list[Booking] = []

    said: set[BonusStep] = set()

    def add(field: str, step: BonusStep, amount: Decimal) -> None:
        if amount and not step.free_money:
            base = in_base(amount, step.currency, step.rate, brand)
            result.append(Booking(field, step.at, step.currency, amount, base, lacks=base is None and step not in said))
            said.add(step)

    given = granted(page.steps, state)
    if given is not None:
        add("granted", *given)
        if state == "reversed":
            add("reversed", min((s for s in page.steps if s.state == "reversed"), key=_place), given[1])
    turned = converted(page, state, brand)
    if turned is not None:
        add("converted", *turned)
    return result


def shape(page: BonusPage, brand: BrandSettings) -> GrantShape:
    """What decides whether partners are told of a grant: of one that has not ended only how far its wagering is."""
    needed = required(page.steps)
    if not page.counted_to:
        return GrantShape("", 0, ZERO, ZERO, needed, page.wagered)
    s = standing(page.steps, brand)
    given, turned = granted(page.steps, s.state), converted(page, s.state, brand)
    return GrantShape(
        s.state, s.ended_at, given[1] if given else ZERO, turned[1] if turned else ZERO, needed, page.wagered
    )


@contextmanager
def rebook(turn: Turn, page: BonusPage) -> Iterator[None]:
    """Book what changes of a grant's contribution while the block runs, and note what partners may be told of it."""
    grants = turn.noted().grants
    if page.user_bonus_id not in grants:
        grants[page.user_bonus_id] = page, shape(page, turn.brand)
    before = bookings(page, turn.brand)
    yield
    book(turn, before, bookings(page, turn.brand), product="bonuses")


def _step_of(event: BonusReported) -> BonusStep:
    about = event.about
    return BonusStep(
        event.state, about.occurred_at, about.source_id, about.business_id, event.amount, event.currency,
        event.rate, event.turned_real, event.required, event.bonus_id, event.code, event.bonus_type,
        event.product, event.free_money,
    )  # fmt: skip


def take(turn: Turn, event: BonusReported) -> None:
    """Fold one state of a grant that is new."""
    about = event.about
    key = keys.bonus_page(turn.prefix, event.user_bonus_id)
    page = turn.load(key, BonusPage)
    page.user_bonus_id = event.user_bonus_id
    was = standing(page.steps, turn.brand)
    with rebook(turn, page):
        page.steps.append(_step_of(event))
        now = standing(page.steps, turn.brand)
        if (page.counted_from, page.counted_to) != (now.credited_at, now.ended_at):
            recount(turn, page, start=now.credited_at, end=now.ended_at)
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    if now.state != was.state:
        tell_state(turn, page, now.state, at=about.occurred_at, was=was.state)


def tell_state(turn: Turn, page: BonusPage, state: str, *, at: int, was: str = "") -> None:
    """Say that the grant is in another state since `at`; `was` is the one it had, as far as that is known."""
    content: Content | None = None
    if turn.is_linked:
        content = told(page, turn.brand) | ({"was": was} if was else {})
    turn.tell("bonus_state_changed", f"{page.user_bonus_id}/{state}", at, content)


def told(page: BonusPage, brand: BrandSettings) -> Content:
    """What partners are told of a grant: as it stands."""
    state = standing(page.steps, brand).state
    content: Content = {"user_bonus_id": page.user_bonus_id, "state": state, "bets": page.bets}
    given = granted(page.steps, state)
    if given is not None:
        content |= {"amount": given[1], "currency": given[0].currency}
    for name in ("code", "bonus_id", "bonus_type", "product"):
        text = stated_text(page.steps, name)
        content |= {name: text} if text else {}
    return content | shape(page, brand).sums


def conflicts(turn: Turn, event: BonusReported, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities states other amounts."""
    held = turn.peek(turn.prefix + page, BonusPage)
    for step in held.steps if isinstance(held, BonusPage) else ():
        if (step.source_id or "", step.business_id or "") == ids:
            return (
                step.amount != event.amount
                or step.currency != event.currency
                or _differ(step.turned_real, event.turned_real)
                or _differ(step.required, event.required)
            )
    return True


def _differ(a: Decimal | None, b: Decimal | None) -> bool:
    return a is not None and b is not None and a != b
