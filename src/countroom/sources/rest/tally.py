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


class ReceiptTally:
    """Counts since the process began; written by the event loop, read by whoever exports them."""

    def __init__(self) -> None:
        self.receipts: dict[tuple[SourceName, ReceiptOutcome], int] = {}
        self.bytes: dict[SourceName, int] = {}

    def count(self, source: SourceName, outcome: ReceiptOutcome) -> None:
        """One more receipt of `source` (`""` while unknown) came to `outcome`."""
        key = (source, outcome)
        self.receipts[key] = self.receipts.get(key, 0) + 1

    def count_bytes(self, source: SourceName, size: int) -> None:
        """A body of `size` bytes was read."""
        self.bytes[source] = self.bytes.get(source, 0) + size
