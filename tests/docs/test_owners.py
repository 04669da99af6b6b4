"""Who may import what: one owner for each library, pure floors, dialects and sources apart, oracles alone."""

import ast
import re
import tomllib

import pytest

from tests.docs.house import HOUSE, Graph, Module, arrows, lies_in, modules
from tests.docs.ownership import (
    DIALECTS,
    ORACLES,
    OWNERS,
    PURE,
    SOURCES,
    borrowed_from_tests,
    impurities,
    leaks,
    meetings,
    strangers,
)

EVERY = modules()
GRAPH = arrows(EVERY)

WITHOUT_IMPORT = {"tzdata"}
"""Required for the data they bring."""


def module(name: str, text: str) -> Module:
    return Module(name=name, tree=ast.parse(text))


def graph(**texts: str) -> Graph:
    return arrows([module(f"countroom.{name.replace('__', '.')}", text) for name, text in texts.items()])


# --- the house ----------------------------------------------------------------------------


def test_each_library_is_imported_by_its_owner_alone() -> None:
    assert [fault for every in EVERY for fault in strangers(every)] == []


def test_the_libraries_with_an_owner_are_those_that_the_product_requires() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    required = {re.split(r"[^\w-]", wanted)[0].replace("-", "_") for wanted in project["dependencies"]}

    assert required - WITHOUT_IMPORT == OWNERS.keys()


def test_nothing_of_the_product_imports_what_is_for_tests() -> None:
    assert [fault for every in EVERY for fault in borrowed_from_tests(every)] == []


def test_the_pure_floors_know_no_clock_no_chance_and_no_outside_world() -> None:
    pure = [every for every in EVERY if any(lies_in(every.name, floor) for floor in PURE)]

    assert [fault for every in pure for fault in impurities(every)] == []


def test_no_dialect_knows_another() -> None:
    assert list(meetings(GRAPH, DIALECTS, folders_only=True)) == []


def test_no_source_knows_another() -> None:
    assert list(meetings(GRAPH, SOURCES)) == []


@pytest.mark.parametrize("oracle", ORACLES)
def test_an_oracle_knows_nothing_of_the_house(oracle: str) -> None:
    assert list(leaks(GRAPH, oracle)) == []


# --- and each rule going red --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("countroom.stores.embedded.sqlite", "import apsw"),
        ("countroom.stores.embedded.sqlite.schema", "import apsw.ext"),
        ("countroom.cli.demo", "from rich.table import Table"),
        ("countroom.core.money", "import msgspec, decimal"),
        ("countroom.cli.main", "import countroom.core"),
    ],
)
def test_an_owner_may_import_its_library_anywhere_below_itself(name: str, text: str) -> None:
    assert list(strangers(module(name, text))) == []


@pytest.mark.parametrize(
    ("name", "text", "library"),
    [
        ("countroom.stores.embedded.sqlites", "import apsw", "apsw"),
        ("countroom.flow.ingest", "def f():\n    import aiohttp.web", "aiohttp"),
        ("countroom.console.events", "from rich.table import Table", "rich"),
        ("countroom.cli.main", "import requests", "requests"),
    ],
)
def test_a_library_in_the_wrong_place_or_without_any_is_found(name: str, text: str, library: str) -> None:
    [fault] = strangers(module(name, text))

    assert fault.startswith(f"{name}: {library} ")


@pytest.mark.parametrize("text", ["import pytest", "from hypothesis import given", "from tests.docs import house"])
def test_test_code_in_the_product_is_found(text: str) -> None:
    assert len(list(borrowed_from_tests(module("countroom.flow.ingest", text)))) == 1


@pytest.mark.parametrize(
    "name",
    [
        "asyncio",
        "logging",
        "os",
        "os.path",
        "pathlib",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "subprocess",
        "threading",
        "time",
        "urllib.parse",
        "uuid",
    ],
)
def test_a_module_that_reaches_out_is_not_for_a_pure_floor(name: str) -> None:
    assert list(impurities(module("countroom.core.ids", f"import {name}"))) == [
        f"countroom.core.ids: {name} is not for a pure floor"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "clock = date.today",
        "at.astimezone()",
        "open('zones')",
        "print(1)",
        "hash('a') % 4",
        "import rocksdict",
    ],
)
def test_a_call_that_reaches_out_is_not_for_a_pure_floor(text: str) -> None:
    assert len(list(impurities(module("countroom.fold.step", text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime",
        "import decimal, hashlib, zlib, zoneinfo, msgspec",
        "from collections.abc import Iterable",
        "from countroom.core import ids",
        "at.astimezone(UTC)",
    ],
)
def test_what_only_computes_is_for_a_pure_floor(text: str) -> None:
    assert list(impurities(module("countroom.fold.step", text))) == []


def test_a_dialect_that_knows_another_is_found_also_through_a_third() -> None:
    straight = graph(dialects__a__casino="import countroom.dialects.b.casino", dialects__b__casino="")
    around = graph(
        dialects__a__casino="import countroom.dialects.table",
        dialects__table="import countroom.dialects.b.casino",
        dialects__b__casino="",
    )

    assert list(meetings(straight, DIALECTS, folders_only=True)) == [
        "countroom.dialects.a.casino: knows countroom.dialects.b.casino"
    ]
    assert list(meetings(around, DIALECTS, folders_only=True)) == [
        "countroom.dialects.a.casino: knows countroom.dialects.b.casino"
    ]


def test_dialects_may_share_a_file_and_a_dialect_its_own_files() -> None:
    shared = graph(
        dialects__a__casino="import countroom.dialects.readers, countroom.dialects.a.wire",
        dialects__a__wire="import countroom.dialects.readers",
        dialects__readers="",
        dialects__table="import countroom.dialects.a.casino",
    )

    assert list(meetings(shared, DIALECTS, folders_only=True)) == []


def test_a_source_that_knows_another_is_found_whether_file_or_folder() -> None:
    sources = graph(sources__rest="import countroom.sources.replica.reader", sources__replica__reader="")

    assert list(meetings(sources, SOURCES)) == ["countroom.sources.rest: knows countroom.sources.replica.reader"]


def test_an_oracle_that_knows_anything_of_ours_is_found() -> None:
    house = graph(
        simulator__ledger="import countroom.core.money, countroom.simulator.play", simulator__play="", core__money=""
    )

    assert list(leaks(house, "countroom.simulator")) == ["countroom.simulator.ledger: knows countroom.core.money"]
