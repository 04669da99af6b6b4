"""What the partner got against what happened: the part of the verdict that covers deliveries."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from countroom.runtime.demo.lines import Line
from countroom.runtime.demo.partner import Arrival
from countroom.runtime.demo.plan import PARTNER_RATE
from countroom.simulator.partner.accounts import FAULTS, Fault, Got, Link
from countroom.simulator.partner.check import faults
from countroom.simulator.partner.happened import Story

_STALE_S: Final = 10.0
"""Longest that a delivery process may not have heard of the end of a link: shards or it may be killed meanwhile."""
_STRANGER: Final = "told of who was never linked"
_AFTERWARDS: Final = f"sent more than {_STALE_S:g} s after the end of a link"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on the deliveries."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def judge(
    links: Sequence[Link],
    stories: Mapping[str, Story],
    got: Mapping[str, Sequence[Got]],
    *,
    arrivals: Sequence[Arrival],
    counts: Mapping[str, int],
) -> Told:
    """Hold every account against what happened to its player."""
    found: list[Fault] = []
    for link in links:
        found += faults(link, stories.get(link.player, Story()), got.get(link.account, ()))
    known = {link.account for link in links}
    strangers = sorted({one.account for one in arrivals} - known)
    found += [Fault(_STRANGER, account, f"{len(got.get(account, ()))} events") for account in strangers]
    found += _afterwards(links, arrivals)
    by_kind = Counter(fault.what for fault in found)
    wrong = {fault.account for fault in found}
    taken = sum(map(len, got.values()))
    lines = [
        Line("accounts at the partner", f"{len(known):,} right", f"{len(known - wrong):,} right", is_equal=not wrong),
        Line("events at the partner", "some", f"{taken:,}", is_equal=taken > 0),
        *(_none(f"  {kind}", by_kind[kind]) for kind in (*FAULTS, _STRANGER, _AFTERWARDS)),
        _none("  the same id with other content", counts["conflict"]),
        _none("  not as the vendor's manual wants it", counts["refused"]),
        Line(
            "  most requests in a second",
            f"<= {PARTNER_RATE}",
            str(counts["peak"]),
            is_equal=counts["peak"] <= PARTNER_RATE,
        ),
    ]
    return Told(lines=tuple(lines), faults=tuple(found))


def _afterwards(links: Sequence[Link], arrivals: Sequence[Arrival]) -> list[Fault]:
    """Requests that came when the end of the link had long been known."""
    offset_s = time.time() - time.monotonic()
    ended = {link.account: link.ended_seen + offset_s for link in links if link.ended_seen is not None}
    return [
        Fault(_AFTERWARDS, one.account, f"{one.at - ended[one.account]:.1f} s")
        for one in arrivals
        if one.account in ended and one.at > ended[one.account] + _STALE_S
    ]


def _none(what: str, found: int) -> Line:
    return Line(what, "0", f"{found:,}", is_equal=not found)
