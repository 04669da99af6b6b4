"""What happened to a player that a partner is told of, and when the hub can have learnt of it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple

from countroom.simulator.fact import CASINO, GAME_ROUND, KINDS, PAYMENT, REGISTRATION, SPORTS, USER_UPDATE, Body
from countroom.simulator.ledger.money import ZERO, plain
from countroom.simulator.ledger.values import amount, moment, text
from countroom.simulator.sending import ACCEPTED, Sending

BET: Final = "bet"
DEPOSIT: Final = "deposit"
WITHDRAWAL: Final = "withdrawal"
FIRST_DEPOSIT: Final = "first_deposit"
REGISTERED: Final = "registration"
CONFIRMED: Final = "email_confirmation"
KYC: Final = "kyc"

Attributes = dict[str, str]
_PAYMENTS: Final = {"credit": DEPOSIT, "debit": WITHDRAWAL}


class Window(NamedTuple):
    """When the hub can have taken something in: from its first sending to its first 200. Seconds of one clock."""

    sent: float
    answered: float

    def is_before(self, other: "Window") -> bool:
        """True when it came first, whatever happened on the way."""
        return self.answered < other.sent


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing:
    """One thing that a partner is told, if the player is linked."""

    name: str
    at: int
    """When it happened, microseconds UTC."""
    own_id: str
    window: Window
    attributes: Attributes
    undone: list[Window] = field(default_factory=list)
    """What voids it."""
    lessened: list[tuple[Window, Attributes]] = field(default_factory=list)
    """What makes it less, and what it is then."""
    stated: bool = False
    """Of a registration: the time was stated, and is not that of the message."""

    @property
    def rank(self) -> tuple[int, str]:
        """Its place among others of its name."""
        return self.at, self.own_id


@dataclass(slots=True)
class Story:
    """Of one player, by name of what is told."""

    things: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))

    def of(self, name: str) -> list[Thing]:
        """Those of one name."""
        return self.things.get(name, [])


class _Reading:
    """The messages of one player on their way to his story."""

    def __init__(self) -> None:
        self.story = Story()
        self._bets: dict[tuple[str, str], Thing] = {}
        self._rounds: set[tuple[str, str]] = set()
        self._wholes: list[tuple[tuple[str, str], Thing]] = []
        self._payments: dict[tuple[str, str], Thing] = {}
        self._backs: list[tuple[tuple[str, str], Body, Window]] = []

    def take(self, kind: str, body: Body, window: Window) -> None:
        """Read one fact."""
        at = moment(body["timestamp"])
        match kind:
            case "casino" | "sports":
                self._play(kind, body, at=at, window=window)
            case "game_round":
                staked = amount(body, "real_bet_user") + amount(body, "bonus_bet_user")
                said = {"amount": plain(staked), "currency": text(body, "user_currency")}
                thing = Thing(name=BET, at=at, own_id=text(body, "round_id"), window=window, attributes=said)
                self._wholes.append(((text(body, "vendor_id"), text(body, "round_id")), thing))
            case "payment":
                self._payment(body, at=at, window=window)
            case _:
                self._account(kind, body, at=at, window=window)

    def _play(self, kind: str, body: Body, *, at: int, window: Window) -> None:
        what, key = text(body, "type").lower(), (kind, text(body, "activity_id"))
        self._rounds.add((text(body, "vendor_id"), text(body, "round_id")))
        if what == "refund" or text(body, "status").lower() == "rollback":
            self._backs.append((key, body, window))
        elif what == BET and body.get("is_free_money") is not True:
            is_free = any(leg.get("is_free_bet") for leg in body.get("bets", ()))
            staked = ZERO if is_free else amount(body, "amount")
            said = {"amount": plain(staked), "currency": text(body, "currency")}
            self._bets[key] = self._add(BET, at, key[1], window=window, attributes=said)

    def _payment(self, body: Body, *, at: int, window: Window) -> None:
        name, key = _PAYMENTS.get(text(body, "type").lower()), (text(body, "type").lower(), text(body, "payment_id"))
        status = text(body, "status").lower()
        if name is None:
            return
        if status == "rollback":
            self._backs.append((key, body, window))
        elif status == "approved":
            said = {"amount": plain(amount(body, "amount")), "currency": text(body, "currency")}
            self._payments[key] = self._add(name, at, key[1], window=window, attributes=said)

    def _account(self, kind: str, body: Body, *, at: int, window: Window) -> None:
        if kind not in (REGISTRATION, USER_UPDATE):
            return
        if kind == REGISTRATION:
            self._add(REGISTERED, at, "", window=window, attributes={})
        if stated := text(body, "registration_date"):
            self._add(REGISTERED, moment(stated), "", window=window, attributes={}, stated=True)
        if verified := text(body, "verified_at"):
            self._add(CONFIRMED, moment(verified), str(at), window=window, attributes={})
        if status := text(body, "verification_type"):
            self._add(KYC, at, "", window=window, attributes={"status": status})

    def _add(self, name: str, at: int, own_id: str, **more: Any) -> Thing:
        thing = Thing(name=name, at=at, own_id=own_id, **more)
        self.story.things[name].append(thing)
        return thing

    def finished(self) -> Story:
        """The story, with what was taken back of it."""
        for key, body, window in self._backs:
            if (bet := self._bets.get(key)) is not None:
                bet.undone.append(window)
            if (payment := self._payments.get(key)) is not None:
                left = Decimal(payment.attributes["amount"]) - amount(body, "amount")
                if left <= 0 or not amount(body, "amount"):
                    payment.undone.append(window)
                else:
                    payment.lessened.append((window, {**payment.attributes, "amount": plain(left)}))
        for key, thing in self._wholes:
            if key in self._rounds:  # its bets are told beside it, and are what counts
                thing.undone.append(Window(0.0, 0.0))
            self.story.things[BET].append(thing)
        return self.story


def stories(sendings: Iterable[Sending], windows: Mapping[int, Window]) -> dict[str, Story]:
    """What happened to every player; `windows` by number of the sending."""
    first: dict[int, Sending] = {}
    taken: dict[int, Window] = {}
    for sending in sorted(sendings, key=lambda sending: sending.number):
        fact, window = sending.fact, windows.get(sending.number)
        if sending.expect != ACCEPTED or fact is None or window is None:
            continue
        first.setdefault(fact, sending)
        known = taken.get(fact, window)
        taken[fact] = Window(min(known.sent, window.sent), min(known.answered, window.answered))
    readings: dict[str, _Reading] = defaultdict(_Reading)
    for fact, sending in first.items():
        kind = KINDS[sending.method, sending.path]
        if kind in (CASINO, SPORTS, GAME_ROUND, PAYMENT, REGISTRATION, USER_UPDATE):
            body = json.loads(sending.body, parse_float=Decimal)
            readings[sending.player].take(kind, body, taken[fact])
    return {player: reading.finished() for player, reading in readings.items()}
