"""docs/reference/configuration.md has every key of every section, with its default and what it means."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from countroom.config.problems import plain
from countroom.config.settings import Settings

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "configuration.md"


def keys(record: type[msgspec.Struct], at: str = "") -> Iterator[tuple[str, str, str]]:
    """Section, key and default of everything that can be set."""
    hints: dict[str, Any] = get_type_hints(record)
    for field in msgspec.structs.fields(record):
        kind = hints[field.name]
        inner = get_args(kind)[1] if get_origin(kind) is dict else kind
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            name = f"{field.name}.<name>" if get_origin(kind) is dict else field.name
            yield from keys(inner, f"{at}.{name}" if at else name)
        else:
            default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            yield at, field.name, msgspec.json.encode(plain(default)).decode()


def documented() -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in REFERENCE.read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"## `\[(.+)\]`", line):
            section = heading[1]
        elif row := re.fullmatch(r"\| `(\w+)` \| .+ \| `(.*)` \| (.+) \|", line):
            assert row[3].strip(), line
            yield section, row[1], row[2]


def test_every_key_is_documented_with_its_default_and_nothing_else_is() -> None:
    assert sorted(documented()) == sorted(keys(Settings))
