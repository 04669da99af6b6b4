"""The exceptions of the house, sorted by what the catcher does.

    CountroomError
      Unavailable      a store or peer is away: wait (`retry_after_s`), then try again; nothing was recorded
      Refused          the far side said no, for ever: a person decides
      SettingsError    the configuration cannot be used: stop at start
      Damaged          a store holds what it must not: stop, say where, touch nothing
      Missing          what was named is not there: say so to whoever named it
      Contradicted     what is asked contradicts what stands: a person decides which of the two goes

What is wrong with a message is never an exception; it is a `Rejection`.
"""


class CountroomError(Exception):
    """Root of the tree."""


class Unavailable(CountroomError):
    """Something needed is away. Nothing was recorded; try again after `retry_after_s` seconds.

    `remedy` says what else has to be done first, if anything.
    """

    def __init__(self, message: str, *, retry_after_s: float = 1.0, remedy: str = "") -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.remedy = remedy


class Refused(CountroomError):
    """The far side said no, for ever."""


class SettingsError(CountroomError):
    """The configuration cannot be used; the text names file, key, rule and value."""


class Damaged(CountroomError):
    """A store holds what it must not."""


class Missing(CountroomError):
    """What was named is not there; `remedy` says how to see what is."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Contradicted(CountroomError):
    """What is asked contradicts what stands; `remedy` says what would have to go first."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
