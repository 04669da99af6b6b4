"""Pace, breaker, backoff and lanes, in made time."""

from collections import deque
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countroom.core.deliveries import LinkView
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import SECOND, Instant
from countroom.flow.backoff import delay
from countroom.flow.breaker import OPENS_AFTER, Breaker
from countroom.flow.lanes import SHARE, Chain, Lanes
from countroom.flow.pace import CAP_S, ENOUGH, MARGIN_S, QUIET_START_S, SPREAD, STEADY_S, Moment, Pace

LATE = st.sampled_from((0.0, 0.0, 0.0, 0.0004, 0.001, 0.004, 0.02, 0.09, 0.3, 2.0))


def sent(pace: Pace, count: int, *, late: list[float], begun_s: float = 0.0) -> list[float]:
    """When `count` messages go that all wait, answered at once, and the caller comes each time as late as said."""
    now_s, moments = begun_s, []
    for n in range(count):
        now_s = max(now_s, pace.next_at(now_s))
        now_s += late[n % len(late)]
        if (at := pace.next_at(now_s)) > now_s:
            now_s = at
        pace.answered(pace.note(now_s), now_s)
        moments.append(now_s)
    return moments


WAY_S = 0.03
"""One way of the two, when it is quick."""


def arrived(pace: Pace, late: list[tuple[float, float]], *, begun_s: float = 0.0) -> list[float]:
    """When messages arrive that all wait, each so much later than the quickest there, and its answer back."""
    now_s, moments = begun_s, []
    under_way: deque[tuple[float, int, Moment]] = deque()
    for n, (there_s, back_s) in enumerate(late):
        while True:
            at_s = pace.next_at(now_s)
            under_way = deque(sorted(under_way, key=lambda one: one[:2]))
            if not under_way or under_way[0][0] > max(at_s, now_s):
                break
            answered_s, _, moment = under_way.popleft()
            now_s = max(now_s, answered_s)
            pace.answered(moment, now_s)
        now_s = max(now_s, at_s)
        under_way.append((now_s + WAY_S + there_s + WAY_S + back_s, n, pace.note(now_s)))
        moments.append(now_s + WAY_S + there_s)
    return sorted(moments)


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(1 for other in moments if at <= other <= at + 1.0) for at in moments)


