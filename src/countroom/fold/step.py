"""One step of the fold: `step(pages, event)` changes the pages and says what came of it.

`needs(event)` names the pages worth loading ahead, all in one look-up; a page that a rare path
wants beside them is loaded when it is asked for.
"""

import decimal
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from countroom.core.events import (
    BlocksStated,
    BonusReported,
    CasinoPlay,
    ConsentsStated,
    Event,
    Linked,
    PaymentReported,
    PlayerLoggedIn,
    PlayerLoggedOut,
    ProfileStated,
    ProfileWentStale,
    RolledBack,
    RoundPlayed,
    Ticked,
    Unlinked,
)
from countroom.core.money import EXACT
from countroom.core.rejection import Reason, Rejection
from countroom.fold import bonuses, casino, keys, links, payments, profile, rollbacks, timers
from countroom.fold.calendar import calendar
from countroom.fold.identity import matches, remember, row_keys
from countroom.fold.settings import FoldSettings
from countroom.fold.turn import Pages, Signal, Turn


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What came of one event: folded, a duplicate, or refused with its reason."""

    kind: str
    rejection: Rejection | None = None


FOLDED, DUPLICATE = Outcome("folded"), Outcome("duplicate")


@contextmanager
def exactly() -> Iterator[None]:
    """Everything that adds money runs inside: 96 digits, an inexact result raises."""
    with decimal.localcontext(EXACT):
        yield


def needs(event: Event, settings: FoldSettings) -> list[bytes]:
    """Keys of the pages that an event most likely reads."""
    about = event.about
    prefix = keys.of_player(about.brand, about.player)
    found = [prefix + keys.HEAD, *row_keys(about)]
    brand = settings.brands.get(about.brand)
    if brand is None:
        return found
    match event:
        case CasinoPlay() | RoundPlayed():
            free = event.free_money or event.currency in brand.free_money_currencies
            day = calendar(brand.time_zone, brand.day_starts_at_min).day(about.occurred_at)
            found.append(keys.round_page(prefix, event.studio, event.round_id, free=free))
            found.append(keys.day_page(prefix, day, free=free))
        case PaymentReported():
            found.append(keys.payment_page(prefix, event.direction, event.payment_id))
        case BonusReported():
            found.append(keys.bonus_page(prefix, event.user_bonus_id))
        case ProfileStated() | ProfileWentStale() | ConsentsStated() | BlocksStated():
            found.append(prefix + keys.PROFILE)
        case _:
            pass
    return found


def step(pages: Pages, event: Event, settings: FoldSettings, signals: list[Signal]) -> Outcome:
    """Fold one event. Run it inside `exactly()`.

    What partners may be told is appended to `signals`, in order.
    """
    about = event.about
    brand = settings.brands.get(about.brand)
    if brand is None:
        return Outcome(
            "refused", Rejection(Reason.UNKNOWN_BRAND, "expected a brand of the configuration", "$.origin")
        )
    turn = Turn(pages, about, brand, signals)
    if isinstance(event, Ticked):
        timers.tick(turn)
        return FOLDED
    earlier = matches(turn, about)
    if earlier:
        return _again(turn, event, earlier)
    rejection = _take(turn, event)
    if rejection is not None:
        return Outcome("refused", rejection)
    head = turn.head
    head.latest_received = max(head.latest_received, about.received_at)
    if about.received_at - about.occurred_at > brand.late_after:
        head.hold_until = max(head.hold_until, about.received_at + brand.hold_after_late)
    if about.is_loud:
        tag = event.__struct_config__.tag
        turn.tell(str(tag), about.source_id or about.business_id or "", about.occurred_at)
    return FOLDED


def _again(turn: Turn, event: Event, earlier: list[tuple[bytes, str, str]]) -> Outcome:
    """A second arrival: a duplicate when what matters is equal, else a conflict; the first stays."""
    page, source_id, business_id = earlier[0]
    if len(earlier) == 1 and not _conflicts(turn, event, page, (source_id, business_id)):
        turn.head.duplicates += 1
        return DUPLICATE
    turn.head.conflicts += 1
    return Outcome(
        "refused",
        Rejection(
            Reason.CONFLICTING_DUPLICATE,
            "expected what was said before under this id, found other content; the first stays in force",
        ),
    )


def _conflicts(turn: Turn, event: Event, page: bytes, ids: tuple[str, str]) -> bool:
    match event:
        case CasinoPlay() | RoundPlayed():
            return casino.conflicts(turn, event, page, ids)
        case RolledBack():
            return rollbacks.conflicts(turn, event, page, ids)
        case PaymentReported():
            return payments.conflicts(turn, event, page, ids)
        case BonusReported():
            return bonuses.conflicts(turn, event, page, ids)
        case _:
            return False


def _take(turn: Turn, event: Event) -> Rejection | None:
    """Fold an event that is new."""
    match event:
        case CasinoPlay() | RoundPlayed():
            casino.take(turn, event)
        case RolledBack():
            return rollbacks.roll_back(turn, event)
        case PaymentReported():
            payments.take(turn, event)
        case BonusReported():
            bonuses.take(turn, event)
        case _:
            _take_player(turn, event)
            remember(turn, event.about.source_id, event.about.business_id, b"")
    return None


def _take_player(turn: Turn, event: Event) -> None:
    match event:
        case ProfileStated():
            profile.state_profile(turn, event)
        case ProfileWentStale():
            profile.go_stale(turn, event)
        case ConsentsStated():
            profile.state_consents(turn, event)
        case BlocksStated():
            profile.state_blocks(turn, event)
        case PlayerLoggedIn():
            profile.log_in(turn, event)
        case Linked():
            links.link(turn, event)
        case Unlinked():
            links.unlink(turn, event)
        case PlayerLoggedOut():
            pass
        case _:
            raise TypeError(type(event).__name__)
