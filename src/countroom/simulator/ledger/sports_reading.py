"""From a sports message to the history: a bet, a settlement or a rollback, and what it says of each leg."""

from typing import Any, Final

from countroom.simulator.fact import DAY, Body
from countroom.simulator.ledger.entries import History, LegSaid, Placed, Settling, TakeBack
from countroom.simulator.ledger.money import ZERO, total
from countroom.simulator.ledger.values import amount, moment, number, pockets, rate, text

_LIKE_MULTI: Final = "combo"
_PLANNED_FROM: Final = 30 * 365 * DAY
"""Starts of matches before 2000 are fillers."""


def read_sports(history: History, body: Body, *, at: int, base_currency: str) -> None:
    """Enter one message."""
    if text(body, "type").lower() == "refund" or text(body, "status").lower() == "rollback":
        back = TakeBack(activity_id=text(body, "activity_id"), at=at, amount=amount(body, "amount"))
        history.sports_takebacks.append(back)
        return
    settles = text(body, "type").lower() == "settlement"
    bet_id = text(body, "activity_id_reference" if settles else "activity_id")
    for leg in body["bets"]:
        said = _leg(leg, bet_id, at=at, settled=settles)
        # Two settlements of one bet say the same of its legs: the first to come holds.
        if not any((one.bet_id, one.name, one.settled) == (bet_id, said.name, settles) for one in history.legs):
            history.legs.append(said)
    if settles:
        history.settlings.append(_settling(body, at, base_currency=base_currency))
    else:
        history.sports_bets.append(_placed(body, at, base_currency=base_currency))


def _placed(body: Body, at: int, *, base_currency: str) -> Placed:
    currency, split, legs = text(body, "currency"), pockets(body), body["bets"]
    is_free = any(leg.get("is_free_bet") for leg in legs)
    bonus, kind = text(body, "user_bonus_id"), text(body, "bet_type").lower()
    return Placed(
        bet_id=text(body, "activity_id"),
        at=at,
        currency=currency,
        rate=rate(body, currency, base_currency=base_currency),
        pockets={} if is_free else split,
        free_stake=total(split) if is_free else ZERO,
        odds=amount(body, "odds"),
        kind="multi" if kind == _LIKE_MULTI else kind,
        legs=len(legs),
        live=any(leg["is_live"] for leg in legs),
        bonus=bonus if bonus not in ("", "0") else None,
        free_money=body.get("is_free_money") is True,
        mismatch=bool(split["unsplit"]),
    )


def _settling(body: Body, at: int, *, base_currency: str) -> Settling:
    currency, split = text(body, "currency"), pockets(body)
    return Settling(
        settlement_id=text(body, "activity_id"),
        bet_id=text(body, "activity_id_reference"),
        at=at,
        currency=currency,
        rate=rate(body, currency, base_currency=base_currency),
        pockets=split,
        kind=text(body, "settlement_type").lower(),
        reference=number(body, "reference_bet_amount"),
        cash_out=body["is_cashout"],
        free_money=body.get("is_free_money") is True,
        mismatch=bool(split["unsplit"]),
    )


def _leg(leg: dict[str, Any], bet_id: str, *, at: int, settled: bool) -> LegSaid:
    starts_at, outcomes = moment(leg["match_start"]), leg.get("outcomes") or []
    labels = [outcome["outcome_label"] for outcome in outcomes]
    return LegSaid(
        bet_id=bet_id,
        at=at,
        settled=settled,
        match=leg["event_name"],
        market=leg.get("market") or outcomes[0]["criterion_name"],
        outcome=", ".join(labels) or leg["outcome"],
        sport=leg["sports_name"],
        tournament=leg["tournament_name"],
        odds=amount(leg, "odds"),
        starts_at=starts_at if starts_at > _PLANNED_FROM else None,
        live=leg["is_live"],
        free=leg.get("is_free_bet") is True,
    )
