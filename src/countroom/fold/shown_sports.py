"""Sports bets as the player document shows them."""

from collections.abc import Iterable

from countroom.core.instants import Instant, iso
from countroom.core.money import Pockets, plain, plus, total
from countroom.fold import keys
from countroom.fold.figures import Json
from countroom.fold.reader import Reader
from countroom.fold.scopes import shown_pockets
from countroom.fold.sports_pages import Bet, Leg, Settlement, SportsBetPage
from countroom.fold.sports_standing import Settled, Standing, legs_in_force, order, standing


def sports_bets(r: Reader) -> list[Json]:
    """All sports bets, both ledgers, by id."""
    found = [sports_bet(r, page) for _, page in r.all(keys.SPORT, SportsBetPage)]
    return sorted(found, key=lambda e: str(e["bet_id"]))


def sports_bet(r: Reader, page: SportsBetPage) -> Json:
    """One sports bet."""
    s = standing(page, r.brand)
    entry: Json = {"bet_id": page.bet_id, "state": s.state}
    payout: dict[str, Pockets] = {}
    for one in s.settled:
        currency = one.settlement.currency
        payout[currency] = plus(payout.get(currency, ()), one.payout)
    optional: Json = {
        "free_money": s.free,
        **(_bet(s.bet, s) if s.bet is not None else {}),
        "settled_at": iso(Instant(s.settled[-1].settlement.at)) if s.settled else None,
        "settled_stake": _sum(one.stake for one in s.settled),
        "void_stake": _sum(one.void_stake for one in s.settled),
        "payout": {c: p for c, pockets in sorted(payout.items()) if (p := shown_pockets(pockets))},
        "legs": legs(legs_in_force(page)),
        "settlements": _settlements(page, s),
        "flags": _flags(s),
    }
    return entry | {k: v for k, v in optional.items() if v}


def _bet(bet: Bet, s: Standing) -> Json:
    left = total(s.left)
    return {
        "placed_at": iso(Instant(bet.at)),
        "currency": bet.currency,
        "stake": shown_pockets(bet.pockets),
        "free_stake": plain(bet.free_stake) if bet.free_stake else None,
        "odds": plain(bet.odds) if bet.odds else None,
        "kind": bet.kind,
        "live": bet.live,
        "user_bonus_id": bet.bonus,
        "open_stake": plain(left) if left else None,
        "open_return": plain(left * bet.odds) if left and bet.odds else None,
    }


def _sum(parts: Iterable[Pockets]) -> Json:
    whole: Pockets = ()
    for part in parts:
        whole = plus(whole, part)
    return dict(shown_pockets(whole))


def _settlements(page: SportsBetPage, s: Standing) -> list[Json]:
    found = []
    for settlement in sorted(page.settlements, key=order):
        counts = next((one for one in s.settled if one.settlement is settlement), None)
        state = "counted" if counts else "replaced" if settlement in s.replaced else "rolled_back"
        found.append(_settlement(settlement, counts, state))
    return found


def _settlement(settlement: Settlement, counts: Settled | None, state: str) -> Json:
    optional: Json = {
        "currency": settlement.currency,
        "amount": shown_pockets(settlement.pockets),
        "kind": settlement.kind,
        "cash_out": settlement.cash_out,
        "settled_stake": shown_pockets(counts.stake) if counts else {},
        "void_stake": shown_pockets(counts.void_stake) if counts else {},
        "payout": shown_pockets(counts.payout) if counts else {},
    }
    entry: Json = {
        "settlement_id": settlement.settlement_id,
        "state": state,
        "at": iso(Instant(settlement.at)),
    }
    return entry | {k: v for k, v in optional.items() if v}


def legs(said: list[Leg]) -> list[Json]:
    """Per selection what was latest said of it: `said` is in canonical order."""
    found = []
    for selection_id in sorted({leg.selection_id for leg in said}):
        own = [leg for leg in said if leg.selection_id == selection_id]
        results = [leg.result for leg in own if leg.settled]
        optional: Json = {name: _latest(own, name) for name in ("sport", "tournament", "match", "market", "outcome")}
        odds = next((leg.odds for leg in reversed(own) if leg.odds), None)
        starts_at = next((leg.starts_at for leg in reversed(own) if leg.starts_at is not None), None)
        optional |= {
            "result": results[-1] if results else "",
            "odds": plain(odds) if odds else None,
            "starts_at": None if starts_at is None else iso(Instant(starts_at)),
            "live": any(leg.live for leg in own),
            "free": any(leg.free for leg in own),
        }
        entry: Json = {"selection_id": selection_id, "state": "settled" if results else "open"}
        found.append(entry | {k: v for k, v in optional.items() if v})
    return found


def _latest(said: list[Leg], name: str) -> str:
    return next((text for leg in reversed(said) if (text := str(getattr(leg, name)))), "")


def _flags(s: Standing) -> list[str]:
    flags = []
    if any(one.settlement.mismatch for one in s.settled) or (s.bet is not None and s.bet.mismatch):
        flags.append("amount_mismatch")
    currencies = {one.settlement.currency for one in s.settled if one.payout}
    if s.bet is not None and currencies - {s.bet.currency}:
        flags.append("currency_mixed")
    if s.bet is None and s.settled:
        flags.append("settlement_without_bet")
    return flags
