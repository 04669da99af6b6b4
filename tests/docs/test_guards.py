"""The guards of the house: nothing grows too large, nothing is called nothing, nothing runs in a circle.

Each guard is one test over the whole house, and further tests that show it going red.
"""

import ast
from pathlib import Path, PurePosixPath

import pytest

from tests.docs.addresses import committed, local_text, text_of
from tests.docs.house import HOUSE, SOURCE, Module, arrows, circle, imports, lies_in, modules, neighbours, reach
from tests.docs.shape import crowded_functions, empty_names, long_file, long_functions

CODE = sorted(
    path
    for folder in ("src", "tests", "scripts", "bench")
    for path in (HOUSE / folder).rglob("*.py")
    if ".peers" not in path.parts  # what the benches install for comparison
)
PRODUCT = [path for path in CODE if path.is_relative_to(SOURCE)]


def place(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def module(name: str, text: str, *, is_package: bool = False) -> Module:
    return Module(name=name, tree=ast.parse(text), is_package=is_package)


# --- the house ----------------------------------------------------------------------------


def test_there_is_something_to_guard() -> None:
    assert "src/countroom/__init__.py" in {place(path) for path in PRODUCT}
    assert "tests/docs/test_guards.py" in {place(path) for path in CODE}


def test_no_file_is_longer_than_400_lines() -> None:
    assert [f"{place(path)}: {lines}" for path in CODE if (lines := long_file(path.read_text("utf-8")))] == []


def test_no_function_is_longer_than_50_lines() -> None:
    found = [
        f"{place(path)}: {fault}" for path in PRODUCT for fault in long_functions(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def test_no_function_takes_more_than_6_parameters_or_a_fifth_one_by_position() -> None:
    found = [
        f"{place(path)}: {fault}" for path in PRODUCT for fault in crowded_functions(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def test_no_file_or_folder_has_an_empty_name() -> None:
    assert [place(path) for path in CODE if empty_names(PurePosixPath(place(path)))] == []


def test_no_import_runs_in_a_circle_at_any_depth() -> None:
    graph = arrows(modules())

    assert circle(graph) == []
    assert {package: found for package, children in neighbours(graph).items() if (found := circle(children))} == {}


def test_no_committed_text_names_a_registry_or_a_path_of_somebodys_machine() -> None:
    found = {
        place(path): lines
        for path in committed(HOUSE)
        if (text := text_of(path)) is not None and (lines := local_text(text))
    }
    assert found == {}


# --- and each guard going red -------------------------------------------------------------


def test_a_file_of_401_lines_is_too_long() -> None:
    assert long_file("x = 1\n" * 400) is None
    assert long_file("x = 1\n" * 401) == 401


@pytest.mark.parametrize("path", ["src/utils.py", "src/fold/_helpers.py", "src/base/money.py", "src/Manager.py"])
def test_an_empty_name_is_found_anywhere_in_a_path(path: str) -> None:
    assert empty_names(PurePosixPath(path))


@pytest.mark.parametrize("path", ["src/database.py", "src/fold/commonwealth.py", "src/__init__.py"])
def test_a_name_that_merely_contains_an_empty_one_is_fine(path: str) -> None:
    assert not empty_names(PurePosixPath(path))


def function_of(lines: int, docstring: str = "") -> str:
    return "\n".join(
        ["def f():", docstring, *["    x = 1"] * (lines - 1)]
        if docstring
        else ["def f():", *["    x = 1"] * (lines - 1)]
    )


def test_a_function_of_51_lines_is_too_long() -> None:
    assert long_functions(ast.parse(function_of(50))) == []
    assert long_functions(ast.parse(function_of(51))) == ["f: 51 lines"]


def test_a_docstring_does_not_make_a_function_longer() -> None:
    docstring = '    """' + "word\n" * 60 + '    """'

    assert long_functions(ast.parse(function_of(50, docstring))) == []
    assert long_functions(ast.parse(function_of(51, docstring))) == ["f: 51 lines"]


def test_a_long_method_inside_a_function_is_found_by_its_full_name() -> None:
    body = "\n".join(["            x = 1"] * 50)
    text = f"def make():\n    class Made:\n        async def run(self):\n{body}\n"

    assert long_functions(ast.parse(text)) == ["make: 53 lines", "make.Made.run: 51 lines"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("def f(a, b, *, c, d, e, g): ...", []),
        ("def f(a, b, *, c, d, e, g, h): ...", ["f: 7 parameters"]),
        ("def f(a, b, *rest, c, d, e, **more): ...", ["f: 7 parameters"]),
        ("def f(a, b, c, d, e): ...", ["f: 5 positional parameters"]),
        ("def f(a, b, c, d, e, /): ...", ["f: 5 positional parameters"]),
        ("class C:\n    def f(self, a, b, *, c, d, e, g): ...", []),
        ("class C:\n    def f(self, a, b, c, d, e): ...", ["C.f: 5 positional parameters"]),
        ("class C:\n    @classmethod\n    def f(cls, a, b): ...", []),
        ("class C:\n    @staticmethod\n    def f(a, b, c, d, e): ...", ["C.f: 5 positional parameters"]),
        ("class C:\n    def __init__(self, a, b, c, d, e): ...", ["C.__init__: 5 positional parameters"]),
        ("class C:\n    def __exit__(self, kind, error, trace): ...", []),
        ("async def app(scope, receive, send): ...", []),
        ("def f():\n    def g(a, b, c, d, e): ...", ["f.g: 5 positional parameters"]),
    ],
)
def test_parameters_are_counted_without_the_object_and_positions_end_at_four(text: str, faults: list[str]) -> None:
    assert crowded_functions(ast.parse(text)) == faults


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a import b", {"a.b"}),
        ("from a import name", {"a"}),
        ("from a.b import *", {"a.b"}),
        ("from . import near", {"x.y"}),
        ("from .near import name", {"x.y.near"}),
        ("from .. import b", {"x.b"}),
        ("from ..z import name", {"x.z"}),
        ("if TYPE_CHECKING:\n    import a.b", {"a.b"}),
        ("def f():\n    import a.b", {"a.b"}),
        ("importlib.import_module('a.b')", {"a.b"}),
        ("__import__('a')", {"a"}),
    ],
)
def test_every_way_to_import_is_seen(text: str, found: set[str]) -> None:
    assert imports(module("x.y.here", text), known=["a", "a.b", "x.b"]) == found


def test_a_relative_import_of_a_package_starts_at_the_package_itself() -> None:
    assert imports(module("x.y", "from .near import name", is_package=True)) == {"x.y.near"}


def test_a_circle_of_three_modules_is_found_and_named() -> None:
    every = [module("a.x", "import a.y"), module("a.y", "def f():\n    from a import z"), module("a.z", "import a.x")]

    assert set(circle(arrows(every))) == {"a.x", "a.y", "a.z"}


def test_a_module_that_imports_itself_is_a_circle() -> None:
    assert circle(arrows([module("a.x", "import a.x")])) == ["a.x", "a.x"]


def test_two_folders_that_need_each_other_are_a_circle_without_any_circle_of_modules() -> None:
    every = [module("a.p.x", "import a.q.x"), module("a.q.x", ""), module("a.q.y", "import a.p.y"), module("a.p.y", "")]
    graph = arrows(every)

    assert circle(graph) == []
    assert set(circle(neighbours(graph)["a"])) == {"a.p", "a.q"}


def test_no_circle_is_seen_where_arrows_only_go_down() -> None:
    every = [module("a", "import a.x", is_package=True), module("a.x", "import a.p.y"), module("a.p.y", "import b")]
    graph = arrows(every)

    assert circle(graph) == []
    assert not any(circle(children) for children in neighbours(graph).values())
    assert reach(graph, "a") == {"a.x", "a.p.y"}


def test_a_place_holds_what_lies_below_it_and_not_what_only_begins_alike() -> None:
    assert lies_in("a.b.c", "a.b")
    assert lies_in("a.b", "a.b")
    assert not lies_in("a.bc", "a.b")


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "pypi" + ".org/simple",
        "image: " + "docker" + ".io/library/x",
        "cd /" + "root/x",
        "open('/" + "work/main/a.py')",
        "/" + "home/ann/countroom",
    ],
)
def test_an_address_of_one_network_or_machine_is_found_with_its_line(text: str) -> None:
    assert local_text(f"fine\n{text}") == [f"2: {text}"]


@pytest.mark.parametrize(
    "text", ["https://www.apache.org/licenses/", "POST /network/homework/x", f"src/{'root'}/x", "homework/a"]
)
def test_other_addresses_and_paths_are_fine(text: str) -> None:
    assert local_text(text) == []


def test_without_git_everything_but_what_tools_leave_is_read(tmp_path: Path) -> None:
    for name in ("a.py", "docs/b.md", ".venv/c.py", "docs/__pycache__/d.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    assert [path.relative_to(tmp_path).as_posix() for path in committed(tmp_path)] == ["a.py", "docs/b.md"]


def test_what_is_not_text_is_not_read_as_text(tmp_path: Path) -> None:
    for name, data in {"zero": b"a\0b", "latin": b"\xe9", "text": b"plain"}.items():
        (tmp_path / name).write_bytes(data)

    assert [text_of(tmp_path / name) for name in ("zero", "latin", "text")] == [None, None, "plain"]
