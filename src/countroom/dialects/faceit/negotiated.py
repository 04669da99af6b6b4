"""What must be agreed with the vendor before launch: every event name and attribute that the rules send."""

from collections.abc import Iterable
from typing import Any

from countroom.dialects.faceit.rules import FaceitRules, Rule

HEADS = ("event", "attribute", "value", "told", "initial")


def negotiated(rules: FaceitRules) -> list[dict[str, Any]]:
    """Every event as the vendor will see it, in the order of the rules; for JSON."""
    return [
        {
            "event": rule.name,
            "attributes": [
                {"name": one.name, "type": "string", "value": _value(one.literal, one.path, one.form)}
                for one in rule.attributes
            ],
            "told": _told(rule),
            "initial": bool(rule.initial),
        }
        for rule in rules.rules
    ]


def as_rows(rules: FaceitRules) -> list[tuple[str, ...]]:
    """The same as a table: a line per attribute, and one for an event without any."""
    rows: list[tuple[str, ...]] = []
    for event in negotiated(rules):
        initial = "yes" if event["initial"] else "no"
        attributes = event["attributes"] or [{"name": "", "value": ""}]
        rows += [(event["event"], one["name"], one["value"], event["told"], initial) for one in attributes]
    return rows


def as_csv(rules: FaceitRules) -> str:
    """The table as RFC 4180 has it, but for the ends of its lines."""
    return "".join(_line(row) for row in [HEADS, *as_rows(rules)])


def _line(cells: Iterable[str]) -> str:
    quoted = (f'"{cell.replace(chr(34), 2 * chr(34))}"' if set(cell) & set(',"') else cell for cell in cells)
    return ",".join(quoted) + "\n"


def _value(literal: str | None, path: tuple[str, ...], form: str) -> str:
    if literal is not None:
        return f"always {literal}"
    meaning = {
        "amount": "plain decimal",
        "flag": "true or false",
        "seconds": "unix seconds",
        "iso": "RFC 3339, UTC",
    }.get(form, "text")
    return f"{'.'.join(path)} ({meaning})"


def _told(rule: Rule) -> str:
    if rule.once:
        return "once"
    if rule.field:
        return f"whenever {rule.field} changes"
    return "every time"
