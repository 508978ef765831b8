"""Times in words, dates in texts, and nearness to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from long_term_memory.core.text.dates import (
    DAY,
    date_score,
    nearest_tellable,
    read_dates,
    tellable,
    time_ago,
)

NAN = float("nan")
NOW = datetime(2023, 11, 15, 18, 30, tzinfo=UTC)  # a Wednesday


def found(text: str) -> list[tuple[str, int]]:
    """Return (first day, number of days) of each range."""
    return [
        (
            datetime.fromtimestamp(start, UTC).date().isoformat(),
            round((end - start) / DAY),
        )
        for start, end, _ in read_dates(text, NOW)
    ]


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=1, hours=3), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
        (timedelta(days=-2), "just now"),
    ],
)
def test_a_distance_in_time_is_worded(ago: timedelta, words: str) -> None:
    assert time_ago(NOW - ago, NOW) == words


@pytest.mark.parametrize("hours", [-14, 0, 14])
@pytest.mark.parametrize("year", [1, 1969, 3000, 9999])
def test_a_moment_far_away_is_unknown_in_every_zone(year: int, hours: int) -> None:
    """One of year 9999 was stored, and could never be read again."""
    zone = timezone(timedelta(hours=hours))
    far = datetime(year, 6, 1, tzinfo=zone)

    assert tellable(far) is None
    assert tellable(nearest_tellable(far) - timedelta(days=1)) is None or year > 2000


def test_a_moment_of_today_can_be_told() -> None:
    assert tellable(NOW) == nearest_tellable(NOW) == NOW
    assert tellable(None) is None


def test_an_unknown_time_is_not_worded() -> None:
    assert time_ago(None, NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "on 8 May 2023",
        "May 8th, 2023",
        "8th of May",
        "May 8",
        "2023-05-08",
        "08.05.2023",
        "8 may, 2023?",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert found(f"What did I say {text}") == [("2023-05-08", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in May", [("2023-05-01", 31)]),
        ("in December", [("2022-12-01", 31)]),
        ("February 2020", [("2020-02-01", 29)]),
        ("yesterday", [("2023-11-14", 1)]),
        ("the day before yesterday", [("2023-11-13", 1)]),
        ("last Tuesday", [("2023-11-14", 1)]),
        ("last wednesday", [("2023-11-08", 1)]),
        ("on Friday", [("2023-11-10", 1)]),
        ("last night", [("2023-11-14", 1)]),
        ("last week", [("2023-11-06", 7)]),
        ("last weekend", [("2023-11-11", 2)]),
        ("last month", [("2023-10-01", 31)]),
        ("last summer", [("2023-06-01", 92)]),
        ("3 days ago", [("2023-11-12", 1)]),
        ("two weeks ago", [("2023-10-29", 7)]),
        ("a month ago", [("2023-10-01", 31)]),
        ("03/04/2023", [("2023-03-04", 1), ("2023-04-03", 1)]),
        ("31 December", [("2022-12-31", 1)]),
        ("on the 3rd", [("2023-11-03", 1)]),
        ("on the 20th", [("2023-10-20", 1)]),
        ("on the 31st", [("2023-10-31", 1)]),
        ("on Sunday", [("2023-11-12", 1)]),
        ("Sunday?", [("2023-11-12", 1)]),
        ("the other day", [("2023-11-05", 10)]),
        ("earlier this week", [("2023-11-13", 3)]),
        ("the night before last", [("2023-11-13", 1)]),
        ("the week before last", [("2023-10-30", 7)]),
        ("in the summer of 2022", [("2022-06-01", 92)]),
        ("summer 2022", [("2022-06-01", 92)]),
        ("in spring", [("2023-03-01", 92)]),
        ("for Christmas", [("2022-12-24", 3)]),
        ("on Christmas Eve 2021", [("2021-12-24", 3)]),
        ("on Halloween", [("2023-10-31", 1)]),
        ("last Thanksgiving", [("2022-11-22", 7)]),
        ("on Valentine's Day", [("2023-02-14", 1)]),
        ("on New Year's Eve", [("2022-12-31", 2)]),
        ("for Christmas 2030", [("2030-12-24", 3)]),
    ],
)
def test_vaguer_dates_are_read_against_the_clock(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "maybe I may march on",
        "May I ask?",
        "at 10:30",
        "999999999 days ago",
        "in 2022",
        "see you on Friday",
        "Are you free Sunday?",
        "I'll be there on the 3rd",
        "on the 3rd day of our trip",
        "on the 39th",
        "a fall from a horse",
        "she sings in summery tones",
    ],
)
def test_no_date_is_read_where_none_is_meant(text: str) -> None:
    assert found(text) == []


def test_a_day_that_few_months_have_is_looked_for_in_the_last_three() -> None:
    march = datetime(2023, 3, 2, tzinfo=UTC)
    [day] = read_dates("on the 30th", march)
    assert datetime.fromtimestamp(day.start, UTC) == datetime(2023, 1, 30, tzinfo=UTC)


def test_an_impossible_day_is_read_as_its_month() -> None:
    assert found("31 February 2023") == [("2023-02-01", 28)]


def test_two_dates_are_both_read() -> None:
    assert found("between 5 May and 8 June") == [("2023-05-05", 1), ("2023-06-08", 1)]


def test_nearness_to_a_day_fades_after_it() -> None:
    day = read_dates("on 8 May 2023", NOW)
    start = day[0].start
    days = np.array([-2, -0.5, 0.5, 3.5, 9, 25, 40, np.nan])
    assert date_score(start + days * DAY, day).tolist() == pytest.approx(
        [0, 1, 1, 1, 0.7, 0.3, 0, 0]
    )


def test_nearness_to_a_month_ends_in_the_middle_of_the_next() -> None:
    month = read_dates("in May 2023", NOW)
    days = np.array([-1, 0, 30.5, 40, 50])
    scores = date_score(month[0].start + days * DAY, month)
    assert scores.tolist() == pytest.approx([0, 1, 1, 0.4, 0])
