"""The whole document of a player, from the set of his accepted events."""

import decimal
from collections.abc import Iterable
from typing import Any

from countroom.core.events import Event, RolledBack, SportsBetPlaced, SportsBetSettled
from countroom.core.identity import SEPARATOR
from countroom.core.ids import PlayerKey
from countroom.core.money import EXACT, total
from tests.reference import forms
from tests.reference.bonuses import bonuses
from tests.reference.casino import postings
from tests.reference.counters import counters
from tests.reference.facts import Fact, Play, facts, latest_tick
from tests.reference.forms import Json
from tests.reference.lists import lists
from tests.reference.other_products import (
    cart_postings,
    carts,
    lottery_postings,
    lottery_tickets,
    poker_postings,
    poker_tables,
)
from tests.reference.payments import payments
from tests.reference.postings import ledger
from tests.reference.profile import links, profile
from tests.reference.rounds import rounds
from tests.reference.sessions import sessions
from tests.reference.settings import ReferenceSettings
from tests.reference.sports import sports_bets


def documents(events: Iterable[Event], settings: ReferenceSettings) -> dict[PlayerKey, Json]:
    """The document of every player in `events`."""
    every = list(events)
    keys = sorted({event.about.key for event in every})
    return {key: document([e for e in every if e.about.key == key], settings) for key in keys}


def document(events: Iterable[Event], settings: ReferenceSettings, *, clock: int | None = None) -> dict[str, Any]:
    """The document of the one player whose accepted `events` these are, without `handling`.

    Timers are judged by `clock`, and without it by the latest tick among the events. The order of `events` is
    without influence.
    """
    every = facts(events)
    [key] = {fact.event.about.key for fact in every}
    now = latest_tick(every) if clock is None else clock
    with decimal.localcontext(EXACT):
        return {"brand": key.brand, "player": key.player} | _contents(every, settings, now)


def _contents(every: list[Fact], settings: ReferenceSettings, now: int | None) -> Json:
    own_rounds = rounds(every, settings, now)
    real = [one for one in own_rounds if not one.free_money]
    free = [one for one in own_rounds if one.free_money]
    own_payments = payments(every, settings)
    own_sports = sports_bets(every, settings)
    own_bonuses = bonuses(every, own_rounds, own_sports, settings)
    money = [
        *postings(real),
        *(posting for one in own_payments for posting in one.postings()),
        *(posting for one in own_bonuses for posting in one.postings()),
        *(posting for one in own_sports if not one.free_money for posting in one.postings()),
        *lottery_postings(every, settings),
        *poker_postings(every, settings),
        *cart_postings(every, settings),
    ]
    free_money = [*postings(free), *(p for one in own_sports if one.free_money for p in one.postings())]
    played = sessions(every, own_rounds, settings, now)
    outside = [(one.currency, one.pockets) for one in played.outside]
    always = {
        "totals": ledger(money, settings),
        "counters": counters(every, own_rounds, own_payments, own_sports, settings=settings),
    }
    return always | forms.tidy(
        {
            "free_totals": ledger(free_money, settings, is_free=True),
            "rounds": [one.json() for one in own_rounds],
            "sessions": [one.json() for one in sorted(played.sessions, key=lambda s: (s.free_money, s.started_at))],
            "outside": forms.purse(forms.summed(outside)),
            "payments": [one.json() for one in own_payments],
            "bonuses": [one.json() for one in own_bonuses],
            "profile": profile(every, settings),
            "links": links(every),
            "rollbacks": _rollbacks(every, settings, now),
            "sports_bets": [one.json() for one in own_sports],
            "lottery": lottery_tickets(every, settings),
            "poker": poker_tables(every, settings),
            "carts": carts(every),
            **lists([fact.event for fact in every], settings),
        }
    )


def _rollbacks(every: list[Fact], settings: ReferenceSettings, now: int | None) -> Json:
    """How many rollbacks in force came twice, never met their target, or state another amount than it has."""
    in_force = [fact for fact in every if isinstance(fact.event, RolledBack) and fact.is_effective]
    orphans = [fact for fact in in_force if not fact.targets]
    overdue = [fact for fact in orphans if now is not None and now >= fact.at + settings.orphan_after]
    return forms.tidy(
        {
            "redundant": sum(max(0, len(fact.undone_by) - 1) for fact in every),
            "orphaned": len(overdue),
            "amount_mismatch": sum(_states_another_amount(fact) for fact in in_force),
        }
    )


def _states_another_amount(rollback: Fact) -> bool:
    event = rollback.event
    if not isinstance(event, RolledBack) or event.amount is None or SEPARATOR not in event.target:
        return False
    if not rollback.targets:
        return False
    target = rollback.targets[0].event
    if not isinstance(target, Play | SportsBetPlaced | SportsBetSettled):
        return False
    stated = total(target.pockets)
    nominal = None if isinstance(target, SportsBetSettled) else target.free_stake
    return event.amount != stated and (nominal is None or event.amount != stated + nominal)
