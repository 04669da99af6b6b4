"""Rejections: what the sender is told, and what is kept of it."""

import pytest

from countroom.core.rejection import Reason, Rejection


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ('expected a plain decimal number, got "NaN"', "expected a plain decimal number, got another value"),
        ('expected a time, got "Jane \\"JD\\" Doe"', "expected a time, got another value"),
        ('expected a time, got "356"; send RFC 3339', "expected a time, got another value; send RFC 3339"),
        ("expected one of Bet, Win, got empty text", "expected one of Bet, Win, got empty text"),
        ("expected the required field `type`, found none", "expected the required field `type`, found none"),
    ],
)
def test_a_kept_rejection_does_not_quote_what_was_sent(told: str, kept: str) -> None:
    assert Rejection(Reason.MALFORMED, told, "$.x").kept() == Rejection(Reason.MALFORMED, kept, "$.x")
