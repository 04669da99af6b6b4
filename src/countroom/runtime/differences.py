"""Two player documents compared: what stands in one and not, or otherwise, in the other."""

from typing import Any, Final

import msgspec

Json = dict[str, Any]
MOST: Final = 60
"""Differences that are told of one event."""
_NAMES: Final = ("round_id", "payment_id", "user_bonus_id", "bet_id", "ticket_id", "cart_id", "link", "id", "game")
"""By the first of these that it has, an entry of a list is known."""
_LEFT_OUT: Final = ("totals.days", "totals.hours", "free_totals.days", "free_totals.hours", "handling.clock")
"""The same sums once more, in smaller parts."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One value that changed."""

    path: str
    before: Any = None
    after: Any = None


def between(before: Json, after: Json) -> list[Difference]:
    """What changed, by path; the first of it, if it is very much."""
    was, now = _leaves(before), _leaves(after)
    paths = sorted(path for path in {*was, *now} if was.get(path) != now.get(path))
    return [Difference(path=path, before=was.get(path), after=now.get(path)) for path in paths[:MOST]]


def _leaves(value: Any, path: str = "") -> Json:
    if path in _LEFT_OUT:
        return {}
    if isinstance(value, dict):
        inner = [(f"{path}.{name}" if path else str(name), one) for name, one in value.items()]
    elif isinstance(value, list) and value and all(isinstance(one, dict) and _name(one) for one in value):
        inner = [(f"{path}[{_name(one)}]", one) for one in value]
    else:
        return {path: value}
    found: Json = {}
    for way, one in inner:
        found |= _leaves(one, way)
    return found


def _name(entry: Json) -> str:
    """What an entry is called among its like; a later round of the same id, or play money, is another."""
    own = next((str(entry[name]) for name in _NAMES if entry.get(name)), "")
    again = entry.get("generation", 1)
    return own + (f"#{again}" if own and again != 1 else "") + ("*" if own and entry.get("free_money") else "")
