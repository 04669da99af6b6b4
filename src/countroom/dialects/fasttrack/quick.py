"""Casino messages as nearly everybody sends them, read in half the time.

A bet, win or loss in the documented form, with nothing unusual in it, is recognised and read here; for anything
else the answer is None, and `casino.py` reads it and says what is wrong. Nothing is decided here: what both
can read, both read alike, and a test holds them to it.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from countroom.core.envelope import Envelope
from countroom.core.events import About, Event
from countroom.core.identity import SEPARATOR
from countroom.core.ids import MAX_ID_CHARS, BrandId
from countroom.core.instants import DAY, EARLIEST
from countroom.dialects import amounts, times
from countroom.dialects.brands import NO_ALIASES, DialectSettings
from countroom.dialects.fasttrack.aliases import CASINO_TYPE, GAME_TYPE
from countroom.dialects.fasttrack.casino import EVENTS, FIELDS, pockets
from countroom.dialects.fasttrack.message import ONE

_KNOWN: Final = FIELDS | {"meta"}
_EVENTS: Final = {spelling: (kind, EVENTS[kind]) for spelling, kind in CASINO_TYPE.usual.items() if kind != "refund"}
_GAME_TYPES: Final = GAME_TYPE.usual


_SOURCE_MARK: Final = f"{SEPARATOR}fasttrack.approved"
_BUSINESS_MARKS: Final = {"bet": f"{SEPARATOR}bet", "win": f"{SEPARATOR}result", "loss": f"{SEPARATOR}result"}
_APPROVED: Final = frozenset({"Approved", "approved", "APPROVED"})
_MOST_CHARS: Final = 64


class _Unusual(Exception):
    """No error: something that is not read here."""


def play(values: dict[str, Any], envelope: Envelope, *, settings: DialectSettings) -> Event | None:
    """The bet, win or loss in `values`, or None when it takes a closer look to tell."""
    if settings.aliases or settings.casino_includes_type or not _KNOWN.issuperset(values):
        return None
    try:
        return _play(values, envelope, settings=settings)
    except (KeyError, TypeError, _Unusual):  # something is missing, or not of the usual type, or not as usual
        return None


def _play(values: dict[str, Any], envelope: Envelope, *, settings: DialectSettings) -> Event:
    get = values.get
    kind, make = _EVENTS[values["type"]]
    ids = _ids(values)
    studio: Any = ids[4]
    if settings.rounds_scope != "studio":
        studio = ids[3] if settings.rounds_scope == "game" else ""
    brand = settings.brand_by_origin[values["origin"]]
    code, amount = amounts.currency(values["currency"]), amounts.amount(values["amount"])
    rate = amounts.rate(values["exchange_rate"])
    ends, free_money = get("is_round_end", False), get("is_free_money", False)
    if code is None or amount is None or rate is None or not ends.__class__ is free_money.__class__ is bool:
        raise _Unusual
    stated = get("wager_amount")
    real = None if stated is None else amounts.amount(stated)
    bonus, locked = amounts.amount(get("bonus_wager_amount", 0)), amounts.amount(get("locked_wager_amount", 0))
    if (real is None and stated is not None) or bonus is None or locked is None:
        raise _Unusual
    parts, free_stake, mismatch = pockets(amount, real, bonus=bonus, locked=locked, kind=kind)
    return make(
        about=_about(values, envelope, settings=settings, brand=brand.brand, ids=ids, kind=kind),
        activity_id=ids[1],
        studio=studio,
        round_id=ids[2],
        currency=code,
        rate=ONE if code == brand.base_currency else rate or None,
        pockets=parts,
        ends=ends or (kind == "win" and settings.win_closes == "always" and bool(amount)),
        game=ids[3],
        game_type=_game_type(values["game_type"]),
        user_bonus_id=_bonus(get("user_bonus_id")),
        free_money=free_money,
        free_stake=free_stake,
        amount_mismatch=mismatch,
    )


def _about(
    values: dict[str, Any],
    envelope: Envelope,
    *,
    settings: DialectSettings,
    brand: BrandId,
    ids: tuple[Any, ...],
    kind: str,
) -> About:
    at: Any = times.instant(values["timestamp"])
    quiet = values.get("skip_publishing", False)
    if (
        at is None
        or values.get("meta")
        or values["status"] not in _APPROVED
        or quiet.__class__ is not bool
        or (settings.allowed is not None and brand not in settings.allowed)
    ):
        raise _Unusual
    at += settings.time_offset
    if not EARLIEST <= at <= envelope.received_at + DAY:
        raise _Unusual
    source_id: Any = f"casino:{ids[1]}{_SOURCE_MARK}"
    business_id: Any = f"casino:{ids[1]}{_BUSINESS_MARKS[kind]}"
    return About(
        brand, ids[0], envelope.source, at, envelope.received_at, source_id, business_id, settings.historical, quiet
    )


def _ids(values: dict[str, Any]) -> tuple[Any, ...]:
    """Player, activity, round, game and studio. Whole numbers, too: many senders have numbers for all of them.

    Untyped, because naming the type of an id costs a call, eight times a message.
    """
    ids = (values["user_id"], values["activity_id"], values["round_id"], values["game_id"], values["vendor_id"])
    try:
        joined = "".join(ids)
    except TypeError:
        if any(each.__class__ is not str and each.__class__ is not int for each in ids):
            raise
        ids = (str(ids[0]), str(ids[1]), str(ids[2]), str(ids[3]), str(ids[4]))
        joined = "".join(ids)
    if "" in ids or len(joined) > MAX_ID_CHARS or not joined.isprintable():
        raise _Unusual
    return ids


def _part(value: Any) -> Decimal:
    found = amounts.amount(value)
    if found is None:
        raise _Unusual
    return found


def _bonus(value: Any) -> Any:
    if value == "0" or value is None or value == "":  # tolerance 6
        return None
    if value.__class__ is not str or not 0 < len(value) <= MAX_ID_CHARS or not value.isprintable():
        raise _Unusual
    return value


def _game_type(text: Any) -> str:
    found = _GAME_TYPES.get(text)
    if found is None:
        if text.__class__ is not str or not 0 < len(text) <= _MOST_CHARS:
            raise _Unusual
        found = _own_game_type(text)
    return found


@lru_cache(maxsize=1024)
def _own_game_type(text: str) -> str:
    return GAME_TYPE.meaning(text, NO_ALIASES) or text
