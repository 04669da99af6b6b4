"""Paths into JSON as people write them in mappings: `$.amount`, `$.bets[].amount`, `$["odd.name"]`.

`[]` stands for each element of an array, or for the one object in its place (tolerance 9).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

EACH: Final = ""
"""The step into every element; no name of a field is empty."""

Way = tuple[str, ...]

_STEP: Final = re.compile(r'\.([^.\[\]"]+)|\["([^"]+)"\]|(\[\])')


@lru_cache(maxsize=1024)
def way(path: str) -> Way:
    """The steps of a path.

    >>> way("$.bets[].amount")
    ('bets', '', 'amount')

    Raises:
        ValueError: it is none, or names no field.
    """
    steps: list[str] = []
    at = 1
    while path[:1] == "$" and (found := _STEP.match(path, at)):
        steps.append(found[1] or found[2] or EACH)
        at = found.end()
    if not steps or at != len(path) or steps[0] == EACH:
        raise ValueError('expected a path to a field such as $.amount, $.bets[].amount or $["odd.name"]')
    return tuple(steps)


def holders(value: Any, steps: Way) -> Iterator[dict[str, Any]]:
    """The objects at `steps` from `value`; none where something else stands there."""
    if not steps:
        if isinstance(value, dict):
            yield value
        return
    first, rest = steps[0], steps[1:]
    if first != EACH:
        if isinstance(value, dict) and first in value:
            yield from holders(value[first], rest)
    elif isinstance(value, list):
        for element in value:
            yield from holders(element, rest)
    else:
        yield from holders(value, rest)


def places(value: Any, steps: Way) -> Iterator[tuple[Any, Any]]:
    """Where the values at `steps` stand, missing ones left out: an object and a key, or an array and a position."""
    if steps[-1] != EACH:
        for holder in holders(value, steps[:-1]):
            if steps[-1] in holder:
                yield holder, steps[-1]
        return
    for holder in holders(value, steps[:-2]):
        elements = holder.get(steps[-2])
        if isinstance(elements, list):
            yield from ((elements, position) for position in range(len(elements)))


def copied(value: Any) -> Any:
    """`value` with every object and array in it made anew."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value
