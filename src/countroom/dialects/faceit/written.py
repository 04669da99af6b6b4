"""A partner's rules from the configuration, or everything that is wrong with them, each with its place."""

import difflib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, get_args

from countroom.core.errors import SettingsError
from countroom.core.events import Event
from countroom.core.signals import DERIVED, LINK_FACTS
from countroom.dialects.faceit.defaults import DEFAULTS
from countroom.dialects.faceit.fact import FIELD_KIND
from countroom.dialects.faceit.forms import FORMS, usual_form
from countroom.dialects.faceit.rules import INITIALS, NONE, OPERATORS, Attribute, FaceitRules, Path, Rule, Test

Way = tuple[str, ...]
Fault = tuple[Way, str]
Tree = Mapping[str, Any]

KINDS: Final = frozenset(
    {str(kind.__struct_config__.tag) for kind in get_args(Event)} - {"ticked", "link_begun"} | DERIVED - {LINK_FACTS}
)
"""Signals that a rule can listen to."""

KEYS: Final = (
    "slug", "name", "on", "field", "where", "attributes", "initial", "at", "once", "enabled",
)  # fmt: skip
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PATH: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_NAME_CHARS: Final = 100
_FIELD: Final = "field"
"""As an initial: the very field that the rule is about."""


def rules_from(config: Tree) -> FaceitRules:
    """The rules in `config`: its `platform`, and its `events`, a list of tables over the usual ones.

    Raises:
        SettingsError: the text names every mistake, a line each.
    """
    found = _read(config)
    if isinstance(found, FaceitRules):
        return found
    raise SettingsError("\n".join(f"{'.'.join(way)}: {text}" for way, text in found))


def faults(config: Tree) -> list[Fault]:
    """Every mistake in `config`: the way to it, and what was expected there and found; empty when it can be used."""
    found = _read(config)
    return [] if isinstance(found, FaceitRules) else found


def _read(config: Tree) -> FaceitRules | list[Fault]:
    wrong: list[Fault] = []
    platform = config.get("platform")
    if not isinstance(platform, str) or not platform:
        wrong.append((("platform",), f"expected the name that FACEIT gave the operator, got {platform!r}"))
    entries = config.get("events", [])
    if not isinstance(entries, list | tuple):
        return [*wrong, (("events",), "expected a list of tables: [[partners.<name>.events]]")]
    merged, ways = _merged(entries, wrong)
    rules = []
    for slug, entry in merged.items():
        reading = _Reading(entry, ways.get(slug, ("events", slug)))
        rule = reading.rule()
        wrong += reading.faults
        if rule is not None and entry.get("enabled", True) is True:
            rules.append(rule)
    return wrong or FaceitRules(str(platform), tuple(rules))


def _merged(entries: Any, wrong: list[Fault]) -> tuple[dict[str, dict[str, Any]], dict[str, Way]]:
    """The usual rules, changed and followed by those of the file, by slug; and where each stands in the file."""
    merged = {str(usual["slug"]): dict(usual) for usual in DEFAULTS}
    ways: dict[str, Way] = {}
    for n, entry in enumerate(entries):
        way = ("events", str(n))
        if not isinstance(entry, Mapping):
            wrong.append((way, f"expected a table, got {entry!r}"))
            continue
        slug = entry.get("slug")
        if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
            text = "expected a name of ours, 1 to 64 of a-z, 0-9, - and _"
            wrong.append(((*way, "slug"), f"{text}; it is for ever, as event ids are made from it, got {slug!r}"))
        elif slug in ways:
            wrong.append(((*way, "slug"), f"expected one table for each slug, {slug} has one before"))
        else:
            ways[slug] = way
            merged[slug] = merged.get(slug, {}) | dict(entry)
    return merged, ways


