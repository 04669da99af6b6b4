"""First and last instants: exact as far as they go, and counted again when they have run dry."""

import pytest

from countroom.fold.moments import KEPT, add_moment, drop_moment, refill
from countroom.fold.pages import Moments


def run_dry(*, first: bool) -> Moments:
    """Instants 1 to 9 of which as many were taken away at one end as are kept there."""
    moments = Moments(first=[], last=[])
    refill(moments, list(range(1, 10)))
    ends = range(1, KEPT + 1) if first else range(9, 9 - KEPT, -1)
    again = [drop_moment(moments, at) for at in ends]
    assert again == [False] * (KEPT - 1) + [True]
    return moments


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("at", [0, 5, 20])
def test_an_instant_may_come_between_running_dry_and_counting_again(at: int, first: bool) -> None:
    moments = run_dry(first=first)

    add_moment(moments, at)

    assert moments.count == 9 - KEPT + 1
    assert not (moments.first and moments.last)
