"""A tree of plain values held against the records: every mistake is found, not only the first."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from countroom.config.durations import Duration

_SHOWN_CHARS: Final = 60
_SECRET: Final = ("key", "token", "password", "secret")


class Problem(msgspec.Struct, frozen=True):
    """One mistake: which key, what is expected there, what was found."""

    key: str
    rule: str
    found: str = ""

    def __str__(self) -> str:
        return f"{self.key}: {self.rule}" + (f", got {self.found}" if self.found else "")


def problems(tree: object, record: type[msgspec.Struct], *, at: str = "") -> Iterator[Problem]:
    """Every mistake in `tree`, read as `record`: unknown keys too, with the one that was probably meant."""
    if not isinstance(tree, Mapping):
        yield Problem(at or "(file)", "expected a section", shown(at, tree))
        return
    hints = get_type_hints(record, include_extras=True)
    for key, value in tree.items():
        place = f"{at}.{key}" if at else key
        if key not in hints:
            yield Problem(place, _unknown(key, list(hints)))
        else:
            yield from _value_problems(value, hints[key], place)


def _value_problems(value: object, kind: Any, place: str) -> Iterator[Problem]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from problems(value, kind, at=place)
        return
    if get_origin(kind) is dict and _is_record(record := get_args(kind)[1]):
        if not isinstance(value, Mapping):
            yield Problem(place, "expected sections with a name each", shown(place, value))
            return
        for name, section in value.items():
            yield from problems(section, record, at=f"{place}.{name}")
        return
    try:
        convert(value, kind)
    except msgspec.ValidationError as error:
        yield Problem(place, _rule(str(error)), shown(place, value))


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def convert(value: object, kind: Any) -> Any:
    """`value` as `kind`, strictly.

    Raises:
        msgspec.ValidationError: it is none.
    """
    return msgspec.convert(value, kind, dec_hook=_read)


def plain(value: object) -> Any:
    """`value` as a tree of plain values, which `convert` reads again."""
    return msgspec.to_builtins(value, enc_hook=str)


def shown(place: str, value: object) -> str:
    """`value` for people: short, and nothing of what lies under a key that sounds secret."""
    if any(word in place.rpartition(".")[2] for word in _SECRET):
        return "a value that is not shown"
    text = msgspec.json.encode(value, enc_hook=str).decode()
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _read(kind: type, value: object) -> object:
    if kind is Duration:
        return Duration.read(value)
    raise NotImplementedError(kind)


def _rule(text: str) -> str:
    """msgspec's sentence in ours: what is expected, without what was got, which follows."""
    text = text.partition(" - at ")[0].partition(", got ")[0]
    if text.startswith("Invalid enum value"):
        return "expected another word"
    return text[0].lower() + text[1:]


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
    return f"no such key; {meant}"
