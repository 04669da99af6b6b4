"""What is told of rounds and sessions: the thing as it stands, what it was, and why."""

from decimal import Decimal
from typing import Any

from countroom.core.events import Event
from countroom.core.ids import RoundId
from countroom.core.instants import MINUTE
from tests.unit.fold.stories import NOON, bet, loss, rolled_back, said, signals, tick, win

EUR = {"EUR": (Decimal(2), Decimal("0.5"))}


def of(round_id: str) -> dict[str, Any]:
    return {"round_id": RoundId(round_id), "pockets": (Decimal(1),)}


# ---------------------------------------------------------------- rounds


def test_a_closed_round_is_told_whole() -> None:
    [closed] = said("round_closed", bet(0, game="g1"), win(1, "a2"))

    assert closed == {
        "studio": "41", "round_id": "r1", "generation": 1, "state": "closed", "opened_at": NOON,
        "closed_at": NOON + MINUTE, "closed_by": "round_end", "game": "g1", "currency": "EUR", "staked": EUR,
        "won": {"EUR": (5,)}, "base": {"staked": Decimal("2.5"), "won": 5}, "bets": 1, "wins": 1, "free": False,
        "revision": 1, "cause": "a2:a2\x1fx",
    }  # fmt: skip


def test_a_lost_round_says_that_nothing_was_won() -> None:
    [closed] = said("round_closed", bet(0), loss(1, "a2"))

    assert closed is not None
    assert (closed["closed_by"], closed["won"], closed["wins"]) == ("loss", {"EUR": (0,)}, 0)


def test_a_corrected_round_says_what_it_was_and_what_changed_it() -> None:
    [corrected] = said("round_corrected", bet(0), win(1, "a2"), rolled_back(5, "x", "a2"))

    assert corrected is not None
    assert (corrected["state"], corrected["won"], corrected["revision"]) == ("open", {"EUR": (0,)}, 2)
    assert (corrected["was"]["state"], corrected["was"]["won"]) == ("closed", {"EUR": (5,)})
    assert corrected["was"]["closed_at"] == NOON + MINUTE
    assert corrected["cause"] == "x:x\x1fx"


def test_a_closed_round_that_goes_on_in_order_says_what_it_was() -> None:
    [corrected] = said("round_corrected", bet(0), win(1, "a2"), win(2, "a3", 7, ends=False))

    assert corrected is not None
    assert (corrected["won"], corrected["was"]["won"]) == ({"EUR": (12,)}, {"EUR": (5,)})


def test_a_round_that_timed_out_has_no_cause() -> None:
    [closed] = said("round_closed", bet(0), tick(24 * 60))

    assert closed is not None
    assert closed["closed_by"] == "timeout"
    assert "cause" not in closed


def test_a_round_with_a_stake_without_a_rate_says_that_its_base_is_partial() -> None:
    [closed] = said("round_closed", bet(0, currency="SEK"), win(1, "a2"))

    assert closed is not None
    assert closed["base"] == {"staked": 0, "won": 5, "missing": 1}
    assert "currency" not in closed  # There are two.


def test_a_void_round_is_told_as_nothing_staked() -> None:
    [corrected] = said("round_corrected", bet(0, ends=True), rolled_back(5, "x", "a1"))

    assert corrected is not None
    assert (corrected["state"], corrected["bets"], "staked" in corrected) == ("void", 0, False)
    assert corrected["was"]["staked"] == EUR


# ---------------------------------------------------------------- sessions


def played() -> list[Event]:
    """Two rounds of 1 within twenty minutes, and a third after an hour."""
    return [
        bet(0, **of("r1"), game="g2"),
        win(1, "w1", 3),
        bet(20, "a2", **of("r2"), game="g1"),
        bet(80, "a3", **of("r3")),
    ]


def test_an_ended_session_is_told_whole() -> None:
    [ended] = said("session_ended", *played())

    assert ended == {
        "id": f"s-{NOON}", "started_at": NOON, "ended_at": NOON + 20 * MINUTE, "rounds": 2, "free_rounds": 0,
        "open_rounds": 1, "bets": 2, "currency": "EUR", "stake": {"EUR": (2,)}, "payout": {"EUR": (3,)},
        "ggr": {"EUR": -1}, "base": {"stake": 2, "payout": 3, "ggr": -1}, "biggest_payout": {"EUR": 3},
        "top_game": "g1",
    }  # fmt: skip


def test_a_final_session_is_told_whole() -> None:
    [final] = said("session_final", bet(0, **of("r1")), loss(1, "a2"), tick(49 * 60))

    assert final is not None
    assert (final["rounds"], final["stake"], final["ended_at"]) == (1, {"EUR": (1,)}, NOON + MINUTE)


