"""A story told to a subject, and told again in every other way that must come to the same end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, permutations
from math import factorial
from random import Random
from typing import Any

from countroom.core.events import Event, Ticked
from tests.reference import ReferenceSettings
from tests.scenarios.subject import Outcome, Subject
from tests.scenarios.words import story

MOST_ORDERS = 120
Document = dict[str, Any]
DEFAULTS = ReferenceSettings()


@dataclass(frozen=True)
class Teller:
    """Tells stories to one subject."""

    subject: Subject

    def __call__(self, text: str, settings: ReferenceSettings = DEFAULTS, *, is_first_kept: bool = False) -> Outcome:
        """What comes of the story as it is told; checked against other orders, repeats and cuts.

        `is_first_kept` is for stories with two renditions of one fact: there the order decides which one stays.
        """
        events = story(text)
        outcome = self.subject(events, settings)
        if not is_first_kept:
            for arrivals in orders(events):
                assert self.subject(arrivals, settings).all == outcome.all
        for arrivals in repeats(events):
            again = self.subject(arrivals, settings)
            assert again.all == outcome.all
            assert again.duplicates + len(again.refused) == outcome.duplicates + len(outcome.refused) + 1
        for cut in range(1, len(events)):
            assert self.subject(events, settings, cut=cut).all == outcome.all
        return outcome


def orders(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Every order, or the same hundred of them each time where there are more."""
    if factorial(len(events)) <= MOST_ORDERS:
        yield from permutations(events)
        return
    chance = Random(len(events))
    yield list(reversed(events))
    for _ in range(MOST_ORDERS - 1):
        yield chance.sample(events, len(events))


def repeats(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Every event once more: at once, and after all others. A tick is no message, and cannot come twice."""
    for place, event in enumerate(events):
        if not isinstance(event, Ticked):
            yield [*islice(events, place + 1), event, *events[place + 1 :]]
            yield [*events, event]


# ---------------------------------------------------------------- reading documents


def life(document: Document, product: str = "casino", currency: str = "EUR") -> Document:
    """A cell of the totals for life."""
    found: Document = document["totals"].get("life", {}).get(product, {}).get(currency, {})
    return found


def day(document: Document, date: str, product: str = "casino") -> Document:
    """The EUR cell of a brand day of 2026."""
    found: Document = document["totals"].get("days", {}).get(f"2026-{date}", {}).get(product, {}).get("EUR", {})
    return found


def figures(document: Document, currency: str = "EUR") -> Document:
    """The figures for life."""
    found: Document = document["totals"].get("life", {}).get("figures", {}).get(currency, {})
    return found


def tpg(document: Document, currency: str = "EUR") -> str:
    """Turnover, payout and GGR, as the semantics write them."""
    shown = figures(document, currency)
    return "/".join(shown.get(name, "0") for name in ("turnover", "payout", "ggr"))


def only_round(document: Document) -> Document:
    """The one round there is."""
    [found] = document["rounds"]
    return dict(found)


def sessions(document: Document) -> list[str]:
    """Sessions in short: from, to, bets, stake."""
    return [
        f"{time(one['started_at'])}-{time(one['ended_at'])} {one.get('bets', 0)} {_total(one.get('stake', {}))}"
        for one in document.get("sessions", [])
    ]


def _total(purse: Document) -> Decimal:
    return sum((Decimal(amount) for pockets in purse.values() for amount in pockets.values()), Decimal(0))


def time(instant: str) -> str:
    """Hours and minutes of an instant as the document writes it."""
    return instant[11:16]


def turnover_of_days(document: Document, days: Sequence[str]) -> Decimal:
    """The turnover of some brand days of 2026 together: what a window reads."""
    return sum((_total({"EUR": day(document, one).get("turnover", {})}) for one in days), Decimal(0))
