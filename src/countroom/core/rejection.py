"""What cannot be accepted is a value with a reason from a closed list, a place and a remedy."""

import re
from enum import StrEnum

import msgspec

_QUOTED = re.compile(r'got ".*"', re.DOTALL)


class Reason(StrEnum):
    """Why something was refused. Closed: safe as a metric's label, documented in docs/reference/refusals.md."""

    MALFORMED = "malformed"
    BAD_ID = "bad_id"
    BAD_AMOUNT = "bad_amount"
    BAD_TIME = "bad_time"
    BAD_CURRENCY = "bad_currency"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_BRAND = "unknown_brand"
    WRONG_PATH = "wrong_path"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    ROLLBACK_CYCLE = "rollback_cycle"
    UNFOLDABLE = "unfoldable"


class Rejection(msgspec.Struct, frozen=True, array_like=True):
    """One thing that is wrong: `detail` never quotes the value of a personal field."""

    reason: Reason
    detail: str
    path: str = "$"

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail} - at `{self.path}`"

    def kept(self) -> "Rejection":
        """The rejection as it may be stored: without the value it quotes, which is sealed with the receipt.

        The sender is told what he sent; but a sender whose columns have shifted puts anything
        anywhere, a name into a timestamp too.
        """
        return Rejection(self.reason, _QUOTED.sub("got another value", self.detail), self.path)
