"""The events that FACEIT's manual names, as a partner gets them who configures none. Data, in the form of the file."""

from typing import Any, Final

DEFAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"slug": "registration", "name": "registration", "on": ["profile_ready"], "initial": "registered"},
    {
        "slug": "email_confirmation",
        "name": "email_confirmation",
        "field": "verified_at",
        "initial": "field",
        "at": "value",
    },
    {
        "slug": "kyc",
        "name": "kyc",
        "field": "verification_type",
        "initial": "field",
        "attributes": {"status": "value"},
    },
    {
        "slug": "first_deposit",
        "name": "first_deposit",
        # A first deposit that was taken back makes way for another: told once all the same.
        "on": ["ftd_reached", "ftd_corrected"],
        "where": [{"field": "payment_id", "op": "known", "value": True}],
        "initial": "first_deposit",
        "attributes": {"amount": "amount", "currency": "currency"},
        "once": True,
    },
    {
        "slug": "deposit",
        "name": "deposit",
        "on": ["deposit_counted"],
        "initial": "last_deposit",
        "attributes": {"amount": "amount", "currency": "currency"},
    },
    {
        "slug": "bet",
        "name": "bet",
        "on": ["bet_placed", "round_played", "sports_bet_placed"],
        "where": [{"field": "free_money", "op": "!=", "value": True}],
        "initial": "last_bet",
        "attributes": {"amount": "amount", "currency": "currency"},
    },
    {
        "slug": "withdrawal",
        "name": "withdrawal",
        "on": ["withdrawal_counted"],
        "initial": "last_withdrawal",
        "attributes": {"amount": "amount", "currency": "currency"},
        "enabled": False,
    },
)
"""A rule of the file with one of these slugs changes what it names and keeps the rest."""