class _Reading:
    """One table on its way to a rule; what is wrong with it is kept."""

    def __init__(self, entry: Tree, way: Way) -> None:
        self._entry = entry
        self._way = way
        self.faults: list[Fault] = []

    def rule(self) -> Rule | None:
        """The rule; None when there is a fault."""
        entry = self._entry
        for key in entry:
            if key not in KEYS:
                self._wrong((key,), _near(key, KEYS, "no such key"))
        field = self._text("field") if "field" in entry else ""
        on = self._kinds(field)
        rule = Rule(
            slug=str(entry.get("slug")),
            name=self._name(("name",), entry.get("name")),
            on=on,
            field=field,
            where=tuple(self._tests()),
            attributes=tuple(self._attributes()),
            initial=self._initial(field, on),
            at=self._path(("at",), entry["at"]) if "at" in entry else (),
            once=self._truth("once"),
        )
        self._truth("enabled")
        return None if self.faults else rule

    def _wrong(self, way: Way, text: str) -> None:
        self.faults.append(((*self._way, *way), text))

    def _text(self, key: str) -> str:
        value = self._entry.get(key)
        if not isinstance(value, str) or not value:
            self._wrong((key,), f"expected text, got {value!r}")
            return ""
        return value

    def _truth(self, key: str) -> bool:
        value = self._entry.get(key, False)
        if not isinstance(value, bool):
            self._wrong((key,), f"expected true or false, got {value!r}")
        return value is True

    def _name(self, way: Way, value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= _NAME_CHARS or not value.isprintable():
            self._wrong(way, f"expected the negotiated name, 1 to {_NAME_CHARS} printable characters, got {value!r}")
            return ""
        return value

    def _path(self, way: Way, value: Any) -> Path:
        if not isinstance(value, str) or not _PATH.fullmatch(value):
            self._wrong(way, f"expected a field of the signal such as amount or pockets.real, got {value!r}")
            return ()
        return tuple(value.split("."))

    def _kinds(self, field: str) -> tuple[str, ...]:
        value = self._entry.get("on", [FIELD_KIND] if field else None)
        kinds = [value] if isinstance(value, str) else value
        if not isinstance(kinds, list | tuple) or not kinds:
            self._wrong(("on",), f'expected a list of signals such as ["deposit_counted"], got {value!r}')
            return ()
        for kind in kinds:
            if kind not in KINDS:
                self._wrong(("on",), _near(str(kind), sorted(KINDS), f"no such signal: {kind!r}"))
        if field and tuple(kinds) != (FIELD_KIND,):
            self._wrong(("on",), f"expected {FIELD_KIND} or nothing beside `field`, got {kinds!r}")
        return tuple(map(str, kinds))

    def _initial(self, field: str, on: tuple[str, ...]) -> Path:
        value = self._entry.get("initial", NONE)
        if value == NONE:
            return ()
        if value == _FIELD and field:
            return ("fields", field)
        parts = tuple(str(value).split("."))
        if parts[0] not in INITIALS:
            known = [NONE, _FIELD, *INITIALS]
            self._wrong(("initial",), _near(str(value), known, f"no such fact: {value!r}"))
        elif not set(on) & set(INITIALS[parts[0]]):
            told = " or ".join(INITIALS[parts[0]])
            self._wrong(("initial",), f"expected `on` to name {told}, which tells {parts[0]} live: else there is a gap")
        return parts

    def _tests(self) -> Iterator[Test]:
        tests = self._entry.get("where", [])
        if not isinstance(tests, list | tuple):
            self._wrong(("where",), f"expected a list of tables with field, op and value, got {tests!r}")
            return
        for n, test in enumerate(tests):
            way = ("where", str(n))
            if not isinstance(test, Mapping) or set(test) != {"field", "op", "value"}:
                self._wrong(way, f"expected a table with field, op and value, got {test!r}")
                continue
            op, value = test["op"], _literal(test["value"])
            if op not in OPERATORS:
                self._wrong((*way, "op"), f"expected one of {' '.join(OPERATORS)}, got {op!r}")
            elif (op == "in") is not isinstance(value, tuple) or (op == "known" and not isinstance(value, bool)):
                wanted = {"in": "a list", "known": "true or false"}.get(op, "text, a number, or true or false")
                self._wrong((*way, "value"), f"expected {wanted} for {op}, got {test['value']!r}")
            else:
                yield Test(self._path((*way, "field"), test["field"]), op, value)

    def _attributes(self) -> Iterator[Attribute]:
        table = self._entry.get("attributes", {})
        if not isinstance(table, Mapping):
            self._wrong(("attributes",), f"expected a table of names and fields, got {table!r}")
            return
        for name, source in table.items():
            yield self._attribute(self._name(("attributes",), name), source)

    def _attribute(self, name: str, source: Any) -> Attribute:
        way = ("attributes", name)
        if isinstance(source, str):
            path = self._path(way, source)
            return Attribute(name, path, usual_form(path) if path else "text")
        if not isinstance(source, Mapping) or not source or set(source) - {"field", "form", "value"}:
            self._wrong(way, f"expected a field, or a table with field and form, or with value alone, got {source!r}")
            return Attribute(name)
        if "value" in source:
            if len(source) > 1 or not isinstance(source["value"], str):
                self._wrong((*way, "value"), f"expected text, and nothing beside it, got {source!r}")
            return Attribute(name, literal=str(source["value"]))
        path = self._path((*way, "field"), source.get("field"))
        form = source.get("form", "auto")
        if form not in FORMS:
            self._wrong((*way, "form"), f"expected one of {', '.join(FORMS)}, got {form!r}")
        return Attribute(name, path, usual_form(path) if form == "auto" and path else str(form))


def _literal(value: Any) -> Any:
    """A value of the file as tests compare it: numbers as the decimal of their digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | list | tuple):
        return value if isinstance(value, bool | Decimal) else str(value)
    if isinstance(value, int | float):
        return Decimal(str(value))
    return tuple(_literal(one) for one in value)


def _near(found: str, known: Any, text: str) -> str:
    near = difflib.get_close_matches(found, list(known), n=1)
    return f"{text}; did you mean {near[0]}?" if near else f"{text}; known here: {', '.join(known)}"
