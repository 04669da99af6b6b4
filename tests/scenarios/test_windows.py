"""Windows and favourites, asked of the fold's pages: row 33 of the semantics' table, and chapters 4.5 and 4.7."""

from decimal import Decimal

import pytest

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.money import total
from countroom.fold.memory import fold_all
from countroom.fold.reader import Reader
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.fold.windows import favourites, in_window, window
from tests.scenarios.words import moment, story

ROW_33 = "03-03 12:00 B a1 r1 8; 03-04 12:00 B a2 r2 1; 03-10 12:00 B a3 r3 2"


def reader(told: str, time_zone: str = "UTC") -> Reader:
    settings = FoldSettings(brands={"lucky": BrandSettings(time_zone=time_zone)})
    return Reader(
        fold_all(story(told), settings).pages, PlayerKey(BrandId("lucky"), PlayerId("p1")), settings.brands["lucky"]
    )


def turnover(r: Reader, asked: str, now: str) -> Decimal:
    bucket = in_window(r, window(asked, r, moment(now)))
    return sum((total(cell.turnover) for cell in bucket.casino.values()), Decimal(0))


def test_row_33_the_last_days_are_the_running_one_and_those_before_it() -> None:
    r = reader(ROW_33)

    assert turnover(r, "last 7 days", "03-10 15:00") == 3
    assert turnover(r, "last 7 full days", "03-10 15:00") == 9
    assert turnover(r, "last 7 days", "03-11 00:00") == 2


@pytest.mark.parametrize(
    ("asked", "now", "expected"),
    [
        ("last 1 days", "03-10 15:00", 2),
        ("last 3 hours", "03-10 14:59", 2),
        ("last 2 hours", "03-10 14:00", 0),
        ("this week", "03-10 15:00", 2),  # a Tuesday
        ("last full week", "03-10 15:00", 9),
        ("this month", "03-10 15:00", 11),
        ("last full month", "04-01 00:00", 11),
        ("last full month", "03-31 23:59", 0),
    ],
)
def test_a_window_is_whole_days_or_hours(asked: str, now: str, expected: int) -> None:
    assert turnover(reader(ROW_33), asked, now) == expected


def test_the_days_of_a_window_are_the_brands() -> None:
    told = "03-09 23:30 B a1 r1 5"  # half past midnight in Malta

    assert turnover(reader(told), "last 1 days", "03-10 10:00") == 0
    assert turnover(reader(told, time_zone="Europe/Malta"), "last 1 days", "03-10 10:00") == 5


@pytest.mark.parametrize("asked", ["last 0 days", "last 367 days", "last 745 hours", "last week", "7 days", ""])
def test_a_window_that_is_none_is_refused_with_what_was_expected(asked: str) -> None:
    with pytest.raises(ValueError, match="window: expected"):
        window(asked, reader(ROW_33), moment("03-10 15:00"))


def test_a_favourite_is_what_most_real_money_was_staked_on() -> None:
    r = reader(
        """10:00 B a1 r1 3 game=g1; 10:01 B a2 r2 1+9b game=g2 studio=77; 10:02 B a3 r3 9 in=SEK game=g2
           10:03 B a4 r4 2 game=g3; 10:04 RB a4; 10:05 B a5 r5 500 in=GC free_money game=g4"""
    )

    assert favourites(r, moment("03-10 10:00")) == {"favourite_game": "g1", "favourite_studio": "41"}


@pytest.mark.parametrize(
    ("told", "favourite"),
    [
        ("10:00 B a1 r1 2 game=g1; 10:01 B a2 r2 1 game=g2; 10:02 B a3 r3 1 game=g2", "g2"),  # more rounds
        ("10:00 B a1 r1 2 game=g1; 10:01 B a2 r2 1 game=g2; 10:02 B a3 r2 1 game=g2", "g2"),  # the later bet
        ("10:00 B a1 r1 2 game=g2; 10:00 B a2 r2 2 game=g1", "g1"),  # the smaller id
    ],
)
def test_of_equal_favourites_rounds_decide_then_the_later_bet_then_the_id(told: str, favourite: str) -> None:
    assert favourites(reader(told), moment("03-10 10:00"))["favourite_game"] == favourite


def test_what_lies_more_than_90_days_back_is_no_favourite_any_more() -> None:
    r = reader("03-04 10:00 B a1 r1 2")

    assert "favourite_game" in favourites(r, moment("06-01 23:59"))
    assert favourites(r, moment("06-02 00:00")) == {}
