"""Lengths of time as people write them: `90s`, `30m`, `24h`, `7d`."""

import re
from typing import Final

from countroom.core.instants import DAY, HOUR, MINUTE, SECOND

_UNITS: Final = {"ms": SECOND // 1000, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_WRITTEN: Final = re.compile(r"(\d{1,9})\s*(ms|s|m|h|d)", re.ASCII)


class Duration:
    """A length of time, exact to the microsecond, never negative."""

    __slots__ = ("microseconds",)

    def __init__(self, microseconds: int) -> None:
        self.microseconds = microseconds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and other.microseconds == self.microseconds

    def __hash__(self) -> int:
        return self.microseconds

    def __repr__(self) -> str:
        return f"Duration.read({str(self)!r})"

    def __str__(self) -> str:
        for name, unit in reversed(_UNITS.items()):
            if self.microseconds % unit == 0:
                return f"{self.microseconds // unit}{name}"
        return f"{self.microseconds // _UNITS['ms']}ms"

    @property
    def seconds(self) -> float:
        """In seconds."""
        return self.microseconds / SECOND

    @classmethod
    def read(cls, text: object) -> "Duration":
        """The duration that `text` says: a whole number and one of ms, s, m, h, d.

        Raises:
            ValueError: it says none.

        >>> Duration.read("24h").microseconds == Duration.read("1d").microseconds
        True
        """
        found = _WRITTEN.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError('expected a duration such as "90s", "30m", "24h" or "7d"')
        return cls(int(found[1]) * _UNITS[found[2]])
