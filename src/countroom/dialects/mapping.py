"""A mapping: rules that turn what a source sends into what its dialect reads. Numbered, never changed once published.

Rules act on a message in their order, before it is decoded. Numbers are never floats: whole ones are int, others
`Written`, the text that stood on the wire. A rule that does not fit a message leaves it as it is.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import msgspec

from countroom.dialects import coercions
from countroom.dialects.coercions import Written
from countroom.dialects.json_paths import EACH, Way, copied, holders, places, way
from countroom.dialects.words import bare

MOST_RULES: Final = 200
_NOTHING: Final[tuple[object, ...]] = (None, "")
_decoder: Final = msgspec.json.Decoder(object, float_hook=Written)
Scalar = str | int | bool | None


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """What all rules have."""

    field: str
    """A path such as `$.amount` or `$.bets[].amount`."""
    types: tuple[str, ...] = ()
    """Message types that the rule is for, e.g. `CASINO`; none: all."""


class Rename(Rule, frozen=True, kw_only=True, tag="rename"):
    """The field stands under another name. Where that is there already, nothing is done."""

    to: str
    """Inside the same element, when the path goes into an array."""


class Coerce(Rule, frozen=True, kw_only=True, tag="coerce"):
    """The value is of another kind than it should be."""

    to: Literal["number", "text", "bool", "time"]
    decimal: Literal[".", ","] = "."
    """What stands before the fraction of a number; the other one, blanks and apostrophes may group its digits."""
    grouped: bool | None = None
    """What a lone mark before three digits is, as in `1.234` where `decimal` is a comma: true, it groups; false, it is
    left as it stands. Without a word such a number is refused, for a thousand must not become one."""
    unit: Literal["seconds", "milliseconds", "microseconds"] = "seconds"
    """What a time counts since 1970."""


class Default(Rule, frozen=True, kw_only=True, tag="default"):
    """The value of the field where it is absent, null or empty."""

    value: Scalar


class Values(Rule, frozen=True, kw_only=True, tag="values"):
    """Words of the sender's own. Letter case, blanks, hyphens and underscores do not matter."""

    map: dict[str, Scalar]


class AcceptAsUnknown(Rule, frozen=True, kw_only=True, tag="accept_as_unknown"):
    """The field is not read: it is kept, sealed, among the unknown ones."""


AnyRule = Rename | Coerce | Default | Values | AcceptAsUnknown


class SourceMapping(msgspec.Struct, frozen=True):
    """The rules of one source in one version."""

    version: int
    """From 1."""
    rules: tuple[AnyRule, ...]


def told(payload: bytes, path: str) -> dict[str, Any]:
    """The object in a payload that was found to be one, at `$` or at `$[0]`, as rules see it."""
    value: Any = _decoder.decode(payload)
    found: dict[str, Any] = value if path == "$" else value[0]
    return found


def plain(value: Any) -> Any:
    """What rules have seen, as pages read it: numbers with a fraction are text."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Written) else value


class Mender:
    """A mapping made ready for many messages."""

    def __init__(self, mapping: SourceMapping) -> None:
        self.version = mapping.version
        self._rules = mapping.rules
        self._by_kind: dict[str, tuple[AnyRule, ...]] = {}

    def mend(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        """A message of this type as its dialect should read it: `values` itself where no rule changes anything."""
        rules = self._by_kind.get(kind)
        if rules is None:
            rules = self._by_kind[kind] = rules_for(self._rules, kind)
        return apply(rules, values) if rules else values


def rules_for(rules: Sequence[AnyRule], kind: str) -> tuple[AnyRule, ...]:
    """Those for messages of this type, whatever its letter case."""
    return tuple(rule for rule in rules if not rule.types or kind.upper() in {each.upper() for each in rule.types})


def apply(rules: Sequence[AnyRule], payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` after all rules, in their order; the very same object when they change nothing."""
    if not any(_may_act(rule, payload) for rule in rules):
        return payload
    mended: dict[str, Any] = dict(payload) if all(map(_is_flat, rules)) else copied(payload)
    has_changed = False
    for rule in rules:
        has_changed |= _ACTS[type(rule)](rule, mended)
    return mended if has_changed else payload