@given(st.integers(1, 60), st.lists(LATE, min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_window_of_a_second_holds_more_than_the_rate(rate: int, late: list[float]) -> None:
    assert most_in_a_second(sent(Pace(rate, now_s=0.0), 5 * rate + 3, late=late)) <= rate


@given(st.integers(1, 60), st.lists(LATE, min_size=1, max_size=10), st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_a_restart_at_any_moment_breaks_no_window(rate: int, late: list[float], before: int) -> None:
    first = sent(Pace(rate, now_s=0.0), before, late=late)
    second = sent(Pace(rate, now_s=first[-1]), 2 * rate, late=late, begun_s=first[-1])

    assert most_in_a_second(first + second) <= rate


JITTER = st.one_of(st.just(0.0), st.floats(0.0, CAP_S - 0.001), st.just(CAP_S - 0.001))
BACK = st.one_of(st.just(0.0), st.floats(0.0, 0.2), st.just(1.5))


@given(st.integers(1, 60), st.lists(st.tuples(JITTER, BACK), min_size=1, max_size=150), st.integers(0, ENOUGH - 1))
@settings(max_examples=200, deadline=None)
def test_no_second_at_the_door_holds_more_than_the_rate_however_late_messages_arrive(
    rate: int, late: list[tuple[float, float]], quick: int
) -> None:
    count = max(5 * rate, 2 * ENOUGH)
    late = (late * (count // len(late) + 1))[:count]
    # The way is steady: among the first it is once as quick as it can be, give or take the margin.
    late[quick] = (MARGIN_S / 3, MARGIN_S / 3)

    assert most_in_a_second(arrived(Pace(rate, now_s=0.0), late)) <= rate


def test_a_message_that_arrived_late_costs_what_it_was_late_and_no_more() -> None:
    pace = Pace(40, now_s=0.0)
    moments = arrived(pace, [(0.02 if n % 8 == 0 else 0.0, 0.0) for n in range(40 * 60)])

    assert 40 / (SPREAD + 0.02) < (len(moments) - 1) / (moments[-1] - moments[0]) <= 40


def test_a_partner_who_is_steady_though_far_is_told_at_his_limit() -> None:
    moments = arrived(Pace(40, now_s=0.0), [(0.0, 0.3)] * (40 * 60))

    assert 39.9 <= (len(moments) - 1) / (moments[-1] - moments[0]) <= 40


def test_a_way_that_became_longer_costs_no_more_than_two_minutes_of_the_cap() -> None:
    before, since = [(0.0, 0.0)] * 40 * 5, [(0.04, 0.0)] * 40 * int(3 * STEADY_S)
    moments = arrived(Pace(40, now_s=0.0), before + since)[-40 * 30 :]

    assert (len(moments) - 1) / (moments[-1] - moments[0]) >= 39.9


def test_who_was_told_without_a_limit_is_told_nothing_for_a_second_when_there_is_one() -> None:
    pace = Pace(0, now_s=0.0)
    first = sent(pace, 500, late=[0.0001])
    pace.change(40)

    assert sent(pace, 1, late=[0.0], begun_s=first[-1])[0] > first[-1] + 1.0


@pytest.mark.parametrize("rate", [1, 7, 40, 100, 1_000])
def test_under_load_the_rate_is_kept_within_a_hundredth_though_timers_are_late(rate: int) -> None:
    moments = sent(Pace(rate, now_s=0.0), 60 * rate, late=[0.0, 0.001, 0.0005, 0.002])
    kept = (len(moments) - 1) / (moments[-1] - moments[0])

    assert rate * 0.995 <= kept <= rate


def test_messages_are_evenly_spaced_also_after_a_pause() -> None:
    pace = Pace(40, now_s=0.0)
    sent(pace, 10, late=[0.0])
    pace.rest(100.0)
    moments = sent(pace, 10, late=[0.0], begun_s=100.0)

    gaps = [b - a for a, b in pairwise(moments)]
    assert min(gaps) == pytest.approx(SPREAD / 40)


def test_nothing_goes_in_the_first_second_also_without_a_limit() -> None:
    assert Pace(40, now_s=5.0).next_at(5.0) == 5.0 + QUIET_START_S
    assert Pace(0, now_s=5.0).next_at(5.0) == 5.0 + QUIET_START_S


def test_a_lower_rate_counts_what_went_before_the_change() -> None:
    pace = Pace(40, now_s=0.0)
    moments = sent(pace, 40, late=[0.0])
    pace.change(5)

    assert pace.next_at(moments[-1]) >= moments[-5] + 1.0


def test_backoff_doubles_to_a_quarter_of_an_hour_and_jitter_takes_off_a_tenth_at_most() -> None:
    whole = [delay(n, jitter=0.0).total_seconds() for n in (1, 2, 3, 10, 11, 500)]

    assert whole == [1, 2, 4, 512, 900, 900]
    assert timedelta(seconds=0.9) < delay(1, jitter=0.999) < timedelta(seconds=0.901)


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.0), (1, 1.0), (1, -0.1)])
def test_backoff_refuses_what_makes_no_sense(attempt: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        delay(attempt, jitter=jitter)


def breaker() -> Breaker:
    return Breaker(chance=lambda: 0.0)


def at(seconds: float) -> Instant:
    return Instant(int(seconds * SECOND))


def test_the_breaker_opens_after_outages_in_a_row_and_not_before() -> None:
    b = breaker()
    for _ in range(OPENS_AFTER - 1):
        b.failed(at(0), "503")
    assert b.lets(at(0))
    b.answered()
    for _ in range(OPENS_AFTER - 1):
        b.failed(at(0), "503")
    assert b.lets(at(0))
    b.failed(at(0), "503")
    assert not b.lets(at(0))


def test_an_open_breaker_lets_one_probe_through_and_then_waits_for_its_answer() -> None:
    b = breaker()
    for _ in range(OPENS_AFTER):
        b.failed(at(0), "503")
    assert b.lets(at(1))
    b.sending()
    assert not b.lets(at(1))
    b.failed(at(1), "503")
    assert not b.lets(at(2))
    assert b.lets(at(3))
    b.sending()
    b.answered()
    assert b.lets(at(3))


def test_probes_are_never_more_than_a_minute_apart() -> None:
    b = breaker()
    now = 0.0
    for _ in range(OPENS_AFTER):
        b.failed(at(now), "503")
    for _ in range(30):
        now = b.until / SECOND
        b.sending()
        b.failed(at(now), "503")
    assert b.until == at(now + 60)


def test_a_partner_who_asks_to_be_left_alone_is_left_alone_at_once() -> None:
    b = breaker()
    b.failed(at(0), "429", asked_for=7 * SECOND)
    assert not b.lets(at(6.9))
    assert b.lets(at(7))


def test_an_answer_to_what_was_sent_before_closes_the_breaker() -> None:
    b = breaker()
    for _ in range(OPENS_AFTER):
        b.failed(at(0), "503")
    b.answered()
    assert b.lets(at(0))


def chain(name: str, *, is_fresh: bool) -> Chain:
    link = LinkView(
        link=1, partner=PartnerId("crm"), brand=BrandId("b"), player=PlayerId(name), link_id=LinkId("l"),
        account=name, linked_at=at(0), not_before=at(0),
    )  # fmt: skip
    return Chain(link, deque(), is_fresh=is_fresh)


def test_what_is_fresh_goes_first_and_the_backlog_has_its_share() -> None:
    lanes = Lanes()
    for n in range(100):
        lanes.add(chain(f"old-{n}", is_fresh=False))
        lanes.add(chain(f"new-{n}", is_fresh=True))
    taken = [each.link.player for _ in range(8 * SHARE) if (each := lanes.take()) is not None]

    assert [n for n, player in enumerate(taken) if player.startswith("old")] == list(range(SHARE - 1, 8 * SHARE, SHARE))
    assert [p for p in taken if p.startswith("new")] == [f"new-{n}" for n in range(7 * SHARE)]


def test_a_forgotten_chain_loses_its_turn() -> None:
    lanes = Lanes()
    gone = chain("gone", is_fresh=True)
    lanes.add(gone)
    lanes.add(chain("next", is_fresh=True))
    gone.is_over = True

    taken = lanes.take()
    assert taken is not None
    assert taken.link.player == "next"
