"""Sports bets as the player document shows them (docs/reference/player-document.md)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from countroom.simulator.ledger.entries import LegSaid, Settling
from countroom.simulator.ledger.money import Pockets, add, instant, summed
from countroom.simulator.ledger.sports import SportsBet


def shown_bet(bet: SportsBet) -> dict[str, Any]:
    """The SPORTS BET of the player document."""
    payout: dict[str, Pockets] = defaultdict(dict)
    for it in bet.effects:
        add(payout[it.by.currency], it.pays)
    return {
        "bet_id": bet.bet_id,
        "state": bet.state,
        "free_money": bet.free_money or None,
        **_own(bet),
        "settled_at": instant(bet.effects[-1].by.at) if bet.effects else None,
        "settled_stake": summed(it.settles for it in bet.effects),
        "void_stake": summed(it.gives_back for it in bet.effects),
        "payout": payout,
        "legs": [_leg(name, bet.said) for name in sorted({one.name for one in bet.said})],
        "settlements": [_settling(bet, one) for one in bet.settlings],
        "flags": _flags(bet),
    }


def _own(bet: SportsBet) -> dict[str, Any]:
    placed = bet.placed
    if placed is None:
        return {}
    return {
        "placed_at": instant(placed.at),
        "currency": placed.currency,
        "stake": placed.pockets,
        "free_stake": placed.free_stake,
        "odds": placed.odds,
        "kind": placed.kind,
        "live": placed.live or None,
        "user_bonus_id": placed.bonus,
        "open_stake": bet.open_stake,
        "open_return": bet.open_stake * placed.odds,
    }


def _settling(bet: SportsBet, one: Settling) -> dict[str, Any]:
    effect = next((it for it in bet.effects if it.by is one), None)
    shown: dict[str, Any] = {
        "settlement_id": one.settlement_id,
        "state": "counted" if effect else "rolled_back",
        "at": instant(one.at),
        "currency": one.currency,
        "amount": one.pockets,
        "kind": one.kind or None,
        "cash_out": one.cash_out or None,
    }
    if effect:
        shown |= {"settled_stake": effect.settles, "void_stake": effect.gives_back, "payout": effect.pays}
    return shown


def _flags(bet: SportsBet) -> list[str]:
    paid_in = {it.by.currency for it in bet.effects if any(it.pays.values())}
    found = {
        "amount_mismatch": any(it.by.mismatch for it in bet.effects)
        or (bet.placed is not None and bet.placed.mismatch),
        "currency_mixed": bet.placed is not None and bool(paid_in - {bet.placed.currency}),
        "settlement_without_bet": bet.placed is None and bool(bet.effects),
    }
    return sorted(flag for flag, holds in found.items() if holds)


def _leg(name: tuple[str, str, str], said: Iterable[LegSaid]) -> dict[str, Any]:
    """One leg, the latest word of each matter. How it ended is not told."""
    own = [one for one in said if one.name == name]
    match, market, outcome = name
    starts = [one.starts_at for one in own if one.starts_at is not None]
    return {
        "state": "settled" if any(one.settled for one in own) else "open",
        "match": match,
        "market": market,
        "outcome": outcome,
        "sport": own[-1].sport,
        "tournament": own[-1].tournament,
        "odds": next((one.odds for one in reversed(own) if one.odds), None),
        "starts_at": instant(starts[-1]) if starts else None,
        "live": any(one.live for one in own) or None,
        "free": any(one.free for one in own) or None,
    }
