"""A loud repeat of a quiet fact: what followed from the fact is told now, as far as it still is what the fact made it.

semantics.md 1.4: its signals are told once, state stays. A signal of a state is told when the state still stands and
this fact made it; its identity is the one it would have had, its content the thing as it stands, without what it was
before. Corrections, totals and sessions tell of the difference between two moments: those are over, and not told.
"""

from countroom.core.events import (
    BlocksStated,
    BonusReported,
    CasinoPlay,
    ConsentsStated,
    Event,
    PaymentReported,
    ProfileStated,
    RoundPlayed,
    SelectionReported,
    SportsBetSettled,
)
from countroom.fold import bonuses, payments, profile, round_told, sports_told
from countroom.fold.money_pages import BonusPage, PaymentPage
from countroom.fold.pages import RoundPage
from countroom.fold.profile_page import ProfilePage
from countroom.fold.round_parts import gathered
from countroom.fold.rounds import closer
from countroom.fold.sports_pages import SportsBetPage
from countroom.fold.turn import Turn

Ids = tuple[str, str]
"""Source id and business id of the fact as it was first accepted; empty where it has none."""


def tell_again(turn: Turn, event: Event, ids: Ids) -> None:
    """Tell what followed from the fact; `event` is the rendition at hand, which says the same."""
    match event:
        case CasinoPlay() | RoundPlayed():
            _round(turn, ids)
        case PaymentReported():
            _payment(turn, ids)
        case BonusReported():
            _bonus(turn, ids)
        case SportsBetSettled() | SelectionReported():
            _sports(turn, ids)
        case ProfileStated():
            _profile(turn, event.about.occurred_at, ids)
        case ConsentsStated():
            _consents(turn, event, ids)
        case BlocksStated():
            _blocks(turn, event, ids)
        case _:
            pass


def _is(thing: object, ids: Ids) -> bool:
    return (getattr(thing, "source_id", None) or "", getattr(thing, "business_id", None) or "") == ids


def _round(turn: Turn, ids: Ids) -> None:
    """The round that this closed: never told of since, or it would have another revision."""
    page = turn.peek(turn.page_key, RoundPage)
    if page is None or turn.free:
        return
    rest = turn.page_key[len(turn.prefix) :]
    seen = gathered(turn.pages, turn.prefix, rest, page)
    activity = next((a for a in seen if _is(a, ids)), None)
    if activity is None:
        return
    by = closer(activity)
    for n, g in enumerate(page.generations, 1):
        if by and g.revision == 1 and (g.state, g.closed_at, g.closed_by) == ("closed", activity.at, by):
            round_told.tell(turn, rest, page, n, was=None)


def _payment(turn: Turn, ids: Ids) -> None:
    """That it counts, and that it is the first deposit."""
    page = turn.peek(turn.page_key, PaymentPage)
    step = next((s for s in page.steps if _is(s, ids)), None) if page is not None else None
    if page is None or step is None or page.told != (step.status, step.at):
        return
    s = payments.standing(page.steps)
    if not s.counted_at:
        return
    payments.tell_counted(turn, page, s, at=step.at)
    head = turn.head
    if page.direction == "deposit" and head.ftd_revision == 1 and head.ftd == (page.payment_id, s.counted_at):
        first = payments.first_deposit(turn) if turn.is_linked else None
        turn.tell("ftd_reached", payments.FTD_SUBJECT, s.counted_at, first)


def _bonus(turn: Turn, ids: Ids) -> None:
    """The state that it put the grant into, when no other event says so as well."""
    page = turn.peek(turn.page_key, BonusPage)
    step = next((s for s in page.steps if _is(s, ids)), None) if page is not None else None
    if page is None or step is None:
        return
    state = bonuses.standing(page.steps, turn.brand).state
    if state == step.state and sum(s.state == state for s in page.steps) == 1:
        bonuses.tell_state(turn, page, state, at=step.at)


def _sports(turn: Turn, ids: Ids) -> None:
    """The settlement, when it counts and was not corrected since; the settled leg."""
    page = turn.peek(turn.page_key, SportsBetPage)
    if page is None:
        return
    for settlement in page.settlements:
        if _is(settlement, ids):
            sports_told.tell_settled(turn, page, settlement)
    for leg in page.legs:
        if leg.settled and _is(leg, ids):
            sports_told.tell_selection(turn, page, leg)


def _profile(turn: Turn, at: int, ids: Ids) -> None:
    """The fields whose values it changed and that have them still, and that the profile is ready."""
    page = turn.peek(turn.page_key, ProfilePage)
    if page is None:
        return
    mark = at, ids[0] or ids[1]
    names = sorted(name for name in page.fields if page.told.get(name) == mark)
    if names:
        profile.tell_changed(turn, page, names, {}, at=at)
    if page.told.get(profile.READY_SUBJECT) == mark:
        profile.tell_ready(turn, page)


def _consents(turn: Turn, event: ConsentsStated, ids: Ids) -> None:
    page = turn.peek(turn.page_key, ProfilePage)
    at = event.about.occurred_at
    for channel in event.consents:
        if page is not None and page.told.get(f"consents.{channel}") == (at, ids[0] or ids[1]):
            profile.tell_consent(turn, channel, page.consents[channel])


def _blocks(turn: Turn, event: BlocksStated, ids: Ids) -> None:
    page = turn.peek(turn.page_key, ProfilePage)
    at = event.about.occurred_at
    for kind in sorted(event.blocks):
        if page is not None and page.told.get(f"blocks.{kind}") == (at, ids[0] or ids[1]):
            profile.tell_block(turn, page, kind, at=at)
