"""Dates of every kind that hosts write.

Owns: reading one date into a moment.
Knows nothing of: formats of files.

Without a zone a date is local time, as hosts write it, unless the caller knows better.
What cannot be read with certainty is None: then no "3 days ago" is claimed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
# "June 19, 2023 2:20pm", "Nov 21, 2026 00:04"
_NAMED = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),?(?: at)? "
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?[ \u202f]?([AaPp][Mm])?"
)
# "2023-5-12 @21h 32m 29s 224ms", "2026-11-21@00h32m43s282ms", "2023-5-12@21h32m"
_HUMANIZED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m"
    r"(?: ?(\d{1,2})s)?(?: ?(\d{1,3})ms)?"
)
# "Mon Jun 19 2023 14:20:00 GMT+0200 (CEST)"
_SCRIPTED = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) "
    r"GMT([+-]\d{4})(?: \(.*\))?"
)
# "2024/06/03 17:01:00", "2024. 6. 3. 17:01", "2024年6月3日 17:01": the year leads, so
# the month is certain. "03.06.2024 17:01": with dots the day leads, in every country.
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[/.年] ?(?P<month>\d{1,2})[/.月] ?(?P<day>\d{1,2})[.日]?,?"
    r" ?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
_DOTTED = re.compile(
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}),? "
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
# "Mon, 03 Jun 2024 17:01:00 GMT"
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} .*")
_NUMBER = re.compile(r"-?\d{9,19}(?:\.\d{1,9})?")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No chat is older than chat programs; an earlier number is a count, not a time.
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
# Seconds stay below this until the year 5138; milliseconds passed it in 1973. So it is
# with each finer unit and a number a thousand times as large.
_MILLISECONDS = 1e11
_FINER = 1000


def read_date(value: object, *, zone: tzinfo | None = None) -> datetime | None:
    """Read a date.

    Args:
        value: A text, or a number of seconds since 1970, or of their thousandths,
            millionths or billionths.
        zone: What a date without a zone is in; None takes the local time.

    Returns:
        The moment in UTC; None if it is no date, or not with certainty.
    """
    found: datetime | None
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            found = _from_number(float(value))
        elif isinstance(value, str):
            found = _from_text(value.strip(), zone)
        else:
            return None
        found = found and found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and _FIRST <= found < _LAST else None


def _from_number(number: float) -> datetime:
    for _ in range(3):
        if abs(number) >= _MILLISECONDS:
            number /= _FINER
    return _EPOCH + timedelta(seconds=number)


def _from_text(text: str, zone: tzinfo | None) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    if match := _SCRIPTED.fullmatch(text):
        month, day, year, hour, minute, second, offset = match.groups()
        stamp = f"{year}-{_MONTHS[month.lower()]}-{day} {hour}:{minute}:{second}"
        return datetime.strptime(stamp + offset, "%Y-%m-%d %H:%M:%S%z")
    if match := _NAMED.fullmatch(text):
        month = match[1].lower()[:3]
        if month not in _MONTHS:
            return None
        hour = _hour(int(match[4]), match[7])
        numbers = (int(match[3]), _MONTHS[month], int(match[2]), hour, int(match[5]))
        return datetime(*numbers, int(match[6] or 0), tzinfo=zone)
    if match := _HUMANIZED.fullmatch(text):
        first = [int(match[group] or 0) for group in range(1, 7)]
        thousandths = int(match[7] or 0)
        year, month_number, day_number, hour, minute_number, second_number = first
        return datetime(
            year,
            month_number,
            day_number,
            hour,
            minute_number,
            second_number,
            thousandths * 1000,
            tzinfo=zone,
        )
    if match := _YEAR_FIRST.fullmatch(text) or _DOTTED.fullmatch(text):
        parts = {name: int(part or 0) for name, part in match.groupdict().items()}
        return datetime(**parts, tzinfo=zone)
    if _MAIL.fullmatch(text):
        return parsedate_to_datetime(text)
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _hour(hour: int, half: str | None) -> int:
    """Turn twelve hours with am or pm into twenty-four."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half.lower() == "pm" else 0)
