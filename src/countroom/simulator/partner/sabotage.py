"""What the partner remembers, changed in one place: a verdict that stays green then has not looked at it."""

from collections.abc import Mapping, Sequence
from typing import Literal

from countroom.simulator.partner.accounts import Got, Link
from countroom.simulator.partner.check import matched
from countroom.simulator.partner.happened import BET, Story

Tampering = Literal["lose-delivery", "swap-deliveries", "forge-delivery"]


def tampered(
    got: Mapping[str, Sequence[Got]], links: Sequence[Link], stories: Mapping[str, Story], how: Tampering | None
) -> dict[str, list[Got]]:
    """What each account got; with `how`, one live bet is lost, forged, or swapped with a later one.

    Raises:
        ValueError: no account got enough for it to be missed.
    """
    found = {account: list(messages) for account, messages in got.items()}
    if how is None:
        return found
    standing = [link for link in links if not link.is_ended and link.account in found]
    for link in sorted(standing, key=lambda link: -len(found[link.account])):
        messages = found[link.account]
        victims = _victims(link, stories.get(link.player, Story()), messages)
        if victims is None:
            continue
        first, second = victims
        one = messages[second]
        if how == "lose-delivery":
            del messages[second]
        elif how == "forge-delivery":
            messages[second] = one._replace(attributes={**one.attributes, "amount": f"1{one.attributes['amount']}"})
        else:
            messages[first], messages[second] = one, messages[first]
        return found
    raise ValueError("sabotage: expected an account with two bets after its link, one clearly first; simulate more")


def _victims(link: Link, story: Story, messages: Sequence[Got]) -> tuple[int, int] | None:
    """Two live bets, the farthest apart, of which nobody can doubt which came first."""
    told, unexplained = matched(link, story, messages)
    bets = (
        [] if unexplained else [n for n, one in enumerate(told) if one.got.name == BET and one.window.sent > link.seen]
    )
    if not bets:
        return None
    first, second = bets[0], bets[-1]
    return (first, second) if told[first].window.is_before(told[second].window) else None
