"""Instants as senders write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countroom.core.instants import from_datetime, iso, parse
from countroom.dialects.times import instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"),
        ("2026-03-04T05:06:07.1Z", "2026-03-04T05:06:07.1Z"),
        ("2026-03-04T05:06:07.123Z", "2026-03-04T05:06:07.123Z"),
        ("2026-03-04T05:06:07.123456Z", "2026-03-04T05:06:07.123456Z"),
        ("2026-03-04T05:06:07.1234569999999Z", "2026-03-04T05:06:07.123456Z"),
        ("2026-03-04T05:06:07.25" + "0" * 100 + "Z", "2026-03-04T05:06:07.25Z"),
        ("2026-03-04T05:06:07.25" + "0" * 100 + "+00:00", "2026-03-04T05:06:07.25Z"),
        ("2026-03-04t05:06:07z", "2026-03-04T05:06:07Z"),
        ("2015-03-02T8:27:58.721607Z", "2015-03-02T08:27:58.721607Z"),
        ("2018-02-18 18:13:06", "2018-02-18T18:13:06Z"),
        ("2018-02-18 8:13:06", "2018-02-18T08:13:06Z"),
        ("2018-02-18T18:13:06.5", "2018-02-18T18:13:06.5Z"),
        ("2026-03-04T11:06:07+06:00", "2026-03-04T05:06:07Z"),
        ("2026-03-04T11:06:07.25+0600", "2026-03-04T05:06:07.25Z"),
        ("2026-03-03T23:36:07-05:30", "2026-03-04T05:06:07Z"),
        ("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"),
    ],
)
def test_a_written_time_is_read_into_utc(text: str, expected: str) -> None:
    assert instant(text) == parse(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1772600767, "2026-03-04T05:06:07Z"),
        (1772600767123, "2026-03-04T05:06:07.123Z"),
        ("1772600767", "2026-03-04T05:06:07Z"),
        ("1772600767123", "2026-03-04T05:06:07.123Z"),
        (99_999_999_999, "5138-11-16T09:46:39Z"),
        (100_000_000_000, "1973-03-03T09:46:40Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_a_count_below_1e11_is_seconds_and_above_milliseconds(value: str | int, expected: str) -> None:
    assert instant(value) == parse(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2015-03",
        "20150302",
        "2015-03-02",
        "2015-W10-1T00:00:00Z",
        "2026-03-04T8:27.721607Z",
        "2026-03-04T05:06Z",
        "2026-02-30T05:06:07Z",
        "2026-02-30T05:06:07.000Z",
        "2026-03-04T24:00:00Z",
        "2026-03-04T05:60:07Z",
        "2026-03-04T05:06:60Z",
        "2026-03-04T05:06:60.5Z",
        "2026-03-04T05:06:07.Z",
        "2026-03-04T05:06:07.",
        "2026-03-04T05:06:07.5ZZ",
        "2026-03-04T05:06:07X5Z",
        "2026-03-04T05:06:07.1_2Z",
        "2026-03-04T05:06:07.+12Z",
        "2026-03-04T05:06:07.\N{ARABIC-INDIC DIGIT ONE}Z",
        "\N{ARABIC-INDIC DIGIT TWO}026-03-04T05:06:07Z",
        "2026-03-04T05:06:07+24:00",
        "2026-03-04T05:06:07ZZ",
        " 2026-03-04T05:06:07Z",
        "2026-03-04T05:06:07Z\n",
        "0000-03-04T05:06:07Z",
        "1772600767.5",
        "-1772600767",
        "1" * 18,
        "yesterday",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert instant(text) is None


@given(
    st.datetimes(
        datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2199, 1, 1),  # noqa: DTZ001
        timezones=st.builds(timezone, st.integers(-23 * 60, 23 * 60).map(lambda n: timedelta(minutes=n))),
    ),
    st.sampled_from(["auto", "milliseconds", "microseconds"]),
    st.booleans(),
)
def test_every_form_of_a_moment_is_that_moment(moment: datetime, precision: str, as_utc: bool) -> None:
    if precision == "milliseconds":
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    text = moment.isoformat(timespec=precision)
    if as_utc:
        text = moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

    assert instant(text) == from_datetime(moment), text


@given(st.integers(0, 4 * 10**15))
def test_our_own_form_comes_back(at: int) -> None:
    assert instant(iso(at)) == at  # type: ignore[arg-type]


@given(st.text(alphabet="0123456789-:.TZ +tz", max_size=30))
def test_no_text_makes_it_raise(text: str) -> None:
    assert instant(text) is None or isinstance(instant(text), int)