def test_a_late_bet_in_an_ended_session_is_a_correction_that_says_what_it_was() -> None:
    [corrected] = said("session_corrected", *played(), bet(10, "late", **of("r4")))

    assert corrected is not None
    assert (corrected["bets"], corrected["was"]["bets"], corrected["revision"]) == (3, 2, 1)
    assert corrected["cause"] == "late:late\x1fx"


def test_an_ended_session_that_a_late_loss_draws_out_is_corrected() -> None:
    [corrected] = said("session_corrected", bet(0, **of("r1")), tick(100), loss(20, "a2"))

    assert corrected is not None
    assert (corrected["ended_at"], corrected["was"]["ended_at"]) == (NOON + 20 * MINUTE, NOON)


def test_a_win_hours_later_corrects_the_session_of_its_bet() -> None:
    [corrected] = said("session_corrected", *played(), win(300, "w2", 50, round_id=RoundId("r2")))

    assert corrected is not None
    assert (corrected["biggest_payout"], corrected["was"]["biggest_payout"]) == ({"EUR": 50}, {"EUR": 3})


def test_an_earlier_bet_renames_an_ended_session_in_one_correction() -> None:
    [signal] = [s for s in signals(*played(), bet(-5, "early", **of("r0"))) if s.kind == "session_corrected"]
    [corrected] = said("session_corrected", *played(), bet(-5, "early", **of("r0")))

    early, was = f"s-{NOON - 5 * MINUTE}", f"s-{NOON}"
    assert signal.subject == f"{was}>{early}/1"
    assert corrected is not None
    assert (corrected["id"], corrected["was"]["id"]) == (early, was)
    assert (corrected["bets"], corrected["was"]["bets"]) == (3, 2)


def test_a_merged_session_says_which_stays_which_goes_and_what_both_were() -> None:
    [merged] = said("session_merged", *played(), bet(50, "late", **of("r4")))

    assert merged is not None
    assert (merged["kept"], merged["withdrawn"]) == (f"s-{NOON}", f"s-{NOON + 80 * MINUTE}")
    assert (merged["id"], merged["bets"], merged["rounds"]) == (merged["kept"], 4, 4)
    assert (merged["was"]["kept"]["bets"], merged["was"]["withdrawn"]["bets"]) == (2, 1)
    assert merged["cause"] == "late:late\x1fx"


def test_a_session_that_went_on_after_its_end_was_told_ends_under_another_identity() -> None:
    ends = [s.subject for s in signals(*played(), bet(50, "late", **of("r4")), tick(300)) if s.kind == "session_ended"]

    assert ends == [f"s-{NOON}", f"s-{NOON}/1"]


def test_sessions_of_free_money_are_not_told() -> None:
    story = [bet(0, **of("r1"), free_money=True), bet(50, "a3", **of("r3"), free_money=True)]
    story.append(bet(25, "late", **of("r4"), free_money=True))
    story.append(bet(-5, "early", **of("r0"), free_money=True))
    kinds = {s.kind for s in signals(*story, tick(500))}

    assert kinds == {"bet_placed"}


def test_of_who_is_linked_nowhere_the_same_is_told_without_contents() -> None:
    story = [*played(), bet(10, "late", **of("r4")), bet(50, "later", **of("r5")), rolled_back(90, "x", "w1")]

    told = signals(*story)

    assert {s.kind for s in told} >= {"round_closed", "round_corrected", "session_corrected", "session_merged"}
    assert {s.content for s in told if s.content is None} == {None}
    assert all(s.content is None for s in told)


def test_an_ended_session_that_grows_by_a_win_apart_is_corrected_and_ends_no_second_time() -> None:
    story = [bet(0, **of("r1")), win(31, "w1", 3, round_id=RoundId("r9")), bet(10, "late", **of("r2")), tick(300)]

    told = [(s.kind, s.subject) for s in signals(*story) if s.kind.startswith("session_")]

    assert told == [("session_ended", f"s-{NOON}"), ("session_corrected", f"s-{NOON}/1")]


def test_an_ended_session_that_is_taken_into_earlier_wins_keeps_its_state() -> None:
    # A win alone, then a session, ended by a later one; a late win joins the two.
    story = [win(0, "w0", 3, round_id=RoundId("r0")), bet(40, **of("r1")), bet(100, "a3", **of("r3"))]

    told = signals(*story, win(20, "w1", 3, round_id=RoundId("r8")), bet(41, "late", **of("r4")))

    assert [(s.kind, s.subject) for s in told if s.kind.startswith("session_")] == [
        ("session_ended", f"s-{NOON + 40 * MINUTE}"),
        ("session_corrected", f"s-{NOON + 40 * MINUTE}/1"),
        ("session_corrected", f"s-{NOON + 40 * MINUTE}/2"),
    ]
