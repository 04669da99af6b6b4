"""How commands end: a status that scripts can rely on, and for people what, where, and the next command."""

from enum import IntEnum

from countroom.core.errors import CountroomError


class Status(IntEnum):
    """Exit statuses. Documented in docs/reference/cli.md; a promise."""

    FINE = 0
    FAILURE = 1
    USAGE = 2
    PROBLEMS = 3
    """A check found problems, or something is pending."""
    NOT_FOUND = 4
    PARTLY = 5
    NOT_ALLOWED = 6
    UNREACHABLE = 7
    """Cannot be reached, or took too long."""
    INTERRUPTED = 130


class Stop(CountroomError):
    """The command cannot go on. Printed by `main`, and nothing else is."""

    def __init__(self, status: Status, what: str, *, remedy: str = "") -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.remedy = remedy
