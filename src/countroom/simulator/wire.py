"""From a body to bytes, in the vendor's form or with the bad habits of clients in the field."""

import re
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, Final

import msgspec

from countroom.simulator.chance import happens
from countroom.simulator.fact import BONUS, CASINO, GAME_ROUND, PAYMENT, SPORTS, Body, Fact

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_encode_texts = msgspec.json.Encoder(decimal_format="string").encode

_MS: Final = 1000
_IDS: Final = ("user_id", "activity_id", "activity_id_reference", "payment_id", "vendor_id", "game_id", "round_id")
_WHOLE_NUMBER: Final = re.compile(r"[1-9]\d{0,14}")


def timestamp(at: int, zone: timezone = UTC) -> str:
    """An instant as RFC 3339, with no more digits of fraction than it has."""
    moment = (_EPOCH + timedelta(microseconds=at)).astimezone(zone)
    return moment.isoformat(timespec=_precision(at)).replace("+00:00", "Z")


def message(fact: Fact, rng: Random | None = None) -> bytes:
    """The bytes of the message that states `fact`; with `rng`, as a client with bad habits would write it."""
    if rng is None:
        return _encode({**fact.body, "timestamp": timestamp(fact.at)})
    return _careless(fact, rng)


def encoded(body: Body) -> bytes:
    """A body that is complete as it stands, in the vendor's form."""
    return _encode(body)


def _careless(fact: Fact, rng: Random) -> bytes:
    body: Body = {**fact.body, "timestamp": _odd_timestamp(fact.at, rng)}
    for name in _IDS:
        if happens(rng, 0.5) and _WHOLE_NUMBER.fullmatch(str(body.get(name))):
            body[name] = int(body[name])
    _careless_words(fact.kind, body, rng=rng)
    if fact.kind in (CASINO, SPORTS):
        _careless_play(body, rng)
    if fact.kind == PAYMENT and not body.get("note"):
        body["note"] = None
    as_texts = fact.kind in (CASINO, SPORTS, PAYMENT, BONUS, GAME_ROUND) and happens(rng, 0.3)
    return _encode_texts(body) if as_texts else _encode(body)


def _careless_words(kind: str, body: Body, *, rng: Random) -> None:
    if kind not in (CASINO, SPORTS, PAYMENT):
        return
    change = rng.choice((str, str.lower, str.upper))
    body["type"], body["status"] = change(body["type"]), change(body["status"])


def _careless_play(body: Body, rng: Random) -> None:
    rolled_back = body["status"].lower() == "rollback"
    if rolled_back and happens(rng, 0.3):
        body["type"], body["status"] = "Refund", "Approved"
    elif not rolled_back and happens(rng, 0.5):
        del body["status"]
    if body["user_bonus_id"] == "0":
        absent: Any = rng.choice((0, None, "", "0", "missing"))
        if absent == "missing":
            del body["user_bonus_id"]
        else:
            body["user_bonus_id"] = absent
    body["balance_before"], body["balance_after"] = rng.choice(((None, "12.5"), (body.get("balance_after"), None)))


def _odd_timestamp(at: int, rng: Random) -> str | int:
    match rng.choice(("epoch", "blank", "short hour", "offset", "plain")):
        case "epoch" if at % _MS == 0:
            return at // _MS
        case "blank":
            return timestamp(at).replace("T", " ").removesuffix("Z")
        case "short hour":
            return re.sub(r"T0(\d)", r"T\1", timestamp(at))
        case "offset":
            return timestamp(at, timezone(timedelta(hours=5, minutes=30)))
        case _:
            return timestamp(at)


def _precision(at: int) -> str:
    if at % 1_000_000 == 0:
        return "seconds"
    return "milliseconds" if at % _MS == 0 else "microseconds"
