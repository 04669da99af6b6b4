"""From the messages to the histories: what was accepted, each fact once, in its first rendition."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from countroom.simulator.fact import (
    BLOCKS,
    BONUS,
    CASINO,
    CONSENTS,
    GAME_ROUND,
    KINDS,
    LOGIN,
    LOGOUT,
    PAYMENT,
    REGISTRATION,
    SPORTS,
    Body,
)
from countroom.simulator.ledger.entries import BET, WIN, BonusStep, History, PaymentStep, Play, TakeBack, Whole
from countroom.simulator.ledger.money import ZERO, times
from countroom.simulator.ledger.sports_reading import read_sports
from countroom.simulator.ledger.statements import read_blocks, read_consents, read_details
from countroom.simulator.ledger.values import amount, free_stake, moment, number, pockets, rate, text
from countroom.simulator.sending import ACCEPTED, Sending
from countroom.simulator.settings import SimulatorSettings

_DIRECTIONS: Final = {"credit": "deposit", "debit": "withdrawal"}
_PAYMENT_STATUSES: Final = {"rollback": "rolled_back"}
_BONUS_STATES: Final = {
    "pending": "offered",
    "claimed": "claimed",
    "created": "credited",
    "ongoing": "wagering",
    "completed": "completed",
    "autocompleted": "auto_completed",
    "forfeited": "forfeited",
    "expired": "expired",
    "lost": "lost",
    "notapplicable": "not_applicable",
    "reversed": "reversed",
}


def histories(settings: SimulatorSettings, sendings: Iterable[Sending]) -> dict[str, History]:
    """Every player's history. Of a fact that was sent more than once, the lowest number is what counts."""
    found: dict[str, History] = {}
    seen: set[int] = set()
    for sending in sorted(sendings, key=lambda sending: sending.number):
        if sending.expect != ACCEPTED or sending.fact in seen:
            continue
        if sending.fact is not None:
            seen.add(sending.fact)
        history = found.setdefault(sending.player, History())
        body = json.loads(sending.body, parse_float=Decimal)
        _enter(history, KINDS[sending.method, sending.path], body=body, settings=settings)
    return found


def _enter(history: History, kind: str, *, body: Body, settings: SimulatorSettings) -> None:
    at = moment(body["timestamp"])
    if kind == CASINO:
        _enter_casino(history, body, at=at, settings=settings)
    elif kind == SPORTS:
        read_sports(history, body, at=at, base_currency=settings.base_currency)
    elif kind == GAME_ROUND:
        history.wholes.append(_whole(body, at, settings=settings))
    elif kind == PAYMENT:
        history.payments.append(_payment(body, at, settings=settings))
    elif kind == BONUS:
        history.bonuses.append(_bonus(body, at, settings=settings))
    elif kind == LOGIN:
        history.logins.append(at)
    elif kind == CONSENTS:
        read_consents(history, body, at=at)
    elif kind == BLOCKS:
        read_blocks(history, body, at=at)
    elif kind != LOGOUT:
        read_details(history, body, at=at, registers=kind == REGISTRATION)


def _enter_casino(history: History, body: Body, *, at: int, settings: SimulatorSettings) -> None:
    what, status = text(body, "type").lower(), text(body, "status").lower()
    if what == "refund" or status == "rollback":
        # A refund names an id and whatever stands under it, not one message with its amount.
        stated = None if what == "refund" else number(body, "amount")
        back = TakeBack(activity_id=text(body, "activity_id"), at=at, amount=stated)
        history.takebacks.append(back)
        return
    currency = text(body, "currency")
    exchange = rate(body, currency, base_currency=settings.base_currency)
    worth = free_stake(body) if what == BET else ZERO
    is_empty = bool(worth) or what == "loss"
    split = {} if is_empty else pockets(body)
    bonus = text(body, "user_bonus_id")
    history.plays.append(
        Play(
            what=what,
            activity_id=text(body, "activity_id"),
            at=at,
            studio=text(body, "vendor_id"),
            round_id=text(body, "round_id"),
            currency=currency,
            rate=exchange,
            pockets=split,
            base=None if exchange is None else times(split, exchange),
            game=text(body, "game_id"),
            free_stake=worth,
            ends=body.get("is_round_end") is True,
            bonus=bonus if bonus not in ("", "0") else None,
            free_money=body.get("is_free_money") is True,
            mismatch=bool(worth) or bool(split.get("unsplit")),
        )
    )


def _whole(body: Body, at: int, *, settings: SimulatorSettings) -> Whole:
    currency = text(body, "user_currency")

    def side(what: str) -> Play:
        word = "bet" if what == BET else "win"
        split = {pocket: amount(body, f"{pocket}_{word}_user") for pocket in ("real", "bonus")}
        base: dict[str, Decimal] | None = {
            pocket: amount(body, f"{pocket}_{word}_base") for pocket in ("real", "bonus")
        }
        if number(body, f"real_{word}_base") is None and number(body, f"bonus_{word}_base") is None:
            base = split if currency == settings.base_currency else None
        return Play(
            what=what,
            activity_id=text(body, "round_id"),
            at=at,
            studio=text(body, "vendor_id"),
            round_id=text(body, "round_id"),
            currency=currency,
            rate=None,
            pockets=split,
            base=base,
            game=text(body, "game_id"),
        )

    bet, win = side(BET), side(WIN)
    return Whole(at=at, studio=bet.studio, round_id=bet.round_id, bet=bet, win=win)


def _payment(body: Body, at: int, *, settings: SimulatorSettings) -> PaymentStep:
    direction, status = text(body, "type").lower(), text(body, "status").lower()
    stated: Any = number(body, "deposit_count")
    return PaymentStep(
        payment_id=text(body, "payment_id"),
        direction=_DIRECTIONS.get(direction, direction),
        status=_PAYMENT_STATUSES.get(status, status),
        at=at,
        amount=amount(body, "amount"),
        currency=text(body, "currency"),
        rate=rate(body, text(body, "currency"), base_currency=settings.base_currency),
        fee=amount(body, "fee_amount"),
        method=text(body, "vendor_id"),
        stated_deposits=None if stated is None else int(stated),
    )


def _bonus(body: Body, at: int, *, settings: SimulatorSettings) -> BonusStep:
    return BonusStep(
        user_bonus_id=text(body, "user_bonus_id"),
        state=_BONUS_STATES[text(body, "status").lower()],
        at=at,
        amount=amount(body, "amount"),
        currency=text(body, "currency"),
        rate=rate(body, text(body, "currency"), base_currency=settings.base_currency),
        turned_real=number(body, "bonus_turned_real"),
        required=number(body, "required_wagering_amount"),
        bonus_id=text(body, "bonus_id"),
        code=text(body, "bonus_code"),
        type=text(body, "type"),
        product=text(body, "product"),
    )
