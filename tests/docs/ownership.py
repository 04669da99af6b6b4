"""Who may import what, as tables; test_owners.py holds the house against them.

The floors are import-linter's (pyproject.toml). These rules speak of single libraries, and of folders that may not
be written yet.
"""

import ast
from collections.abc import Iterator
from typing import Final

from tests.docs.house import Graph, Module, imports, is_standard, lies_in, reach

OWNERS: Final[dict[str, tuple[str, ...]]] = {
    "aiohttp": ("countroom.delivery.http", "countroom.simulator"),
    "apsw": ("countroom.stores.embedded.sqlite",),
    "cryptography": ("countroom.vault",),
    "cyclopts": ("countroom.cli",),
    "httptools": ("countroom.sources.rest", "countroom.api", "countroom.sandbox"),
    "msgspec": ("countroom",),
    "phonenumbers": ("countroom.vault",),
    "prometheus_client": ("countroom.telemetry",),
    "rich": ("countroom.cli",),
    "rocksdict": ("countroom.stores.embedded.rocks",),
    "starlette": ("countroom.api", "countroom.console"),
    "uvicorn": ("countroom.sources.rest", "countroom.api"),
    "uvloop": ("countroom.sources.rest", "countroom.api", "countroom.runtime", "countroom.cli.sandbox"),
}
"""Each library from outside, and the only places that import it. A library that is not here has no place yet."""

PURE: Final = ("countroom.core", "countroom.fold", "countroom.dialects")

PURE_LIBRARY: Final = frozenset(
    {
        "__future__",
        "abc",
        "base64",
        "binascii",
        "bisect",
        "collections",
        "collections.abc",
        "contextlib",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
        "re",
        "string",
        "struct",
        "types",
        "typing",
        "unicodedata",
        "zlib",
        "zoneinfo",
    }
)
"""What the pure floors may import beside msgspec: modules that know no clock, no chance and no outside world.

`zoneinfo` reads the zones that tzdata brings: data that is fixed with a state generation.
"""

IMPURE_CALLS: Final = frozenset({"breakpoint", "eval", "exec", "hash", "id", "input", "open", "print"})
"""Built-in functions that reach out, or answer differently in the next process."""

IMPURE_METHODS: Final = frozenset({"now", "today", "utcnow"})
"""Methods by which the permitted modules would tell the time after all."""

ORACLES: Final = ("countroom.simulator", "countroom.sandbox")
"""They check us, and must not share our mistakes: nothing of ours is imported but themselves."""

SOURCES: Final = "countroom.sources"
"""Its children are the sources, file or folder, and do not know each other."""

DIALECTS: Final = "countroom.dialects"
"""Its folders are the dialects, and do not know each other; its files are theirs in common."""

TEST_CODE: Final = ("tests", "pytest", "_pytest", "hypothesis", "unittest", "doctest")

OURS: Final = "countroom"


def strangers(module: Module) -> Iterator[str]:
    """Libraries that `module` imports and does not own."""
    for name in sorted(imports(module)):
        library = name.partition(".")[0]
        if library == OURS or is_standard(library) or library in TEST_CODE:
            continue
        owners = OWNERS.get(library)
        if owners is None:
            yield f"{module.name}: {library} has no owner yet; give it one in tests/docs/ownership.py"
        elif not any(lies_in(module.name, owner) for owner in owners):
            yield f"{module.name}: {library} belongs to {' and '.join(owners)}"


def borrowed_from_tests(module: Module) -> Iterator[str]:
    """Test code that `module` imports."""
    for name in sorted(imports(module)):
        if any(lies_in(name, forbidden) for forbidden in TEST_CODE):
            yield f"{module.name}: {name} is for tests"


def impurities(module: Module) -> Iterator[str]:
    """What `module` imports or calls that a pure floor must not."""
    for name in sorted(imports(module)):
        if name.partition(".")[0] not in (OURS, "msgspec") and name not in PURE_LIBRARY:
            yield f"{module.name}: {name} is not for a pure floor"
    yield from (f"{module.name}: line {line}: {call} is not for a pure floor" for line, call in _impure_calls(module))


def _impure_calls(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(name)) if name in IMPURE_CALLS:
                yield node.lineno, f"{name}()"
            case ast.Attribute(attr=name) if name in IMPURE_METHODS:
                yield node.lineno, f".{name}"
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
                yield node.lineno, ".astimezone() into the machine's zone"
            case _:
                pass


def meetings(graph: Graph, place: str, *, folders_only: bool = False) -> Iterator[str]:
    """Neighbours below `place` that know each other, directly or through others below it."""
    below = {name: frozenset(to for to in graph[name] if lies_in(to, place)) for name in graph if lies_in(name, place)}
    folders = {_child(name, place) for name in below if name.removeprefix(place).count(".") > 1}
    for name in sorted(below):
        mine = _child(name, place)
        for to in sorted(reach(below, name)):
            theirs = _child(to, place)
            if mine and theirs and mine != theirs and (not folders_only or {mine, theirs} <= folders):
                yield f"{name}: knows {to}"


def leaks(graph: Graph, oracle: str) -> Iterator[str]:
    """What of the rest of the house the modules below `oracle` import."""
    for name in sorted(graph):
        if lies_in(name, oracle):
            yield from (f"{name}: knows {to}" for to in sorted(graph[name]) if not lies_in(to, oracle))


def _child(name: str, place: str) -> str:
    return name.removeprefix(place).removeprefix(".").partition(".")[0]
