"""The pages about FACEIT and about signals say what there is."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from countroom.core.events import Event, Ticked
from countroom.dialects.faceit.defaults import DEFAULTS
from countroom.dialects.faceit.forms import FORMS
from countroom.dialects.faceit.rules import INITIALS, OPERATORS
from countroom.dialects.faceit.written import KEYS, KINDS, rules_from

DOCS = Path(__file__).resolve().parents[4] / "docs"
FACEIT = (DOCS / "reference" / "faceit.md").read_text("utf-8")
SIGNALS = (DOCS / "reference" / "signals.md").read_text("utf-8")


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_signal_has_its_row(kind: str) -> None:
    assert any(f"`{kind}`" in row.split("|")[1] for row in rows(SIGNALS))


@pytest.mark.parametrize("kind", [k for k in get_args(Event) if k is not Ticked], ids=lambda k: k.__name__)
def test_the_row_of_an_event_names_all_its_fields(kind: type[Event]) -> None:
    tag = str(kind.__struct_config__.tag)
    if tag in ("link_begun", "linked", "unlinked"):
        return
    [row] = [row for row in rows(SIGNALS.partition("## What follows")[0]) if f"`{tag}`" in row.split("|")[1]]

    assert {name for name in kind.__struct_fields__ if name != "about" and f"`{name}`" not in row} == set()


@pytest.mark.parametrize("name", [*KEYS, *FORMS, *OPERATORS, *(str(rule["slug"]) for rule in DEFAULTS)])
def test_every_word_of_a_rule_is_explained(name: str) -> None:
    assert f"`{name}`" in FACEIT


@pytest.mark.parametrize("name", INITIALS)
def test_every_fact_is_explained(name: str) -> None:
    assert f"`{name}" in SIGNALS


def test_the_example_of_the_page_can_be_used() -> None:
    [text] = re.findall(r"```toml\n(\[\[partners.*?)```", FACEIT, re.DOTALL)
    events = tomllib.loads(text)["partners"]["faceit"]["events"]

    rules = {rule.slug: rule for rule in rules_from({"platform": "b", "events": events}).rules}

    assert {"deposit", "withdrawal", "welcome-done"} <= set(rules)
