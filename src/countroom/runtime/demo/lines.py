"""The lines of a verdict."""

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One line of the verdict."""

    what: str
    expected: str
    found: str
    is_equal: bool
