"""docs/reference/fasttrack.md has every message type with its path, and every table of words."""

import re
from pathlib import Path

import pytest

from countroom.dialects.fasttrack import catalogue
from countroom.dialects.fasttrack.aliases import EVERY
from countroom.dialects.fasttrack.legs import MOST

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "fasttrack.md").read_text("utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]


def row_of(kind: str) -> list[str]:
    [row] = [row for row in ROWS if kind in re.findall(r"`(\w+)`", row[0])]
    return row


@pytest.mark.parametrize("kind", catalogue.BY_KIND)
def test_every_message_type_has_its_row(kind: str) -> None:
    assert row_of(kind)


@pytest.mark.parametrize("route", catalogue.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_path_stands_in_the_row_of_its_message(route: catalogue.Route) -> None:
    path = row_of(route.kind)[1]

    assert f"`{route.path}`" in path
    assert not re.match(r" (POST|PUT) ", path) or path.startswith(f" {route.method} ")


def test_no_row_is_of_what_is_not_read() -> None:
    shown = {kind for row in ROWS for kind in re.findall(r"`([A-Z_0-9]+)`", row[0])}

    assert shown == set(catalogue.BY_KIND)


def test_every_table_of_words_stands_there_with_its_meanings() -> None:
    found = {row[0].strip(" `"): tuple(re.findall("`(.+?)`", row[1])) for row in ROWS if "fasttrack." in row[0]}

    assert found == {words.name: words.expected for words in EVERY}


def test_the_page_tells_the_limit_of_legs_as_it_is() -> None:
    assert f"At most {MOST} legs" in PAGE
