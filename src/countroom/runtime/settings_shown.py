"""The settings as people may see them: every key with its value, and whether it is configured or usual."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from countroom.config.problems import plain
from countroom.config.settings import Settings

Json = dict[str, Any]
SECRETS: Final = ("secret", "password", "token", "bearer")
"""A key whose name holds one of these is not shown: it should be a file's name, and might not be."""


def settings_shown(settings: Settings) -> list[Json]:
    """One object per key, in the order of the file: `key`, `value`, `origin`."""
    return list(_walk(settings, usual=Settings(), path=""))


def _walk(value: Any, *, usual: Any, path: str) -> Iterator[Json]:
    if isinstance(value, msgspec.Struct) and value.__struct_fields__:
        for name in value.__struct_fields__:
            theirs = getattr(usual, name, None) if type(usual) is type(value) else _default(value, name)
            yield from _walk(getattr(value, name), usual=theirs, path=f"{path}.{name}" if path else name)
    elif isinstance(value, dict) and value and all(isinstance(inner, msgspec.Struct) for inner in value.values()):
        for name, inner in value.items():
            yield from _walk(inner, usual=None, path=f"{path}.{name}")
    else:
        is_secret = any(word in path.rpartition(".")[2] for word in SECRETS)
        shown = "(not shown)" if is_secret and value else plain(value)
        yield {"key": path, "value": shown, "origin": "default" if value == usual else "configured"}


def _default(value: msgspec.Struct, name: str) -> Any:
    """What the field of a section of a named thing (a brand, a source) is when it is left away."""
    for field in msgspec.structs.fields(type(value)):
        if field.name == name:
            factory = field.default_factory
            return field.default if factory is msgspec.NODEFAULT else factory()
    return None
