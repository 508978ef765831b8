"""Times in words: "3 days ago", and reading "last Tuesday" against a clock.

Owns: which moments can be told at all; wording a distance in time; finding the dates
that a text names; how near a message lies to them.
Knows nothing of: the engine's clock, stores. All times are UTC: a day's slack on
each side of a named day covers the user's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

DAY: Final = 86_400.0

FIRST: Final = datetime(1970, 1, 2, tzinfo=UTC)
LAST: Final = datetime(3000, 1, 1, tzinfo=UTC)
"""Between these every platform can write a moment in local time: on Windows the C
library's `localtime` knows the years 1970 to 3000, in any zone."""


class DateRange(NamedTuple):
    """A stretch of time that a text names.

    Attributes:
        start, end: Seconds since the epoch; the end is not in it.
        vague: It is a month or longer, not a day or a few.
    """

    start: float
    end: float
    vague: bool


_MONTHS: Final = (
    "january february march april may june july august september october november "
    "december"
).split()
_MONTH_NUMBER: Final = {
    form: number
    for number, name in enumerate(_MONTHS, 1)
    for form in (name, name[:3], *(("sept",) if name == "september" else ()))
}
_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NUMBERS: Final = {
    word: number
    for number, words in {
        1: "a an one",
        2: "two couple",
        3: "three few",
        4: "four several",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        11: "eleven",
        12: "twelve",
    }.items()
    for word in words.split()
}
_UNIT_DAYS: Final = {"day": 1, "week": 7, "month": 30.44}

_LONGEST_FIRST = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
_MONTH = rf"(?P<month>{_LONGEST_FIRST})\b\.?"
_DATE_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FOUR = r"(?P<year>(?:19|20)\d\d)"
_YEAR = rf"(?:,? {_FOUR}\b)"
_FEAST = r"(?:christmas|xmas|halloween|thanksgiving|new year'?s?|valentine'?s)"
_PERIODS = "week|weekend|month|night|" + "|".join([*_SEASONS, *_DAYS])
_PATTERNS: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", rf"\b{_FOUR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})\b"),
        ("dotted", rf"\b(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_FOUR}\b"),
        ("slashed", rf"\b(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/{_FOUR}\b"),
        ("named", rf"\b{_DATE_NUMBER}(?: of)? {_MONTH}{_YEAR}?"),
        ("named", rf"\b{_MONTH} {_DATE_NUMBER}\b(?!:){_YEAR}?"),
        ("month", rf"\b{_MONTH}(?: of)?{_YEAR}"),
        (
            "month",
            r"\b(?:in|of|since|during|until|till|by|last|this|early|late|mid|from)[ -]"
            + _MONTH
            + r"(?! [iI]\b)",
        ),
        ("month", r"\b(?P<month>(?!may|march)(?:" + "|".join(_MONTHS) + r"))\b"),
        (
            "ago",
            r"\b(?P<count>\w+)(?: of)? (?P<unit>day|week|month)s? (?:ago|back)\b",
        ),
        ("yesterday", r"\b(?:(?P<before>the day before )?yesterday)\b"),
        (
            "last",
            rf"\b(?:last|previous|past) (?P<period>{_PERIODS})\b(?! before| after)",
        ),
        ("weekday", rf"\bon (?P<period>{'|'.join(_DAYS)})\b"),
        ("weekday", rf"\b(?P<period>{'|'.join(_DAYS)})(?=\s*\?)"),
        ("monthday", r"\bon the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! \w+ of)"),
        (
            "recent",
            r"\b(?:the (?P<other>other day)|(?:earlier )?this (?P<week>week))\b",
        ),
        ("before", r"\bthe (?P<period>night|week) before last\b"),
        (
            "season",
            rf"\b(?:in|during|over) (?:the )?(?P<period>{'|'.join(_SEASONS)})"
            rf"(?: of)?(?: {_FOUR})?(?!\w)",
        ),
        ("season", rf"\b(?P<period>{'|'.join(_SEASONS)}) (?:of )?{_FOUR}\b"),
        (
            "feast",
            rf"\b(?:at|on|for|last|since|over|this|during) (?P<period>{_FEAST})"
            rf"(?: (?:eve|day))?(?:,? {_FOUR})?(?!\w)",
        ),
    )
)

