"""One event changed on the way, so that a verdict that ends green has not looked."""

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

from countroom.simulator.fact import CASINO, ROUTES, Body
from countroom.simulator.sending import ACCEPTED, Sending
from countroom.simulator.wire import encoded

Sabotage = Literal["drop", "double", "alter"]

_PATH: Final = ROUTES[CASINO][1]


class Work(msgspec.Struct, frozen=True):
    """What the sender does for one sending."""

    sending: Sending
    is_pretended: bool = False
    """Not sent at all, and counted as if it had been."""
    is_secret: bool = False
    """Sent, and not counted."""


def works(sendings: Sequence[Sending], how: Sabotage | None) -> list[Work]:
    """The work for all sendings; with `how`, one bet in the middle is dropped, doubled or altered.

    Raises:
        ValueError: there is no bet that would be missed.
    """
    honest = [Work(sending) for sending in sendings]
    if how is None:
        return honest
    place = _victim(sendings)
    victim = sendings[place]
    body = _read(victim)
    if how == "drop":
        honest[place] = Work(victim, is_pretended=True)
    elif how == "alter":
        body |= {"amount": body["amount"] + 1, "wager_amount": None}
        honest[place] = Work(msgspec.structs.replace(victim, body=encoded(body)))
    else:
        body["activity_id"] = f"{body['activity_id']}-again"
        honest.insert(place + 1, Work(msgspec.structs.replace(victim, body=encoded(body)), is_secret=True))
    return honest


def _victim(sendings: Sequence[Sending]) -> int:
    """A bet that counts and is told once: no repeat makes it good, and no rollback makes it void."""
    told = Counter(sending.fact for sending in sendings)
    needed = {sending.after for sending in sendings}
    void = {(sending.player, _id(sending)) for sending in sendings if _is_rollback(sending)}
    able = [
        place
        for place, sending in enumerate(sendings)
        if sending.path == _PATH
        and sending.expect == ACCEPTED
        and told[sending.fact] == 1
        and sending.number not in needed
        and (sending.player, _id(sending)) not in void
        and _is_plain_bet(_read(sending))
    ]
    if not able:
        raise ValueError(
            "sabotage: expected a bet that is told once and not rolled back, got none; simulate more events"
        )
    return able[len(able) // 2]


def _is_plain_bet(body: Body) -> bool:
    amount = body["amount"]
    return body["type"] == "Bet" and isinstance(amount, int | Decimal) and amount > 0 and "is_free_money" not in body


def _is_rollback(sending: Sending) -> bool:
    if sending.path != _PATH or sending.expect != ACCEPTED:
        return False
    body = _read(sending)
    return str(body.get("status")).lower() == "rollback" or str(body["type"]).lower() == "refund"


def _id(sending: Sending) -> str:
    return str(_read(sending)["activity_id"]) if sending.path == _PATH and sending.expect == ACCEPTED else ""


def _read(sending: Sending) -> Body:
    body: Body = json.loads(sending.body, parse_float=Decimal)
    return body
