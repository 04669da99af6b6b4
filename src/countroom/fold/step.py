"""One step of the fold: `take(turn, aim, event)` changes the pages and says what came of it.

A player has one turn for all his events of a batch. An event is aimed first: that names the pages worth
loading ahead, those of a whole batch in one look-up. A page that a rare path wants beside them is loaded
when it is asked for.
"""

import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, get_args

from countroom.core.events import (
    About,
    BalancesStated,
    BlocksStated,
    BonusReported,
    CasinoPlay,
    ConsentsStated,
    CustomHappened,
    Event,
    GameStated,
    LinkBegun,
    Linked,
    MigrationStated,
    PaymentReported,
    Pinged,
    PlayerLoggedIn,
    PlayerLoggedOut,
    ProfileStated,
    ProfileWentStale,
    RolledBack,
    RoundPlayed,
    TagsStated,
    Ticked,
    Unlinked,
)
from countroom.core.money import EXACT
from countroom.core.rejection import Reason, Rejection
from countroom.core.signals import Signal
from countroom.fold import (
    bonuses,
    casino,
    catalogue,
    keys,
    links,
    other_products,
    payments,
    player_lists,
    profile,
    rollbacks,
    timers,
)
from countroom.fold.brand_reading import as_read
from countroom.fold.grants_told import tell_changes as tell_grants
from countroom.fold.identity import make_loud, matches, remember
from countroom.fold.loud import tell_again
from countroom.fold.restated import tell_restated
from countroom.fold.session_told import tell_changes as tell_sessions
from countroom.fold.settings import FoldSettings
from countroom.fold.told import subject_of, told
from countroom.fold.turn import Aim, Pages, Turn, row_keys


class Outcome(NamedTuple):
    """What came of one event: folded, a duplicate, or refused with its reason."""

    kind: str
    rejection: Rejection | None = None


FOLDED, DUPLICATE = Outcome("folded"), Outcome("duplicate")
UNKNOWN_BRAND = Rejection(Reason.UNKNOWN_BRAND, "expected a brand of the configuration", "$.origin")
_TAGS = {k: str(k.__struct_config__.tag) for k in get_args(Event) if k not in (LinkBegun, Linked, Unlinked, Ticked)}


@contextmanager
def exactly() -> Iterator[None]:
    """Everything that adds money runs inside: 96 digits, an inexact result raises."""
    with decimal.localcontext(EXACT):
        yield


def turn_of(pages: Pages, about: About, settings: FoldSettings, *, to_linked_only: bool = False) -> Turn | None:
    """The turn of an event's player; None for an unknown brand. `to_linked_only`: tell nothing of who is not linked."""
    brand = settings.brands.get(about.brand)
    return None if brand is None else Turn(pages, (about.brand, about.player), brand, to_linked_only=to_linked_only)


def aim(turn: Turn, event: Event, wanted: list[bytes]) -> Aim:
    """Where the event's identities and its own page lie. Keys of what it most likely reads are put into `wanted`."""
    about = event.about
    rows = row_keys(turn.ids, about)
    wanted += rows
    match event:
        case CasinoPlay() | RoundPlayed():
            free = event.free_money or event.currency in turn.brand.free_money_currencies
            page_key = keys.round_page(turn.prefix, event.studio, event.round_id, free=free)
            day = turn.calendar.day(about.occurred_at)
            wanted.append(page_key)
            turn.need_day(about.occurred_at, day, wanted, free=free)
            return Aim(rows, page_key, free, day)
        case PaymentReported():
            page_key = keys.payment_page(turn.prefix, event.direction, event.payment_id)
        case BonusReported():
            page_key = keys.bonus_page(turn.prefix, event.user_bonus_id)
        case ProfileStated() | ProfileWentStale() | ConsentsStated() | BlocksStated():
            page_key = turn.prefix + keys.PROFILE
        case _:
            page_key = other_products.page_key(turn.prefix, event)
    if page_key:
        wanted.append(page_key)
    return Aim(rows, page_key)


def step(pages: Pages, event: Event, settings: FoldSettings, signals: list[Signal]) -> Outcome:
    """Fold one event in a turn of its own. Run it inside `exactly()`."""
    turn = turn_of(pages, event.about, settings)
    if turn is None:
        return Outcome("refused", UNKNOWN_BRAND)
    event = as_read(event, turn.brand)
    return take(turn.begin(), aim(turn, event, []), event, signals)


def take(turn: Turn, at: Aim, event: Event, signals: list[Signal]) -> Outcome:
    """Fold one event in its player's turn. Run it inside `exactly()`.

    What partners may be told is appended to `signals`, in order.
    """
    about = event.about
    turn.turn_to(about, at, signals)
    if event.__class__ is Ticked:
        timers.tick(turn)
        if turn.changes is not None:
            _tell_changes(turn)
        return FOLDED
    if not turn.quiet:
        turn.watch_final_days()
    earlier = matches(turn, about)
    if earlier:
        came = _again(turn, event, earlier)
        if came is not None:
            return came
    rejection = _take(turn, event)
    if rejection is not None:
        return Outcome("refused", rejection)
    if turn.changes is not None:
        _tell_changes(turn)
    head, received_at = turn.head, about.received_at
    head.latest_received = max(head.latest_received, received_at)
    if received_at - about.occurred_at > turn.brand.late_after:
        head.hold_until = max(head.hold_until, received_at + turn.brand.hold_after_late)
    if not turn.quiet:
        _tell(turn, event, about.source_id, about.business_id)
    if turn.final_days:
        tell_restated(turn)
    return FOLDED


def _tell_changes(turn: Turn) -> None:
    """Tell what the event changed of things that were told."""
    found, turn.changes = turn.changes, None
    if found is not None:
        tell_sessions(turn, found)
        tell_grants(turn, found)


def _tell(turn: Turn, event: Event, source_id: str | None, business_id: str | None) -> None:
    """Tell the event itself. What is to be told of a link, links.py tells to its partner alone."""
    if turn.is_mute:
        return
    tag = _TAGS.get(event.__class__)
    if tag is not None:
        at = turn.about.occurred_at
        turn.tell(tag, subject_of(tag, source_id, business_id, at), at, told(event) if turn.is_linked else None)


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
            tell_again(turn, event, (source_id, business_id))
            _tell(turn, event, source_id, business_id)
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
            return other_products.conflicts(turn, event, page, ids)


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
        case _ if other_products.take(turn, event):
            pass
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
        case LinkBegun():
            links.begin(turn, event)
        case Linked():
            links.link(turn, event)
        case Unlinked():
            links.unlink(turn, event)
        case PlayerLoggedOut():
            pass
        case _:
            _take_reported(turn, event)


def _take_reported(turn: Turn, event: Event) -> None:
    match event:
        case BalancesStated():
            player_lists.state_balances(turn, event)
        case TagsStated():
            player_lists.state_tags(turn, event)
        case CustomHappened():
            player_lists.count_custom(turn, event)
        case MigrationStated():
            player_lists.state_migration(turn, event)
        case GameStated():
            catalogue.state_game(turn, event)
        case Pinged():
            pass
        case _:
            raise TypeError(type(event).__name__)