_FIGURE: Final = re.compile(r"\b\d")
_HINTS: Final = frozenset(
    (
        "day days week weeks weekend month months night ago back last previous past "
        "yesterday christmas xmas halloween thanksgiving year years valentine "
        "valentines"
    ).split()
).union(_DAYS, _MONTH_NUMBER, _SEASONS)
"""Without a figure or one of these no pattern fits, and most messages have none."""

_COMING: Final = re.compile(
    r"\b(?:will|shall|gonna|going to|let's|see you|next|tomorrow|free)\b|'ll\b",
    re.IGNORECASE,
)
"""What speaks of the coming Tuesday, not of the last."""

_FEASTS: Final = {
    "ch": (12, 24, 3),
    "xm": (12, 24, 3),
    "ha": (10, 31, 1),
    "ne": (12, 31, 2),
    "va": (2, 14, 1),
    "th": (11, 22, 7),  # the fourth Thursday
}
"""By how a feast begins: month, first day, number of days."""


def tellable(moment: datetime | None) -> datetime | None:
    """Return a moment, None where it is unknown or too far away for any calendar."""
    return moment if moment is not None and FIRST <= moment < LAST else None


def nearest_tellable(moment: datetime) -> datetime:
    """Return a moment, or the nearest that can be told, where one must stand."""
    return min(max(moment, FIRST), LAST)


