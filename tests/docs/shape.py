"""The size and the names of files and functions: what is checked, without where."""

import ast
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

FILE_LINES: Final = 400
FUNCTION_LINES: Final = 50
PARAMETERS: Final = 6
POSITIONAL: Final = 4
"""Turn, thing, sign, place: the steps of the fold read well with four, and a keyword costs on the hot path."""

EMPTY_NAMES: Final = frozenset({"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"})

FOREIGN_SIGNATURES: Final = frozenset({("scope", "receive", "send")})
"""Positional parameters that somebody else's protocol fixes: here ASGI's."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_file(text: str) -> int | None:
    """The number of lines when there are too many."""
    lines = len(text.splitlines())
    return lines if lines > FILE_LINES else None


def empty_names(path: PurePath) -> list[str]:
    """The parts of `path` that say nothing about what is inside."""
    return [part for part in path.parts if PurePath(part).stem.strip("_").lower() in EMPTY_NAMES]


def functions(tree: ast.Module) -> Iterator[tuple[str, Function, bool]]:
    """Every function with its qualified name, and whether its first parameter is the object or the class."""
    yield from _functions(tree, prefix="", in_class=False)


def _functions(node: ast.AST, *, prefix: str, in_class: bool) -> Iterator[tuple[str, Function, bool]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield f"{prefix}{name}", child, in_class and not _is_static(child)
                yield from _functions(child, prefix=f"{prefix}{name}.", in_class=False)
            case ast.ClassDef(name=name):
                yield from _functions(child, prefix=f"{prefix}{name}.", in_class=True)
            case _:
                yield from _functions(child, prefix=prefix, in_class=in_class)


def _is_static(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)


def function_lines(function: Function) -> int:
    """The lines from `def` to the end, without those of the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    match function.body[0]:
        case ast.Expr(value=ast.Constant(value=str())) as docstring:
            return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)
        case _:
            return lines


def long_functions(tree: ast.Module) -> list[str]:
    """The functions that are too long, each with its length."""
    return [
        f"{name}: {lines} lines"
        for name, function, _ in functions(tree)
        if (lines := function_lines(function)) > FUNCTION_LINES
    ]


def crowded_functions(tree: ast.Module) -> list[str]:
    """The functions with too many parameters, or with positional ones after the fourth.

    The object and the class do not count. Magic methods and `FOREIGN_SIGNATURES` are not ours to choose.
    """
    return [
        f"{name}: {fault}"
        for name, function, is_method in functions(tree)
        if not (function.name.startswith("__") and function.name.endswith("__") and function.name != "__init__")
        for fault in _crowd(function.args, is_method=is_method)
    ]


def _crowd(arguments: ast.arguments, *, is_method: bool) -> Iterator[str]:
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)][1 if is_method else 0 :]
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    count = len(positional) + len(arguments.kwonlyargs) + len(extra)
    if count > PARAMETERS:
        yield f"{count} parameters"
    if len(positional) > POSITIONAL and tuple(positional) not in FOREIGN_SIGNATURES:
        yield f"{len(positional)} positional parameters"
