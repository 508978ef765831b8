"""Moments as people type them: a date, a time, or words such as "yesterday".

Owns: what such words mean at the command line. They are exact, unlike those of a chat
    (`core/text/dates.py`), for what is forgotten by them is gone.
Knows nothing of: the commands.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from ..errors import InvalidInput
from . import sentences

_FORMS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_AGO: Final = re.compile(
    r"(?P<count>\d{1,4}|an?|one) (?P<unit>hour|day|week|month|year)s? ago"
)
_LAST: Final = re.compile(r"(?P<which>this|last) (?P<unit>week|month|year)")
_MONTHS: Final = {"month": 1, "year": 12}


def moment(typed: str, now: datetime | None = None) -> datetime:
    """Return what was typed as the clock on the wall shows it, without a zone.

    A day, a week (from Monday), a month or a year means its beginning.

    Args:
        typed: Such as "2026-11-03", "2026-11-03 18:30", "yesterday", "monday", "last
            week", "3 days ago".
        now: What the clock on the wall shows; None looks at it.

    Raises:
        InvalidInput: It means nothing.
    """
    words = " ".join(typed.lower().split())
    try:
        return _read(words, now or datetime.now())
    except (ValueError, OverflowError):
        raise InvalidInput(sentences.NO_DATE.format(typed=typed)) from None


def moment_or_none(typed: str | None) -> datetime | None:
    """Return what was typed, if anything was; raises as `moment`."""
    return None if typed is None else moment(typed)


def _read(words: str, now: datetime) -> datetime:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"today": 0, "yesterday": 1, "tomorrow": -1}
    if words == "now":
        return now
    if words in days:
        return today - timedelta(days=days[words])
    weekday = words.removeprefix("last ")
    if weekday in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS.index(weekday)) % 7 or 7
        return today - timedelta(days=back)
    if found := _LAST.fullmatch(words):
        return _begin(found["unit"], int(found["which"] == "last"), today)
    if found := _AGO.fullmatch(words):
        count = int(found["count"]) if found["count"].isdigit() else 1
        return _ago(count, found["unit"], now, today)
    for form in _FORMS:
        try:
            return datetime.strptime(words.upper(), form)
        except ValueError:
            continue
    raise ValueError(words)


def _begin(unit: str, back: int, today: datetime) -> datetime:
    """Return when the week, month or year began, so many back."""
    if unit == "week":
        return today - timedelta(days=today.weekday() + 7 * back)
    first = today.replace(day=1)
    return _back(first if unit == "month" else first.replace(month=1), unit, back)


def _ago(count: int, unit: str, now: datetime, today: datetime) -> datetime:
    """Return a moment so long ago: an hour to the minute, else the day's beginning."""
    if unit == "hour":
        return now - timedelta(hours=count)
    if unit in _MONTHS:
        return _back(today, unit, count)
    return today - timedelta(days=count * (7 if unit == "week" else 1))


def _back(day: datetime, unit: str, count: int) -> datetime:
    """Go back by months; of a day that the month lacks, take its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - count * _MONTHS[unit], 12)
    for number in range(day.day, 0, -1):
        try:
            return day.replace(year=year, month=month + 1, day=number)
        except ValueError:
            if number <= 28:
                raise
    raise ValueError(day)


_HELP: Final = "A date, or words such as yesterday, 'last week', '3 days ago'."
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="WHEN", help=f"Only what was said from then on. {_HELP}"
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="WHEN", help=f"Only what was said before. {_HELP}"),
]