def faults(rules: Sequence[AnyRule]) -> list[str]:
    """What is wrong with rules as they stand; empty when they can be used."""
    found = [f"expected at most {MOST_RULES} rules, got {len(rules)}"] if len(rules) > MOST_RULES else []
    for number, rule in enumerate(rules):
        try:
            _check(rule)
        except ValueError as error:
            found.append(f"rules[{number}]: {error}")
    return found


def _check(rule: AnyRule) -> None:
    steps = way(rule.field)
    if isinstance(rule, Rename | Default | AcceptAsUnknown) and steps[-1] == EACH:
        raise ValueError("expected a field to do this with, got the elements of an array")
    if isinstance(rule, Rename):
        within, to = _within(steps), way(rule.to)
        if to[-1] == EACH or _within(to) != within:
            raise ValueError("expected to rename inside the same element, got a path into another array")
        if steps == to:
            raise ValueError("expected another name, got the same")
    if isinstance(rule, Values) and not rule.map:
        raise ValueError("expected a word at least, got none")


def _within(steps: Way) -> Way:
    """The part of a way up to its last array."""
    last = max((place for place, step in enumerate(steps) if step == EACH), default=-1)
    return steps[: last + 1]


def _may_act(rule: AnyRule, message: dict[str, Any]) -> bool:
    """False when a rule surely does nothing with a message that no rule before it has changed."""
    steps = way(rule.field)
    if isinstance(rule, Default) and len(steps) == 1:
        return message.get(steps[0]) in _NOTHING
    return steps[0] in message


def _is_flat(rule: AnyRule) -> bool:
    """True when a rule changes nothing below the message's own fields."""
    return len(way(rule.field)) == 1 and (not isinstance(rule, Rename) or len(way(rule.to)) == 1)


def _rename(rule: Rename, message: dict[str, Any]) -> bool:
    source, to = way(rule.field), way(rule.to)
    within = _within(source)
    source, to = source[len(within) :], to[len(within) :]
    has_changed = False
    for element in list(holders(message, within)):
        for holder in list(holders(element, source[:-1])):
            target = _reached(element, to[:-1]) if source[-1] in holder else None
            if target is not None and target.get(to[-1]) in _NOTHING:
                target[to[-1]] = holder.pop(source[-1])
                has_changed = True
    return has_changed


def _reached(element: dict[str, Any], steps: Way) -> dict[str, Any] | None:
    """The object at `steps`, made where it is missing; None where something else stands in the way."""
    for step in steps:
        inner = element.get(step)
        if inner is None:
            inner = element[step] = {}
        if not isinstance(inner, dict):
            return None
        element = inner
    return element


def _coerce(rule: Coerce, message: dict[str, Any]) -> bool:
    def made(value: Any) -> Any:
        return coercions.coerced(value, rule.to, decimal=rule.decimal, grouped=rule.grouped, unit=rule.unit)

    return _replaced(rule.field, message, made)


def _default(rule: Default, message: dict[str, Any]) -> bool:
    steps = way(rule.field)
    has_changed = False
    for holder in holders(message, steps[:-1]):
        if holder.get(steps[-1]) in _NOTHING:
            holder[steps[-1]] = rule.value
            has_changed = True
    return has_changed


def _values(rule: Values, message: dict[str, Any]) -> bool:
    words = {bare(word): meaning for word, meaning in rule.map.items()}

    def meaning(value: Any) -> Any:
        is_word = isinstance(value, str | int) and not isinstance(value, bool)
        return words.get(bare(str(value)), value) if is_word else value

    return _replaced(rule.field, message, meaning)


def _replaced(field: str, message: dict[str, Any], make: Callable[[Any], Any]) -> bool:
    """Put what `make` makes of each value at `field` in its place; False when it made nothing else of any."""
    has_changed = False
    for holder, key in places(message, way(field)):
        made = make(holder[key])
        if made is not holder[key]:
            holder[key] = made
            has_changed = True
    return has_changed


def _accept_as_unknown(rule: AcceptAsUnknown, message: dict[str, Any]) -> bool:
    found = list(places(message, way(rule.field)))
    for holder, key in found:
        del holder[key]
    return bool(found)


_ACTS: Final[dict[type, Any]] = {
    Rename: _rename,
    Coerce: _coerce,
    Default: _default,
    Values: _values,
    AcceptAsUnknown: _accept_as_unknown,
}
