"""Where two player documents differ, in words a person can act on."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

IGNORED: Final = frozenset({"handling", "token", "selection_id", "links"})
"""Keys that are not compared: what depends on the order of arrival, and what only the hub can know."""

_LONGEST: Final = 400
"""Characters of a value that are shown."""

_UNORDERED: Final = frozenset({"legs"})
"""Lists sorted by ids that only the hub knows."""

_NAMES: Final = (
    ("bet_id",),
    ("settlement_id",),
    ("match", "market", "outcome"),
    ("round_id", "studio", "generation", "free_money"),
    ("payment_id", "direction"),
    ("user_bonus_id",),
    ("id", "free_money"),
    ("link",),
    ("game",),
)
"""What the entries of a list go by, the telling key first: so one too many does not make all that follow differ."""


class Difference(msgspec.Struct, frozen=True):
    """One place where the documents do not agree; None stands for nothing at all."""

    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.path}: expected {_said(self.expected)}, got {_said(self.actual)}"


def differences(expected: dict[str, Any], actual: dict[str, Any]) -> list[Difference]:
    """Every place where `actual` is not what was expected, in the order of the paths."""
    return sorted(_compare("$", expected=expected, actual=actual), key=lambda difference: difference.path)


def _compare(path: str, *, expected: Any, actual: Any) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in expected.keys() | actual.keys() - IGNORED:
            if name not in IGNORED:
                yield from _compare(f"{path}.{name}", expected=expected.get(name), actual=actual.get(name))
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _compare_lists(path, expected=expected, actual=actual)
    elif expected != actual or isinstance(expected, bool) is not isinstance(actual, bool):  # True equals 1
        yield Difference(path, expected, actual)


def _compare_lists(path: str, *, expected: list[Any], actual: list[Any]) -> Iterator[Difference]:
    ours, theirs = _by_name(expected), _by_name(actual)
    if ours is None or theirs is None:
        if expected != actual:
            yield Difference(path, expected, actual)
        return
    before = len(ours.keys() | theirs.keys())
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        yield from _compare(f"{path}[{name}]", expected=ours.get(name), actual=theirs.get(name))
    is_ordered = path.rpartition(".")[2] not in _UNORDERED
    if is_ordered and before == len(ours) == len(theirs) and list(ours) != list(theirs):
        yield Difference(f"{path} (order)", list(ours), list(theirs))


def _by_name(entries: list[Any]) -> dict[str, Any] | None:
    """The entries by what they go by; None when they go by nothing, or two of them by the same."""
    if not all(isinstance(entry, dict) for entry in entries):
        return None
    named = {_name(entry): entry for entry in entries}
    return named if len(named) == len(entries) and "" not in named else None


def _name(entry: dict[str, Any]) -> str:
    for names in _NAMES:
        if names[0] in entry:
            return "/".join(str(entry[name]) for name in names if name in entry)
    return ""


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