def time_ago(then: datetime | None, now: datetime) -> str | None:
    """Word a distance in time: "3 days ago", "1 hour ago", "just now".

    Returns:
        None if the time is not known.
    """
    if then is None:
        return None
    seconds = max(0.0, (now - then).total_seconds())
    for unit, length in (("day", DAY), ("hour", 3600.0), ("minute", 60.0)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def read_dates(text: str, now: datetime) -> list[DateRange]:
    """Find the past days, weeks and months that a text names.

    A date without a year is its last occurrence. "Today" is none of these: see
    `occasions`. Nor is a year: what happened in it is told at any
    time after.

    Args:
        text: Any text; dates are read in English and in figures.
        now: The chat's clock.
    """
    found: list[DateRange] = []
    words = re.findall("[a-z]+", text.lower())
    if _HINTS.isdisjoint(words) and _FIGURE.search(text) is None:
        return found
    coming = _COMING.search(text) is not None
    for name, pattern in _PATTERNS:
        if coming and name in ("weekday", "monthday"):
            continue
        for match in pattern.finditer(text):
            found.extend(_read(name, match, now.astimezone(UTC)))
        text = pattern.sub(_blank, text) if found else text
    return list(dict.fromkeys(found))


def date_score(
    said_at: NDArray[np.float64], ranges: Sequence[DateRange]
) -> NDArray[np.float32]:
    """Say how near each message lies to the nearest of the ranges, 0 … 1.

    People tell what happened soon afterwards: a named day counts in full from the day
    before to three days after it, less until the tenth, little until the 31st day; a
    month counts in full, and a little in the first half of the next.
    """
    score = np.zeros(len(said_at), np.float32)
    for start, end, vague in ranges:
        steps = [(0.4, start, end + 15 * DAY), (1.0, start, end)]
        if not vague:
            steps = [
                (0.3, start - DAY, end + 31 * DAY),
                (0.7, start - DAY, end + 10 * DAY),
                (1.0, start - DAY, end + 3 * DAY),
            ]
        for value, first, last in steps:
            inside = (said_at >= first) & (said_at < last)
            score[inside] = np.maximum(score[inside], np.float32(value))
    return score


def _blank(match: re.Match[str]) -> str:
    """Hide what was read from the patterns that come after."""
    return " " * len(match.group())


def _read(name: str, match: re.Match[str], now: datetime) -> Iterator[DateRange]:
    part = match.groupdict()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if name in ("iso", "dotted", "slashed", "named"):
        yield from _day(part, today, either=name == "slashed")
    elif name == "month":
        yield from _month(part, today)
    elif name == "yesterday":
        yield _span(today - timedelta(days=2 if part["before"] else 1), 1)
    elif name == "ago":
        yield from _ago(part, today)
    elif name == "monthday":
        yield from _monthday(int(part["day"] or 0), today)
    elif name == "recent":
        yield _recent(part, today)
    elif name == "before":
        yield from _before_last(part["period"].lower(), today)
    elif name == "season":
        yield _season(_SEASONS[part["period"].lower()], today, part.get("year"))
    elif name == "feast":
        yield _feast(part["period"].lower(), today, part["year"])
    else:
        yield from _last(part["period"].lower(), today)


def _day(
    part: dict[str, str | None], today: datetime, *, either: bool
) -> Iterator[DateRange]:
    month, day = str(part["month"]).lower(), int(part["day"] or 0)
    number = int(month) if month.isdigit() else _MONTH_NUMBER[month]
    pairs = [(number, day), (day, number)] if either else [(number, day)]
    for number, day in dict.fromkeys(pairs):
        years = [int(part["year"])] if part["year"] else [today.year, today.year - 1]
        dates = [date for year in years if (date := _date(year, number, day))]
        past = [date for date in dates if date <= today] or dates[-1:]
        if past:
            yield _span(past[0], 1)


def _month(part: dict[str, str | None], today: datetime) -> Iterator[DateRange]:
    number = _MONTH_NUMBER[str(part["month"]).lower()]
    year = part.get("year")
    if year is None:
        year = str(today.year if number <= today.month else today.year - 1)
    start = datetime(int(year), number, 1, tzinfo=UTC)
    length = ((start + timedelta(days=31)).replace(day=1) - start).days
    yield _span(start, length, vague=True)


def _ago(part: dict[str, str | None], today: datetime) -> Iterator[DateRange]:
    word, unit = str(part["count"]).lower(), str(part["unit"]).lower()
    count = int(word) if word.isdecimal() else _NUMBERS.get(word)
    if count is None or count * _UNIT_DAYS[unit] > 36_500:
        return
    middle = today - timedelta(days=round(count * _UNIT_DAYS[unit]))
    around = {"day": 0, "week": 3, "month": 15}[unit]
    yield _span(middle - timedelta(days=around), 2 * around + 1, vague=unit == "month")


def _last(period: str, today: datetime) -> Iterator[DateRange]:
    monday = today - timedelta(days=today.weekday())
    if period in _DAYS:
        back = (today.weekday() - _DAYS.index(period)) % 7 or 7
        yield _span(today - timedelta(days=back), 1)
    elif period == "night":
        yield _span(today - timedelta(days=1), 1)
    elif period == "week":
        yield _span(monday - timedelta(days=7), 7)
    elif period == "weekend":
        yield _span(monday - timedelta(days=2), 2)
    elif period == "month":
        before = today.replace(day=1) - timedelta(days=1)
        yield _span(before.replace(day=1), before.day, vague=True)
    else:
        yield _season(_SEASONS[period], today)


def _season(first_month: int, today: datetime, year: str | None = None) -> DateRange:
    """Return the season of the northern half that began last and is over or on."""
    if year is None:
        year = str(today.year if first_month < today.month else today.year - 1)
    return _span(datetime(int(year), first_month, 1, tzinfo=UTC), 92, vague=True)


def _monthday(day: int, today: datetime) -> Iterator[DateRange]:
    """Yield the last such day of a month that has one."""
    months = (today.replace(day=1) - timedelta(days=back) for back in (0, 1, 32))
    dates = (_date(month.year, month.month, day) for month in months)
    for date in dates:
        if date is not None and date <= today:
            yield _span(date, 1)
            return


def _recent(part: dict[str, str], today: datetime) -> DateRange:
    if part["other"]:
        return _span(today - timedelta(days=10), 10)
    return _span(today - timedelta(days=today.weekday()), today.weekday() + 1)


def _before_last(period: str, today: datetime) -> Iterator[DateRange]:
    if period == "night":
        yield _span(today - timedelta(days=2), 1)
    else:
        yield _span(today - timedelta(days=today.weekday() + 14), 7)


def _feast(name: str, today: datetime, year: str | None) -> DateRange:
    """Return a feast's last occurrence."""
    month, day, length = _FEASTS[name[:2]]
    years = [int(year)] if year else [today.year, today.year - 1]
    dates = [datetime(number, month, day, tzinfo=UTC) for number in years]
    past = [date for date in dates if date <= today] or dates
    return _span(past[0], length)


def _span(start: datetime, days: int, *, vague: bool = False) -> DateRange:
    begin = start.timestamp()
    return DateRange(begin, begin + days * DAY, vague)


def _date(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
