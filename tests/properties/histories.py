"""Strategies that draw histories as they come from the field: late, twice, at odds with themselves.

Everything is drawn from small alphabets and from instants in clusters, so that things meet: ids come again with
other content, stamps fall on the very edge of an hour, a day, a pause, a timeout. `histories()` is the list of
canonical events in the order of their arrival.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec
from hypothesis import strategies as st

from countroom.core.events import Event
from tests.properties.money_events import bonuses, payments
from tests.properties.other_play import carts, legs, lottery, poker, settlements, sport_rollbacks, sports_bets
from tests.properties.play_events import (
    free_bets,
    free_wins,
    losses,
    plain_bets,
    results,
    rollbacks,
    rollbacks_of,
    wholes,
)
from tests.properties.player_events import blocks, consents, links, logins, logouts, profiles, stale_notices, ticks
from tests.properties.reported import balances, custom, games, migrations, tags
from tests.properties.stamps import instants, settled_in
from tests.reference import ReferenceSettings

E = TypeVar("E")

Kinds = dict[str, st.SearchStrategy[Event]]


def kinds(at: st.SearchStrategy[int]) -> Kinds:
    """Every kind of event by a name to choose it by, stamped with what `at` draws."""
    return {
        "bet": plain_bets(at),
        "free_bet": free_bets(at),
        "result": results(at),
        "loss": losses(at),
        "free_win": free_wins(at),
        "rollback": rollbacks(at),
        "whole": wholes(at),
        "payment": payments(at),
        "bonus": bonuses(at),
        "login": logins(at) | logouts(at),
        "profile": profiles(at) | stale_notices(at),
        "consents": consents(at),
        "blocks": blocks(at),
        "link": links(at),
        "tick": ticks(),
        "sports_bet": sports_bets(at),
        "settlement": settlements(at),
        "leg": legs(at),
        "sport_rollback": sport_rollbacks(at),
        "lottery": lottery(at),
        "poker": poker(at),
        "cart": carts(at),
        "reported": balances(at) | tags(at) | custom(at) | migrations(at),
        "game": games(at),
    }


CASINO = ("bet", "result", "bet", "result", "loss", "rollback", "bet", "result", "whole", "rollback", "tick")
"""Names of `kinds`; what stands there twice is drawn twice as often."""
MONEY = ("payment", "payment", "payment", "payment", "tick")
BONUS = ("bonus", "bet", "bonus", "result", "free_bet", "free_win", "rollback")
PLAYER = ("login", "profile", "consents", "blocks", "link", "tick")
SPORTS = ("sports_bet", "settlement", "sports_bet", "settlement", "settlement", "leg", "sport_rollback", "bonus")
POKER = ("poker", "poker", "poker")
OTHERS = ("lottery", *POKER, "cart", "reported", "game")
EVERYTHING = (*CASINO, "free_bet", "free_win", *MONEY, *BONUS, *PLAYER, *SPORTS, *OTHERS)


THEMES = (
    EVERYTHING,
    EVERYTHING,
    CASINO,
    (*CASINO, *BONUS),
    (*MONEY, "login"),
    BONUS,
    PLAYER,
    SPORTS,
    SPORTS,
    (*SPORTS, *CASINO),
    OTHERS,
    POKER,
)


@st.composite
def histories(
    draw: st.DrawFn,
    of: Sequence[str] | None = None,
    *,
    max_size: int = 16,
    at: st.SearchStrategy[int] | None = None,
) -> list[Event]:
    """Arrivals of one or two players: events of the kinds named in `of`, some rolled back, some again, in any order.

    Without `of` each history has a theme: much of one matter brings forth more than a little of everything.
    One history in two keeps to one evening, so that pauses and rounds meet; the others reach over days and months.
    """
    stamps = at if at is not None else draw(st.sampled_from([settled_in(), instants()]))
    by_name = kinds(stamps)
    names = draw(st.sampled_from(THEMES)) if of is None else tuple(of)
    told = draw(st.lists(_delayed(st.sampled_from(names).flatmap(by_name.__getitem__)), max_size=max_size))
    if told and ("rollback" in names or "sport_rollback" in names):
        told += draw(st.lists(_delayed(aimed_rollbacks([event for _, event in told], stamps)), max_size=4))
    if told:
        told += draw(st.lists(_delayed(repeats([event for _, event in told])), max_size=3))
    return [event for _, event in sorted(told, key=lambda pair: pair[0])]


def _delayed(events: st.SearchStrategy[Event]) -> st.SearchStrategy[tuple[int, Event]]:
    """An event with its delay. Arrivals are ordered by it: unlike a permutation, that shrinks event by event."""
    return st.tuples(st.integers(0, 4), events)


def aimed_rollbacks(drawn: Sequence[Event], at: st.SearchStrategy[int]) -> st.SearchStrategy[Event]:
    """A rollback of one of `drawn`, where that can be rolled back; else of nothing at all."""
    return st.sampled_from(list(drawn)).flatmap(lambda event: rollbacks_of(event, at))


def repeats(drawn: Sequence[Event]) -> st.SearchStrategy[Event]:
    """One of `drawn` once more: the same, stamped anew, or with its source id lost on the way."""
    changes: list[Callable[[Event], Event]] = [
        lambda event: event,
        lambda event: _about(event, received_at=event.about.received_at + 90_000_000),
        lambda event: _about(event, occurred_at=event.about.occurred_at + 1) if _may_move(event) else event,
        lambda event: _about(event, source_id=None) if event.about.business_id else event,
    ]
    return st.builds(lambda change, event: change(event), st.sampled_from(changes), st.sampled_from(list(drawn)))


def _may_move(event: Event) -> bool:
    """True when the identity does not rest on the time, so that a new stamp still makes a repeat."""
    return event.about.business_id is not None


def _about(event: Event, **changes: object) -> Event:
    return msgspec.structs.replace(event, about=msgspec.structs.replace(event.about, **changes))


def arrivals(events: Sequence[E]) -> st.SearchStrategy[list[E]]:
    """The same events in another order."""
    return st.permutations(list(events))


def settings() -> st.SearchStrategy[ReferenceSettings]:
    """Settings of a brand: mostly the defaults, with the zone, the day's start and one switch or another changed."""
    return st.builds(
        ReferenceSettings,
        time_zone=st.sampled_from(["UTC", "Europe/Malta"]),
        day_starts_at=st.sampled_from([0, 0, 360]),
        casino_basis=st.sampled_from(["auto", "auto", "auto", "transactions", "rounds"]),
        bonus_cost=st.sampled_from(["conversion", "stake", "grant"]),
        locked_as=st.sampled_from(["bonus", "real"]),
        deduct=st.sampled_from(
            [(), (), (("ggr", Decimal("0.15")), ("fees", Decimal(1)), ("deposits", Decimal("0.02")))]
        ),
        rates=st.sampled_from([{}, {}, {"SEK": Decimal("0.09"), "USD": Decimal("0.9")}]),
        capture_as=st.sampled_from(["ignore", "deposit"]),
        bonus_end=st.sampled_from(["first", "first", "last"]),
        wagering_counts=st.sampled_from(["all", "bonus"]),
        ggr_basis=st.sampled_from(["settled", "settled", "placed"]),
        lottery_amount_is_net=st.booleans(),
        poker_buy_in_includes_fee=st.booleans(),
    )
