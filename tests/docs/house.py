"""The house read as text: which modules there are, and who imports whom. Nothing is executed."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = HOUSE / "src"

Graph = Mapping[str, frozenset[str]]
"""Module to the modules it imports."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module by its dotted name. A package is the module of its `__init__`."""

    name: str
    tree: ast.Module
    is_package: bool = False

    @property
    def package(self) -> str:
        """What a relative import starts from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


def modules(root: Path = SOURCE) -> list[Module]:
    """Every module below `root`, in the order of their names."""
    found = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found.append(Module(name=name, tree=ast.parse(path.read_text("utf-8"), str(path)), is_package=is_package))
    return found


def imports(module: Module, known: Iterable[str] = ()) -> frozenset[str]:
    """The modules that `module` imports, wherever in the file, also under TYPE_CHECKING and by a literal name.

    `from a import b` is an import of `a.b` when that is one of the `known` modules, and of `a` otherwise.
    """
    ours = frozenset(known)
    return frozenset(_imports(module, ours))


def _imports(module: Module, known: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(names=names):
                start = _start(module, node)
                for alias in names:
                    inner = f"{start}.{alias.name}"
                    yield inner if inner in known else start
            case ast.Call(
                func=ast.Name("__import__") | ast.Attribute(attr="import_module"), args=[ast.Constant(name), *_]
            ):
                yield str(name)
            case _:
                pass


def _start(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    steps = module.package.split(".")
    parents = steps[: len(steps) - (node.level - 1)]
    return ".".join([*parents, node.module] if node.module else parents)


def arrows(every: Iterable[Module]) -> Graph:
    """Who imports whom among `every`; what comes from outside is left out."""
    every = list(every)
    names = frozenset(module.name for module in every)
    return {module.name: imports(module, names) & names for module in every}


def circle(graph: Graph) -> list[str]:
    """One circle of `graph`, first and last alike; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def neighbours(graph: Graph) -> dict[str, Graph]:
    """For each package the graph of its children, each child standing for all that lies below it.

    Two folders can depend on each other without any circle of modules; seen from one storey up it is one.
    A package's own `__init__` is a child like the others.
    """
    packages = {name[:end] for name in graph for end, letter in enumerate(name) if letter == "."}
    return {package: _children(graph, package) for package in sorted(packages)}


def _children(graph: Graph, package: str) -> Graph:
    def child(name: str) -> str | None:
        if name == package:
            return f"{package}.__init__"
        inside = name.startswith(f"{package}.")
        return f"{package}.{name.removeprefix(f'{package}.').partition('.')[0]}" if inside else None

    found: dict[str, set[str]] = {}
    for importer, imported in graph.items():
        if (here := child(importer)) is not None:
            there = {to for name in imported if (to := child(name)) is not None}
            found.setdefault(here, set()).update(there - {here})
    return {name: frozenset(to) for name, to in found.items()}


def reach(graph: Graph, start: str) -> frozenset[str]:
    """All that `start` imports, directly or through others."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), frozenset()) - seen
        seen |= new
        waiting += new
    return frozenset(seen)


def lies_in(name: str, place: str) -> bool:
    """Whether the module `name` is `place` or lies below it."""
    return name == place or name.startswith(f"{place}.")


def is_standard(name: str) -> bool:
    """Whether the module `name` comes with Python."""
    return name.partition(".")[0] in sys.stdlib_module_names
