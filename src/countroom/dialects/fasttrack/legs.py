"""The legs of a sports bet: the array `bets` of a SPORTSBOOK message.

A leg has no id on the wire, and its bet and its settlement must name it alike. So a leg is known by an id it carries
all the same, else by a hash of match, market and outcome, else by its place; odds and times, which change, stay out.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from countroom.core.about import About
from countroom.core.events import SelectionReported
from countroom.core.identity import Identity, leg
from countroom.core.ids import ActivityId, is_id
from countroom.core.instants import Instant
from countroom.core.rejection import Reason
from countroom.dialects import amounts
from countroom.dialects.fasttrack.content import digest
from countroom.dialects.fasttrack.message import Message, planned
from countroom.dialects.fields import Fields, shown

OWN_IDS: Final = ("selection_id", "id")
"""Undocumented, and taken where a leg has one."""

KEYS: Final = frozenset(
    {
        *OWN_IDS,
        "event_name",  # the match
        "match_start",
        "odds",
        "market",
        "sports_name",
        "tournament_name",
        "is_free_bet",
        "is_risk_free_bet",  # a real stake
        "is_live",
        "outcomes",
        "criterion_name",  # in an outcome: repeats the market
        "outcome_label",
        "outcome",  # older: the one outcome as text
    }
)

MOST: Final = 200
"""Most legs that one message may have. Books stop at some thirty."""

_ID_CHARS: Final = 16
_JOINT: Final = ", "


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One leg as it was read."""

    bet_id: ActivityId
    selection_id: str
    odds: Decimal | None
    sport: str
    tournament: str
    match: str
    market: str
    outcome: str
    starts_at: Instant | None
    live: bool
    free: bool

    def identity(self, *, settled: bool) -> Identity:
        """Its business identity; it has no source id."""
        return leg(self.bet_id, self.selection_id, settled=settled)

    def reported(self, about: About, *, settled: bool) -> SelectionReported:
        """The leg as an event. How it ended is not told in this dialect."""
        return SelectionReported(
            about=about,
            bet_id=self.bet_id,
            selection_id=self.selection_id,
            settled=settled,
            odds=self.odds,
            sport=self.sport,
            tournament=self.tournament,
            match=self.match,
            market=self.market,
            outcome=self.outcome,
            starts_at=self.starts_at,
            live=self.live,
            free=self.free,
        )


def legs(message: Message, bet_id: ActivityId) -> list[Leg]:
    """The legs of the bet in the order sent; none when the message names none."""
    entries = message.objects("bets")
    if len(entries) > MOST:
        message.reject("bets", Reason.MALFORMED, detail=f"expected at most {MOST} legs, found {len(entries)}")
        return []
    found: list[Leg] = []
    seen: dict[str, int] = {}
    for place, entry in enumerate(entries, 1):
        one = _leg(entry, bet_id, place=place)
        again = seen[one.selection_id] = seen.get(one.selection_id, 0) + 1
        if again > 1:  # the same leg twice in one bet: the further ones are told apart by their order
            one = replace(one, selection_id=f"{one.selection_id}-{again}")
        found.append(one)
    return found


def odds(fields: Fields) -> Decimal | None:
    """Decimal odds; None when absent, or not above 0, which no odds are (tolerance 19)."""
    value = fields.values.get("odds")
    if value is None or value == "":
        return None
    stated = amounts.signed(value) if value.__class__ in {str, int} else None
    if stated is None:
        detail = f"expected decimal odds such as 3.1, got {shown(value)}"
        fields.reject("odds", Reason.BAD_AMOUNT, detail=detail)
    return stated if stated is not None and stated > 0 else None


def _leg(entry: Fields, bet_id: ActivityId, *, place: int) -> Leg:
    match, (criterion, outcome) = entry.text("event_name"), _outcomes(entry)
    market = entry.text("market") or criterion
    return Leg(
        bet_id=bet_id,
        selection_id=_own_id(entry.values) or _derived(match, market, outcome) or str(place),
        odds=odds(entry),
        sport=entry.text("sports_name"),
        tournament=entry.text("tournament_name"),
        match=match,
        market=market,
        outcome=outcome,
        starts_at=planned(entry, "match_start"),
        live=entry.flag("is_live"),
        free=entry.flag("is_free_bet"),
    )


def _outcomes(entry: Fields) -> tuple[str, str]:
    """The first criterion, and the labels of all outcomes; the older `outcome` where there are none.

    `outcomes` may hold texts, or be one (tolerance 19). A Scorecast has two outcomes.
    """
    value = entry.values.get("outcomes")
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and texts and all(isinstance(each, str) for each in texts):
        criterion, labels = "", list(texts)
    else:
        outcomes = entry.objects("outcomes")
        labels = [each.text("outcome_label") for each in outcomes]
        criterion = next(filter(None, (each.text("criterion_name") for each in outcomes)), "")
    return criterion, _JOINT.join(filter(None, labels)) or entry.text("outcome")


def _own_id(values: dict[str, Any]) -> str:
    """The id that the leg carries, `""` when it has none that can be one: nothing undocumented is refused."""
    for name in OWN_IDS:
        value = values.get(name)
        if value.__class__ in {str, int} and is_id(str(value)):
            return str(value)
    return ""


def _derived(match: str, market: str, outcome: str) -> str:
    return digest([match, market, outcome])[:_ID_CHARS] if match or market or outcome else ""
