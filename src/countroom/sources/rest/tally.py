"""How many receipts came to what end: the facts behind `countroom_receipts_total`."""

from enum import StrEnum

from countroom.core.ids import SourceName


class ReceiptOutcome(StrEnum):
    """What became of one request. Closed: safe as a metric's label."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    """Bad, and answered 200 all the same, as the source is set."""
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    THROTTLED = "throttled"
    BEHIND = "behind"
    AWAY = "away"
    ABANDONED = "abandoned"
    """The client went before its body was complete."""


class SourceTally:
    """Counts of one source since the process began."""

    __slots__ = ("accepted", "body_bytes", "others")

    def __init__(self) -> None:
        self.accepted = 0
        """By far the most frequent, and so a plain number."""
        self.others: dict[ReceiptOutcome, int] = {}
        self.body_bytes = 0
        """Bytes of the bodies that were read."""

    def count(self, outcome: ReceiptOutcome) -> None:
        """One more receipt came to `outcome`, which is not ACCEPTED."""
        self.others[outcome] = self.others.get(outcome, 0) + 1

    def by_outcome(self) -> dict[ReceiptOutcome, int]:
        """All counts that are not 0."""
        return ({ReceiptOutcome.ACCEPTED: self.accepted} if self.accepted else {}) | self.others


class ReceiptTally:
    """The counts of all sources; written by the event loop, read by whoever exports them."""

    def __init__(self) -> None:
        self._by_source: dict[SourceName, SourceTally] = {}

    def of(self, source: SourceName) -> SourceTally:
        """The counts of `source` (`""` while it is unknown), to be counted up."""
        return self._by_source.setdefault(source, SourceTally())

    def by_source(self) -> dict[SourceName, SourceTally]:
        """All counts, by source."""
        return dict(self._by_source)
