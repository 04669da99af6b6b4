"""A tree of plain values held against the records: every mistake is found, not only the first."""

import copy
import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from countroom.config.durations import Duration

Way = tuple[str, ...]
_SHOWN_CHARS: Final = 60
_WORDS: Final = (
    ("`str` matching regex ", "text of the form "),
    ("`str`", "text"),
    ("`int`", "a whole number"),
    ("`bool`", "true or false"),
    ("`array`", "a list"),
    ("`object`", "a section"),
)
"""The library's words for types, and ours."""
_SECRET: Final = ("key", "token", "password", "secret")


class Problem(msgspec.Struct, frozen=True):
    """One mistake: which key, what is expected there, what was found."""

    way: tuple[str, ...]
    """The key, section by section: a section's name may hold dots itself."""
    rule: str
    found: str = ""

    @property
    def key(self) -> str:
        """For people."""
        return ".".join(self.way)

    def __str__(self) -> str:
        return f"{self.key}: {self.rule}" + (f", got {self.found}" if self.found else "")


def problems(tree: object, record: type[msgspec.Struct], *, at: Way = ()) -> Iterator[Problem]:
    """Every mistake in `tree`, read as `record`: unknown keys too, with the one that was probably meant."""
    if not isinstance(tree, Mapping):
        yield Problem(at or ("(file)",), "expected a section", shown(at, tree))
        return
    hints = get_type_hints(record, include_extras=True)
    for key, value in tree.items():
        if key in hints:
            yield from _value_problems(value, hints[key], at=(*at, key))
        else:
            yield Problem((*at, key), _unknown(key, list(hints)))


def without(tree: dict[str, Any], wrong: Iterable[Problem]) -> dict[str, Any]:
    """`tree` without the keys that are wrong."""
    rest = copy.deepcopy(tree)
    for problem in wrong:
        section: Any = rest
        *way, last = problem.way
        for key in way:
            section = section.get(key, {})
        section.pop(last, None)
    return rest


def _value_problems(value: object, kind: Any, *, at: Way) -> Iterator[Problem]:
    if _is_record(kind):
        yield from problems(value, kind, at=at)
        return
    if get_origin(kind) is dict and _is_record(record := get_args(kind)[1]):
        if not isinstance(value, Mapping):
            yield Problem(at, "expected sections with a name each", shown(at, value))
            return
        for name, section in value.items():
            yield from problems(section, record, at=(*at, name))
        return
    try:
        convert(value, kind)
    except msgspec.ValidationError as error:
        yield Problem(at, _rule(str(error), kind), shown(at, value))


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


def shown(at: Way, value: object) -> str:
    """`value` for people: short, and nothing of what lies under a key that sounds secret."""
    if at and any(word in at[-1] for word in _SECRET):
        return "a value that is not shown"
    text = msgspec.json.encode(value, enc_hook=str).decode()
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _read(kind: type, value: object) -> object:
    if kind is Duration:
        return Duration.read(value)
    raise NotImplementedError(kind)


def _rule(text: str, kind: Any) -> str:
    """The library's sentence in ours: what is expected, without what was got, which follows."""
    if text.startswith("Invalid enum value"):
        return f"expected one of {', '.join(map(str, get_args(kind)))}"
    text = text.partition(" - at ")[0].partition(", got ")[0]
    for theirs, ours in _WORDS:
        text = text.replace(theirs, ours)
    return text[0].lower() + text[1:]


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
    return f"no such key; {meant}"
