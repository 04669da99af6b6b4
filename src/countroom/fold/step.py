"""One step of the fold: `take(turn, event)` changes the pages and says what came of it.

A turn is prepared first: it names the pages worth loading ahead, those of a whole batch in one
look-up. A page that a rare path wants beside them is loaded when it is asked for.
"""

import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

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
from countroom.core.signals import Signal
from countroom.fold import bonuses, casino, keys, links, payments, profile, rollbacks, timers
from countroom.fold.identity import make_loud, matches, remember
from countroom.fold.restated import tell_restated
from countroom.fold.settings import FoldSettings
from countroom.fold.turn import Pages, Turn


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What came of one event: folded, a duplicate, or refused with its reason."""

    kind: str
    rejection: Rejection | None = None


FOLDED, DUPLICATE = Outcome("folded"), Outcome("duplicate")
UNKNOWN_BRAND = Outcome("refused", Rejection(Reason.UNKNOWN_BRAND, "expected a brand of the configuration", "$.origin"))
_TAGS = {kind: str(kind.__struct_config__.tag) for kind in get_args(Event)}


@contextmanager
def exactly() -> Iterator[None]:
    """Everything that adds money runs inside: 96 digits, an inexact result raises."""
    with decimal.localcontext(EXACT):
        yield


def prepare(pages: Pages, event: Event, settings: FoldSettings) -> Turn | None:
    """The event's turn, with the keys of the pages it most likely reads; None for an unknown brand."""
    about = event.about
    brand = settings.brands.get(about.brand)
    if brand is None:
        return None
    turn = Turn(pages, about, brand)
    match event:
        case CasinoPlay() | RoundPlayed():
            turn.free = event.free_money or event.currency in brand.free_money_currencies
            turn.day_number = turn.calendar.day(about.occurred_at)
            turn.page_key = keys.round_page(turn.prefix, event.studio, event.round_id, free=turn.free)
        case PaymentReported():
            turn.page_key = keys.payment_page(turn.prefix, event.direction, event.payment_id)
        case BonusReported():
            turn.page_key = keys.bonus_page(turn.prefix, event.user_bonus_id)
        case ProfileStated() | ProfileWentStale() | ConsentsStated() | BlocksStated():
            turn.page_key = turn.prefix + keys.PROFILE
        case _:
            pass
    return turn


def step(pages: Pages, event: Event, settings: FoldSettings, signals: list[Signal]) -> Outcome:
    """Fold one event: `prepare` and `take` in one. Run it inside `exactly()`."""
    return take(prepare(pages, event, settings), event, signals)


def take(turn: Turn | None, event: Event, signals: list[Signal]) -> Outcome:
    """Fold one event in its turn. Run it inside `exactly()`.

    What partners may be told is appended to `signals`, in order.
    """
    if turn is None:
        return UNKNOWN_BRAND
    turn.begin(signals)
    about = event.about
    if event.__class__ is Ticked:
        timers.tick(turn)
        return FOLDED
    if about.is_loud:
        turn.watch_final_days()
    earlier = matches(turn, about)
    if earlier:
        came = _again(turn, event, earlier)
        if came is not None:
            return came
    rejection = _take(turn, event)
    if rejection is not None:
        return Outcome("refused", rejection)
    head, received_at = turn.head, about.received_at
    head.latest_received = max(head.latest_received, received_at)
    if received_at - about.occurred_at > turn.brand.late_after:
        head.hold_until = max(head.hold_until, received_at + turn.brand.hold_after_late)
    if not (about.historical or about.quiet):
        turn.tell(_TAGS[event.__class__], about.source_id or about.business_id or "", about.occurred_at)
    if turn.final_days:
        tell_restated(turn)
    return FOLDED


def _again(turn: Turn, event: Event, earlier: list[tuple[bytes, str, str]]) -> Outcome | None:
    """A second arrival: a duplicate when what matters is equal, else a conflict. None when it is new after all."""
    page, source_id, business_id = earlier[0]
    if isinstance(event, RoundPlayed):
        kind = casino.whole_again(turn, event)
        if kind == "new":
            return None
        equal = kind == "duplicate"
    else:
        equal = len(earlier) == 1 and not _conflicts(turn, event, page, (source_id, business_id))
    if equal:
        turn.head.duplicates += 1
        if turn.about.is_loud and make_loud(turn):
            turn.tell(_TAGS[event.__class__], source_id or business_id, turn.about.occurred_at)
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
    if isinstance(event, CasinoPlay | RoundPlayed):
        casino.take(turn, event)
        return None
    match event:
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
