"""A sports bet, a leg or a settlement arrives: the bet is derived anew, and what changed is booked; semantics.md 6."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from countroom.core.events import SelectionReported, SportsBetPlaced, SportsBetSettled
from countroom.fold import keys
from countroom.fold.bonus_bets import book as book_bonus_bet
from countroom.fold.entries import Entry, book
from countroom.fold.identity import remember
from countroom.fold.money_pages import BonusPage
from countroom.fold.orphans import put, waiting
from countroom.fold.postings import Named
from countroom.fold.sports_entries import entries, named
from countroom.fold.sports_moments import note
from countroom.fold.sports_pages import Bet, Leg, Settlement, SportsBetPage
from countroom.fold.sports_standing import Standing, order, standing
from countroom.fold.sports_told import tell_changes, tell_selection
from countroom.fold.turn import Turn

SportsEvent = SportsBetPlaced | SelectionReported | SportsBetSettled


def _of_ledger(turn: Turn, event: SportsBetPlaced | SportsBetSettled) -> bool:
    return event.free_money or event.currency in turn.brand.free_money_currencies


def _bet(turn: Turn, event: SportsBetPlaced) -> Bet:
    about = event.about
    return Bet(
        about.occurred_at, about.source_id, about.business_id, event.currency, event.rate, event.pockets, event.odds,
        event.kind, event.legs, event.live, event.user_bonus_id, event.free_stake, _of_ledger(turn, event),
        event.amount_mismatch,
    )  # fmt: skip


def _leg(event: SelectionReported) -> Leg:
    about = event.about
    return Leg(
        about.occurred_at, about.source_id, about.business_id, event.selection_id, event.settled, event.result,
        event.odds, event.sport, event.tournament, event.match, event.market, event.outcome, event.starts_at,
        event.live, event.free,
    )  # fmt: skip


def _settlement(turn: Turn, event: SportsBetSettled) -> Settlement:
    about = event.about
    return Settlement(
        about.occurred_at, about.source_id, about.business_id, event.settlement_id, event.currency, event.rate,
        event.pockets, event.kind, event.reference_amount, event.cash_out, event.replaces, _of_ledger(turn, event),
        event.amount_mismatch,
    )  # fmt: skip


class Before(msgspec.Struct, frozen=True, gc=False):
    """A sports bet before an event: how it stood, and what it contributed."""

    standing: Standing
    entries: list[Entry]
    named: list[Named]


def before(turn: Turn, page: SportsBetPage) -> Before:
    """What to compare with once the page has changed."""
    stood = standing(page, turn.brand)
    return Before(stood, entries(stood, turn.brand), named(page, stood))


def take(turn: Turn, event: SportsEvent) -> None:
    """Fold one sports event that is new."""
    about = event.about
    key = keys.sport_page(turn.prefix, event.bet_id)
    page = turn.load(key, SportsBetPage)
    page.bet_id = event.bet_id
    was = before(turn, page)
    match event:
        case SportsBetPlaced():
            bet = _bet(turn, event)
            # One id is one bet, as its identity says; should a sender send none, the earliest holds.
            page.bet = min((b for b in (page.bet, bet) if b is not None), key=order)
            if page.bet.bonus is not None and not page.bet.free:
                turn.load(keys.bonus_page(turn.prefix, page.bet.bonus), BonusPage).user_bonus_id = page.bet.bonus
        case SelectionReported():
            page.legs.append(_leg(event))
        case SportsBetSettled():
            page.settlements.append(_settlement(turn, event))
    remember(turn, about.source_id, about.business_id, key[len(turn.prefix) :])
    if turn.head.orphans:
        put(turn, key, page, waiting(turn, about.source_id, about.business_id))
    settle(turn, key, page, was)
    if isinstance(event, SelectionReported) and event.settled:
        tell_selection(turn, page, page.legs[-1])


def settle(turn: Turn, key: bytes, page: SportsBetPage, was: Before) -> None:
    """Book what changed of a bet, tell what was settled or corrected."""
    now = standing(page, turn.brand)
    book(turn, "sports", was.entries, entries(now, turn.brand))
    _book_named(turn, was.named, named(page, now))
    note(turn, was.standing, now)
    turn.touch(key, page)
    if not now.free:
        tell_changes(turn, page, was.standing, now)


def _book_named(turn: Turn, was: Sequence[Named], now: Sequence[Named]) -> None:
    gone, new = Counter(was), Counter(now)
    for posting in (gone - new).elements():
        book_bonus_bet(turn, posting, -1)
    for posting in (new - gone).elements():
        book_bonus_bet(turn, posting, 1)


def conflicts(turn: Turn, event: SportsEvent, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities differs in what matters; semantics.md 1.3."""
    held = turn.peek(turn.prefix + page, SportsBetPage)
    if not isinstance(held, SportsBetPage):
        return True
    for old in (*((held.bet,) if held.bet is not None else ()), *held.legs, *held.settlements):
        if (old.source_id or "", old.business_id or "") == ids:
            return held.bet_id != event.bet_id or _differ(turn, old, event)
    return True


def _differ(turn: Turn, old: Bet | Leg | Settlement, event: SportsEvent) -> bool:
    """True when two renditions of one thing state something else that matters."""
    match event:
        case SelectionReported():
            return not isinstance(old, Leg) or (old.selection_id, old.settled) != (event.selection_id, event.settled)
        case SportsBetPlaced():
            if not isinstance(old, Bet):
                return True
            bet = _bet(turn, event)
            return (
                (old.pockets, old.currency, old.legs, old.free) != (bet.pockets, bet.currency, bet.legs, bet.free)
                or (None not in (old.bonus, bet.bonus) and old.bonus != bet.bonus)
                or (None not in (old.free_stake, bet.free_stake) and old.free_stake != bet.free_stake)
            )
        case SportsBetSettled():
            new = _settlement(turn, event)
            return not isinstance(old, Settlement) or (
                (old.settlement_id, old.pockets, old.currency, old.free)
                != (new.settlement_id, new.pockets, new.currency, new.free)
            )
