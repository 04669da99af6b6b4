"""What there is to bet on: made-up matches, their markets, and how a message names what was picked."""

from decimal import Decimal
from random import Random
from typing import Any, Final

import msgspec

from countroom.simulator.chance import happens
from countroom.simulator.fact import DAY, HOUR, MINUTE, Body
from countroom.simulator.wire import timestamp


class Sport(msgspec.Struct, frozen=True):
    """One kind of sport with its teams and what can be bet on a match of two."""

    name: str
    tournaments: tuple[str, ...]
    teams: tuple[str, ...]
    markets: dict[str, tuple[str, ...]]


SPORTS: Final = (
    Sport(
        "Football",
        ("Harbour Cup", "Northern League"),
        ("Sliema Rovers", "Turku Town", "Recife Norte", "Bremen Albatross", "Kobe Tide", "Uppsala Elk"),
        {"1X2": ("1", "X", "2"), "Total goals": ("Over 2.5", "Under 2.5"), "Both teams to score": ("Yes", "No")},
    ),
    Sport(
        "Tennis",
        ("Island Open",),
        ("A. Moreau", "K. Lindqvist", "T. Abela", "J. Okafor"),
        {"Winner": ("1", "2"), "Sets": ("2-0", "2-1", "1-2", "0-2")},
    ),
    Sport(
        "Ice Hockey",
        ("Baltic Series",),
        ("Gulf Seals", "Birch Bears", "Amber Foxes", "Storm Petrels"),
        {"Moneyline": ("1", "2"), "Handicap": ("1 (-1.5)", "2 (+1.5)")},
    ),
)
SCORECAST: Final = "Scorecast"
"""A market with two criteria: who scores first, and how the match ends."""

_KICK_OFF: Final = (HOUR // 4, 2 * DAY)


def picks(rng: Random, at: int, *, count: int, told_as_text: bool) -> list[Body]:
    """`count` legs on as many matches. The older form, `told_as_text`, has one outcome and no list of them."""
    legs: list[Body] = []
    named: set[str] = set()
    while len(legs) < count:
        leg = _pick(rng, at, told_as_text=told_as_text)
        if leg["event_name"] not in named:
            named.add(leg["event_name"])
            legs.append(leg)
    return legs


def total_odds(legs: list[Body]) -> Decimal:
    """The odds of all legs together."""
    product = Decimal(1)
    for leg in legs:
        product *= leg["odds"] or 1
    return product.quantize(Decimal("0.01"))


def _pick(rng: Random, at: int, *, told_as_text: bool) -> Body:
    sport = rng.choice(SPORTS)
    home, away = rng.sample(sport.teams, 2)
    is_live = happens(rng, 0.3)
    minute = at // MINUTE * MINUTE
    starts_at = minute - rng.randrange(1, 90) * MINUTE if is_live else minute + rng.randrange(*_KICK_OFF, MINUTE)
    leg: Body = {
        "event_name": f"{home} vs {away}",
        "match_start": "0001-01-01T00:00:00Z" if happens(rng, 0.02) else timestamp(starts_at),
        "odds": Decimal(rng.randrange(105, 620)) / 100,
        "sports_name": sport.name,
        "tournament_name": rng.choice(sport.tournaments),
        "is_live": is_live,
    }
    if happens(rng, 0.5):
        leg |= {"is_free_bet": False, "is_risk_free_bet": happens(rng, 0.05)}
    return leg | _outcome(rng, sport, told_as_text=told_as_text)


def _outcome(rng: Random, sport: Sport, *, told_as_text: bool) -> dict[str, Any]:
    if sport.name == "Football" and happens(rng, 0.05) and not told_as_text:
        score = f"{rng.randrange(4)}-{rng.randrange(4)}"
        criteria = (("First goalscorer", f"Player {rng.randrange(2, 12)}"), ("Correct score", score))
        outcomes = [{"criterion_name": name, "outcome_label": label} for name, label in criteria]
        return {"market": SCORECAST, "outcomes": outcomes}
    market = rng.choice(tuple(sport.markets))
    label = rng.choice(sport.markets[market])
    if told_as_text:
        return {"market": market, "outcome": label}
    told: dict[str, Any] = {"outcomes": [{"criterion_name": market, "outcome_label": label, "meta": None}]}
    return told if happens(rng, 0.1) else told | {"market": market}
