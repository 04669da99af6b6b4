"""When a process that ended is started again."""

import pytest

from countroom.runtime.children import LONGEST_WAIT_S, wait_before_restart


@pytest.mark.parametrize(
    ("ends", "seconds"), [(0, 0.0), (1, 0.0), (2, 0.25), (3, 0.5), (7, 8.0), (8, 10.0), (999, 10.0)]
)
def test_the_first_time_at_once_then_doubling_up_to_a_bound(ends: int, seconds: float) -> None:
    assert wait_before_restart(ends) == seconds


def test_no_wait_is_longer_than_the_bound_nor_shorter_than_the_one_before() -> None:
    waits = [wait_before_restart(ends) for ends in range(1, 100)]

    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_S
