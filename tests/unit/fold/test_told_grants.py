"""What is told of grants: that one has changed after its end, and that its wagering is reached."""

from decimal import Decimal
from typing import Any

from countroom.core.events import BonusState, Event
from countroom.core.instants import MINUTE
from tests.unit.fold.stories import NOON, bet, bonus, rolled_back, said, signals

CREDITED, COMPLETED, FORFEITED = BonusState.CREDITED, BonusState.COMPLETED, BonusState.FORFEITED


def wager(minute: int, name: str, amount: int) -> Event:
    """A stake that names the grant, in a round of its own."""
    return bet(minute, name, round_id=name, pockets=(Decimal(amount),), user_bonus_id="ub1")


def subjects(kind: str, *story: Event) -> list[str]:
    return [signal.subject for signal in signals(*story) if signal.kind == kind]


def ended(**changes: Any) -> list[Event]:
    """A grant with a stake of 60 that was completed at minute 30."""
    required = changes.pop("required", Decimal(200))
    return [bonus(0, CREDITED, required=required), wager(10, "a1", 60), bonus(30, COMPLETED, turned_real=Decimal(15))]


# ---------------------------------------------------------------- wagering


def test_wagering_that_is_reached_is_told_once() -> None:
    story = [bonus(0, CREDITED, required=Decimal(100)), wager(1, "a1", 60), wager(2, "a2", 40), wager(3, "a3", 5)]

    [reached] = said("bonus_wagering_reached", *story)

    assert reached == {
        "user_bonus_id": "ub1", "state": "credited", "amount": 50, "currency": "EUR", "code": "WELCOME", "bets": 2,
        "required": 100, "wagered": 100, "revision": 1, "cause": "a2:a2\x1fx",
    }  # fmt: skip
    assert subjects("bonus_wagering_reached", *story) == ["ub1/100/1"]


def test_wagering_is_reached_by_what_comes_last_whichever_that_is() -> None:
    story = [wager(1, "a1", 60), wager(2, "a2", 40), bonus(0, CREDITED, required=Decimal(100))]

    assert subjects("bonus_wagering_reached", *story) == ["ub1/100/1"]


def test_wagering_that_was_taken_back_and_is_reached_again_is_another_signal() -> None:
    story = [bonus(0, CREDITED, required=Decimal(100)), wager(1, "a1", 100), rolled_back(2, "x", "a1")]

    assert subjects("bonus_wagering_reached", *story, wager(3, "a2", 100)) == ["ub1/100/1", "ub1/100/2"]


def test_a_grant_that_demands_nothing_reaches_nothing() -> None:
    story = [bonus(0, CREDITED, required=Decimal(0)), wager(1, "a1", 60)]

    assert subjects("bonus_wagering_reached", *story) == []
    assert subjects("bonus_wagering_reached", bonus(0, CREDITED), wager(1, "a1", 60)) == []


# ---------------------------------------------------------------- corrections


def test_a_late_stake_corrects_a_grant_that_has_ended() -> None:
    [corrected] = said("bonus_corrected", *ended(), wager(20, "late", 5))

    was = {
        "wagered": 60, "required": 200, "state": "completed", "ended_at": NOON + 30 * MINUTE, "amount": 50,
        "converted": 15,
    }  # fmt: skip
    assert corrected == {
        "user_bonus_id": "ub1", "currency": "EUR", "code": "WELCOME", "bets": 2, "revision": 1, "cause":
        "late:late\x1fx", "was": was,
    } | was | {"wagered": 65}  # fmt: skip


def test_another_end_that_was_earlier_is_told_as_the_state_and_as_a_correction() -> None:
    story = [*ended(), bonus(25, FORFEITED)]

    assert subjects("bonus_corrected", *story) == ["ub1/forfeited/1"]
    assert subjects("bonus_state_changed", *story)[-1] == "ub1/forfeited"
    [corrected] = said("bonus_corrected", *story)
    assert corrected is not None
    assert (corrected["state"], corrected["was"]["state"]) == ("forfeited", "completed")


def test_a_reversal_is_a_state_and_no_correction() -> None:
    story = [*ended(), bonus(40, BonusState.REVERSED)]

    assert subjects("bonus_corrected", *story) == []
    assert subjects("bonus_state_changed", *story)[-1] == "ub1/reversed"


def test_before_its_end_and_after_it_a_grant_has_no_corrections() -> None:
    assert subjects("bonus_corrected", bonus(0, CREDITED), wager(1, "a1", 60), rolled_back(2, "x", "a1")) == []
    assert subjects("bonus_corrected", *ended(), wager(31, "after", 5)) == []


def test_one_event_corrects_a_grant_once_however_many_postings_it_moves() -> None:
    # Two spins and their win: the stake that comes late makes the round a paid one, and moves them all.
    spins = [bet(n, f"s{n}", round_id="r9", pockets=(), free_stake=Decimal(1), user_bonus_id="ub1") for n in (5, 6)]
    late = bet(7, "late", round_id="r9", pockets=(Decimal(3),), user_bonus_id="ub1")

    assert subjects("bonus_corrected", *spins, *ended(), late) == ["ub1/completed/1"]
