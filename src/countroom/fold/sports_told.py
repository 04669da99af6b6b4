"""What partners are told of a sports bet: a settlement, a settled selection, a correction; semantics.md 9.1."""

from decimal import Decimal

from countroom.core.money import ZERO, total
from countroom.fold.sports_pages import Leg, Settlement, SportsBetPage
from countroom.fold.sports_standing import Settled, Standing, standing
from countroom.fold.turn import Turn

Content = dict[str, object]

_ABSENT = (False, ZERO, ZERO, ZERO)


def _name(settlement: Settlement) -> str:
    return settlement.source_id or settlement.business_id or settlement.settlement_id


def _shape(settled: Settled | None) -> tuple[bool, Decimal, Decimal, Decimal]:
    """What is told of a settlement: that it counts, and its sums."""
    if settled is None:
        return _ABSENT
    return True, total(settled.stake), total(settled.payout), total(settled.void_stake)


def tell_changes(turn: Turn, page: SportsBetPage, was: Standing, now: Standing) -> None:
    """Say that a settlement counts now, or that one that was told has changed since."""
    old = {_name(s.settlement): s for s in was.settled}
    new = {_name(s.settlement): s for s in now.settled}
    for settlement in (*(s.settlement for s in now.settled), *now.replaced, *(s for s, _ in now.void)):
        name = _name(settlement)
        revision = page.told.get(name, 0)
        if revision == 0 and name not in new:
            continue
        before, after = _shape(old.get(name)), _shape(new.get(name))
        if revision and before == after:
            continue
        page.told[name] = revision + 1
        kind, at = ("bet_corrected", turn.about.occurred_at) if revision else ("bet_settled", settlement.at)
        content: Content = {}
        if turn.is_linked:
            content = _bet(page, now) | _settlement(settlement, new.get(name)) | {"revision": revision + 1}
            if revision:
                content |= {"was": _amounts(old.get(name)), "cause": turn.about.source_id or turn.about.business_id}
        turn.tell(kind, f"{page.bet_id}/{settlement.settlement_id}/{revision + 1}", at, content)


def tell_settled(turn: Turn, page: SportsBetPage, settlement: Settlement) -> None:
    """Say once more that a settlement counts, unless it does not, or was corrected since."""
    name, now = _name(settlement), standing(page, turn.brand)
    counts = next((s for s in now.settled if _name(s.settlement) == name), None)
    if counts is None or now.free or page.told.get(name) != 1:
        return
    content = _bet(page, now) | _settlement(settlement, counts) | {"revision": 1} if turn.is_linked else None
    turn.tell("bet_settled", f"{page.bet_id}/{settlement.settlement_id}/1", settlement.at, content)


def tell_selection(turn: Turn, page: SportsBetPage, leg: Leg) -> None:
    """Say that a leg was settled."""
    content: Content = {}
    if turn.is_linked:
        content = {
            "bet_id": page.bet_id,
            "selection_id": leg.selection_id,
            "settled_at": leg.at,
            "result": leg.result,
            "odds": leg.odds,
            "sport": leg.sport,
            "tournament": leg.tournament,
            "match": leg.match,
            "market": leg.market,
            "outcome": leg.outcome,
            "starts_at": leg.starts_at,
            "live": leg.live,
        }
    turn.tell("selection_settled", f"{page.bet_id}/{leg.selection_id}/1", leg.at, _that_says_something(content))


def _that_says_something(content: Content) -> Content:
    return {name: value for name, value in content.items() if value is not None and value != ""}


def _bet(page: SportsBetPage, now: Standing) -> Content:
    """The bet as it stands."""
    found: Content = {"bet_id": page.bet_id, "state": now.state}
    bet = now.bet
    if bet is not None:
        found |= {
            "open_stake": total(now.left),
            "placed_at": bet.at,
            "currency": bet.currency,
            "rate": bet.rate,
            "stake": total(bet.pockets),
            "free_stake": bet.free_stake,
            "odds": bet.odds,
            "kind": bet.kind,
            "legs": bet.legs,
            "live": bet.live,
            "user_bonus_id": bet.bonus,
        }
    return _that_says_something(found)


def _settlement(settlement: Settlement, counts: Settled | None) -> Content:
    """The settlement, and what it does to the bet; nothing, once it was taken back or replaced."""
    found: Content = {
        "settlement_id": settlement.settlement_id,
        "settled_at": settlement.at,
        "settlement_type": settlement.kind,
        "cash_out": settlement.cash_out,
        "counts": counts is not None,
        "payout_currency": settlement.currency,
        "payout_rate": settlement.rate,
    }
    return _that_says_something(found) | _amounts(counts)


def _amounts(counts: Settled | None) -> Content:
    _, stake, payout, void_stake = _shape(counts)
    return {"settled_stake": stake, "payout": payout, "void_stake": void_stake}
