"""A loud repeat of what was taken quietly: what is told then, and what is not."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from countroom.core.events import BlocksStated, BonusState, ConsentsStated, Event
from countroom.core.signals import Signal
from tests.unit.fold.stories import about, bet, bonus, deposit, linked, loss, profile, signals, win

CONSENTS = ConsentsStated(about=about(0, "c"), consents={"email": True})
BLOCKS = BlocksStated(about=about(0, "b"), blocks={"excluded": True})


def quiet(event: Event, mark: str = "quiet") -> Event:
    changed: Any = msgspec.structs.replace(event.about, **{mark: True})
    return msgspec.structs.replace(event, about=changed)


def loud(*events: Event) -> list[Signal]:
    return [s for s in signals(linked(-60), *events) if not s.quiet and s.partner is None]


@pytest.mark.parametrize("mark", ["quiet", "historical"])
@pytest.mark.parametrize(
    ("fact", "kinds"),
    [
        (deposit(0, "d1"), ["deposit_counted", "ftd_reached", "payment_reported"]),
        (bonus(0, BonusState.CREDITED), ["bonus_state_changed", "bonus_reported"]),
        (profile(0, 5, country="MT"), ["profile_changed", "profile_ready", "profile_stated"]),
        (CONSENTS, ["consent_changed", "consents_stated"]),
        (BLOCKS, ["account_status_changed", "blocks_stated"]),
        (bet(0, ends=True), ["round_closed", "bet_placed"]),
    ],
    ids=lambda x: x[0] if isinstance(x, list) else "",
)
def test_what_followed_from_the_fact_is_told_with_it(fact: Event, kinds: list[str], mark: str) -> None:
    told = loud(quiet(fact, mark), fact, fact)

    assert [s.kind for s in told] == kinds
    assert [(s.kind, s.subject, s.at) for s in told] == [(s.kind, s.subject, s.at) for s in loud(fact)]


def test_a_deposit_that_is_not_counted_any_more_is_not_told_as_counted() -> None:
    fact = deposit(0, "d1")

    told = loud(quiet(fact), deposit(1, "d1", "rolled_back"), fact)

    assert "deposit_counted" not in [s.kind for s in told]
    assert "ftd_reached" not in [s.kind for s in told]


def test_the_content_is_the_thing_as_it_stands_at_the_repeat() -> None:
    fact = deposit(0, "d1")

    [told] = [s for s in loud(quiet(fact), deposit(5, "d1", "completed", 90), fact) if s.kind == "deposit_counted"]

    assert told.subject == "d1/approved"
    assert told.content is not None
    assert told.content["amount"] == 90


def test_a_later_status_does_not_count_the_deposit_again() -> None:
    later = deposit(5, "d1", "completed")

    told = [s.subject for s in loud(deposit(0, "d1"), quiet(later), later) if s.kind == "deposit_counted"]

    assert told == ["d1/approved"]


def test_a_field_that_was_changed_since_is_not_told() -> None:
    fact = profile(0, country="MT", language="en")

    told = [s for s in loud(quiet(fact), profile(5, country="SE"), fact) if s.kind == "profile_changed"]

    contents: list[Any] = [s.content for s in told]
    assert [content["names"] for content in contents] == [["country"], ["email", "language"]]


def test_a_round_that_was_corrected_since_is_not_told_as_closed() -> None:
    fact = win(1, "a2")

    told = [s.kind for s in loud(bet(0), quiet(fact), win(2, "a3", 3), fact) if s.kind.startswith("round_")]

    assert told == ["round_corrected"]


def test_a_result_that_did_not_close_the_round_closes_none_when_repeated() -> None:
    fact = win(1, "a2", ends=False)

    told = [s.kind for s in loud(bet(0), quiet(fact), loss(2, "a3"), fact) if s.kind.startswith("round_")]

    assert told == ["round_closed"]


def test_sessions_and_totals_are_not_told_again() -> None:
    late = bet(-60 * 24 * 3, "late", round_id="r0", pockets=(Decimal(1),))
    story = [bet(60 * 24 * 2, "later"), quiet(late)]

    told = [s.kind for s in loud(*story, late)]

    assert told == ["bet_placed", "bet_placed"]
