"""One way each to break a message, with the reason for which it must be refused."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from countroom.simulator.fact import BONUS, CASINO, DAY, PAYMENT, REGISTRATION, SPORTS, Body, Fact
from countroom.simulator.wire import encoded, timestamp


class Broken(msgspec.Struct, frozen=True):
    """A message with exactly one thing wrong."""

    kind: str
    body: bytes
    reason: str


Break = Callable[[Fact, Random], Broken]

MONEY: Final = (CASINO, PAYMENT, BONUS, SPORTS)
_REQUIRED: Final = {
    CASINO: ("activity_id", "amount", "currency", "round_id", "timestamp", "type", "user_id"),
    PAYMENT: ("payment_id", "currency", "timestamp", "type", "status", "user_id"),
    BONUS: ("user_bonus_id", "currency", "timestamp", "status", "user_id"),
    SPORTS: ("activity_id", "amount", "currency", "timestamp", "user_id"),
}
_OWN_ID: Final = {
    CASINO: "activity_id", PAYMENT: "payment_id", BONUS: "user_bonus_id", SPORTS: "activity_id",
}  # fmt: skip
_AHEAD: Final = 50 * 365 * DAY
"""How far ahead a time must be to be in the future of whatever clock the hub goes by."""
_DEPTH: Final = 2000


def not_json(fact: Fact, rng: Random) -> Broken:
    """Text that is no JSON at all."""
    text = rng.choice(("amount=5&type=Bet", "<event><amount>5</amount></event>", "{'amount': 5}"))
    return Broken(fact.kind, f"{text} {rng.randrange(10**6)}".encode(), "malformed")


def truncated(fact: Fact, rng: Random) -> Broken:
    """A message cut off in the middle."""
    whole = encoded(_complete(fact))
    return Broken(fact.kind, whole[: rng.randrange(1, len(whole) - 1)], "malformed")


def nested(fact: Fact, rng: Random) -> Broken:
    """A free object nested far too deep."""
    depth = _DEPTH + rng.randrange(100)
    return Broken(fact.kind, _with_raw(fact, f'"meta":{{"a":{"[" * depth}{"]" * depth}}}'), "malformed")


def duplicate_key(fact: Fact, rng: Random) -> Broken:
    """One key twice, with two values."""
    return Broken(fact.kind, _with_raw(fact, f'"amount":{rng.randrange(1, 10**6)}'), "malformed")


def invalid_utf8(fact: Fact, rng: Random) -> Broken:
    """A text with a byte that is none."""
    name = b"Quiet \xff\xfe " + str(rng.randrange(10**6)).encode()
    return Broken(fact.kind, encoded(_complete(fact) | {"remark": "@@"}).replace(b"@@", name), "malformed")


def field_missing(fact: Fact, rng: Random) -> Broken:
    """A required field is not there."""
    body = _complete(fact)
    del body[rng.choice(_REQUIRED[fact.kind])]
    return Broken(fact.kind, encoded(body), "malformed")


def wrong_json_type(fact: Fact, rng: Random) -> Broken:
    """A field that holds a list or an object where a plain value belongs."""
    name = rng.choice(("amount", "currency", "timestamp", _OWN_ID[fact.kind]))
    return _changed(fact, "malformed", **{name: rng.choice(([1, 2], {"value": 1}))})


def no_amount(fact: Fact, rng: Random) -> Broken:
    """An amount that is no finite plain number of reasonable length."""
    long = "9" * 40
    return _changed(fact, "bad_amount", amount=rng.choice(("NaN", "1e400", "Infinity", "1_0", long, Decimal(long))))


def negative_rate(fact: Fact, rng: Random) -> Broken:
    """An exchange rate below 0."""
    # In the base currency the rate does not matter, and so might not be looked at.
    return _changed(fact, "bad_amount", currency="NOK", exchange_rate=-Decimal(rng.randrange(1, 99)) / 10)


def no_time(fact: Fact, rng: Random) -> Broken:
    """A time that is none, that is garbage, or that lies far ahead."""
    times = ("2015-03", "20150302", "1970-01-01T00:00:00Z", "yesterday", timestamp(fact.at + _AHEAD))
    return _changed(fact, "bad_time", timestamp=rng.choice(times))


def unknown_type(fact: Fact, rng: Random) -> Broken:
    """A message of a type that does not exist."""
    return _changed(fact, "unknown_type", type=rng.choice(("Jackpot", "Spin")))


def unknown_status(fact: Fact, rng: Random) -> Broken:
    """A status that does not exist."""
    return _changed(fact, "unknown_status", status=rng.choice(("Maybe", "Undecided")))


def unknown_origin(fact: Fact, rng: Random) -> Broken:
    """The name of a site that nobody has heard of."""
    return _changed(fact, "unknown_brand", origin=f"elsewhere-{rng.randrange(5)}.example")


def no_currency(fact: Fact, rng: Random) -> Broken:
    """A currency that is no code."""
    return _changed(fact, "bad_currency", currency=rng.choice(("€", "E", "US DOLLARS")))


def no_id(fact: Fact, rng: Random) -> Broken:
    """An id that is empty, or holds a control character."""
    name = rng.choice(("user_id", _OWN_ID[fact.kind]))
    return _changed(fact, "bad_id", **{name: rng.choice(("", f"a{rng.randrange(99)}\x00b", "a\nb"))})


def wrong_path(fact: Fact, rng: Random) -> Broken:
    """A payment sent to where users belong."""
    body = _complete(fact) | {"payment_id": f"astray-{rng.getrandbits(40):010x}"}
    return Broken(REGISTRATION, encoded(body), "wrong_path")


BREAKS: Final[dict[Break, tuple[str, ...]]] = {
    not_json: MONEY,
    truncated: MONEY,
    nested: MONEY,
    duplicate_key: MONEY,
    invalid_utf8: MONEY,
    field_missing: MONEY,
    wrong_json_type: MONEY,
    no_amount: MONEY,
    negative_rate: MONEY,
    no_time: MONEY,
    unknown_type: (CASINO, SPORTS),
    unknown_status: MONEY,
    unknown_origin: MONEY,
    no_currency: MONEY,
    no_id: MONEY,
    wrong_path: (PAYMENT,),
}
"""Every way to break a message, and the kinds of message that it fits."""


def _complete(fact: Fact) -> Body:
    return {**fact.body, "timestamp": timestamp(fact.at)}


def _changed(fact: Fact, reason: str, **changes: object) -> Broken:
    return Broken(fact.kind, encoded(_complete(fact) | changes), reason)


def _with_raw(fact: Fact, member: str) -> bytes:
    """The message with one more member written out by hand, where no encoder would put it."""
    name = json.loads(re.match(r'"\w+"', member)[0])  # type: ignore[index]
    body = _complete(fact)
    if name == "meta":
        body.pop("meta", None)
    return encoded(body)[:-1] + b"," + member.encode() + b"}"
