"""What the partner remembers, changed in one place: a verdict that stays green then has not looked at it."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from countroom.simulator.partner.accounts import Got, Link
from countroom.simulator.partner.happened import BET

Tampering = Literal["lose-delivery", "swap-deliveries", "forge-delivery"]

_APART: Final = 3 * 3600
"""Business seconds between two bets of which nobody can doubt which came first."""


def tampered(got: Mapping[str, Sequence[Got]], links: Sequence[Link], how: Tampering | None) -> dict[str, list[Got]]:
    """What each account got; with `how`, one live bet is lost, forged, or swapped with a later one.

    Raises:
        ValueError: no account got enough for it to be missed.
    """
    found = {account: list(messages) for account, messages in got.items()}
    if how is None:
        return found
    standing = [link.account for link in links if not link.is_ended and link.account in found]
    for account in sorted(standing, key=lambda account: -len(found[account])):
        places = _victims(found[account])
        if places is None:
            continue
        messages, (first, second) = found[account], places
        if how == "lose-delivery":
            del messages[second]
        elif how == "forge-delivery":
            amount = messages[second].attributes["amount"]
            messages[second] = messages[second]._replace(
                attributes={**messages[second].attributes, "amount": f"1{amount}"}
            )
        else:
            messages[first], messages[second] = messages[second], messages[first]
        return found
    raise ValueError("sabotage: expected an account with bets some hours apart at the partner; simulate more events")


def _victims(messages: Sequence[Got]) -> tuple[int, int] | None:
    """Two live bets far apart: the initial ones are the first of their name."""
    bets = [place for place, one in enumerate(messages) if one.name == BET][1:]
    if len(bets) < 2:  # noqa: PLR2004 - a pair
        return None
    first, second = bets[0], bets[-1]
    return (first, second) if messages[second].created_at - messages[first].created_at > _APART else None
