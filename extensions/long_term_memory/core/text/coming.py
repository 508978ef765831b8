"""Days to come that a text names: "on Friday", "in zwei Wochen", "后天".

Owns: reading them against the day on which the text was said, in English, German,
Chinese and figures.
Knows nothing of: clocks, zones, what is planned for a day; past days are in `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from .patterns import late, small


class ComingDays(NamedTuple):
    """Days to come, and where a text names them.

    Attributes:
        first, last: The days; the same where one is named.
        start, end: Place in the text; the end is not in it.
        plain: A bare day, of which only the rest of the text tells whether it is to
            come ("on Friday"), unlike "tomorrow".
    """

    first: date
    last: date
    start: int
    end: int
    plain: bool


Days = tuple[date, date] | None
_Read = Callable[[re.Match[str], date], Days]

_EN_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_DE_DAYS: Final = (
    "montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend".split()
)
_SHORT: Final = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_ZH_DAYS: Final = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u65e5\u5929"
_WEEKDAY: Final = (
    {name: at for at, name in enumerate(_EN_DAYS)}
    | {name: min(at, 6) for at, name in enumerate(_DE_DAYS)}
    | {"sonnabend": 5}
    | {name: min(at, 6) for at, name in enumerate(_ZH_DAYS)}
    | _SHORT
)
_MONTHS: Final = (
    "january|jan|januar",
    "february|feb|februar",
    "march|mar|m\u00e4rz",
    "april|apr",
    "may|mai",
    "june|jun|juni",
    "july|jul|juli",
    "august|aug",
    "september|sept|sep",
    "october|oct|oktober|okt",
    "november|nov",
    "december|dec|dezember|dez",
)
_MONTH: Final = {
    name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")
}
_NUMBER: Final = {
    word: number
    for number, words in {
        1: "a an one ein eine einem einer einen \u4e00",
        2: "two couple zwei \u4e8c \u4e24 \u5169",
        3: "three few drei paar \u4e09",
        4: "four several vier \u56db",
        5: "five f\u00fcnf \u4e94",
        6: "six sechs \u516d",
        7: "seven sieben \u4e03",
        8: "eight acht \u516b",
        9: "nine neun \u4e5d",
        10: "ten zehn \u5341",
        11: "eleven elf \u5341\u4e00",
        12: "twelve zw\u00f6lf \u5341\u4e8c",
        14: "fourteen vierzehn \u5341\u56db",
    }.items()
    for word in words.split()
}
_UNITS: Final = {
    "day": 1,
    "tag": 1,
    "\u5929": 1,
    "week": 7,
    "woche": 7,
    "\u5468": 7,
    "\u661f": 7,
    "\u793c": 7,
    "fortnight": 14,
    "month": 30,
    "monat": 30,
    "\u4e2a\u6708": 30,
    "hour": 0,
    "minute": 0,
    "stunde": 0,
    "\u5c0f\u65f6": 0,
}
_FEASTS: Final = (
    ("christmas eve|heiligabend|heiligen abend|\u5e73\u5b89\u591c", 12, 24),
    ("christmas|xmas|weihnachten|\u5723\u8bde\u8282?", 12, 25),
    ("new year'?s eve|nye|silvester", 12, 31),
    ("new year'?s?(?: day)?|neujahr|\u5143\u65e6", 1, 1),
    ("valentine'?s(?: day)?|valentinstag|\u60c5\u4eba\u8282", 2, 14),
    ("thanksgiving", 11, 26),
    ("halloween|\u4e07\u5723\u8282", 10, 31),
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WD: Final = rf"(?P<day>{_any([*_EN_DAYS, *_DE_DAYS])})"
_WDS: Final = rf"(?P<day>{_any([*_EN_DAYS, *_SHORT])})\b\.?"
_MN: Final = rf"(?P<month>{_any(_MONTH)})\b\.?"
_NR: Final = (
    rf"(?P<count>\d{{1,3}}|{_any(w for w in _NUMBER if w.isascii() or len(w) > 2)})"
)
_ZNR: Final = (
    r"(?P<count>\d{1,3}|[\u4e00\u4e8c\u4e24\u5169\u4e09\u56db\u4e94\u516d\u4e03\u516b"
    r"\u4e5d\u5341]{1,2})"
)
_ZWEEK: Final = r"(?:\u4e2a)?(?:\u5468|\u9031|\u661f\u671f|\u793c\u62dc|\u79ae\u62dc)"
_YEAR: Final = r"(?:,? (?P<year>20\d\d)\b)?"


def coming_days(text: str, today: date) -> list[ComingDays]:
    """Return the days to come that a text names, in its order.

    Args:
        text: Any text.
        today: The day on which it was said, where it was said.
    """
    text = small(text)
    if _HINT.search(text) is None:
        return []
    found: list[ComingDays] = []
    for pattern, plain, read in _PATTERNS:
        matches = list(pattern.finditer(text))
        for match in matches:
            days = read(match, today)
            if days is not None and today <= days[1]:
                found.append(ComingDays(*days, *match.span(), plain))
        if matches:
            text = pattern.sub(lambda match: "\0" * len(match.group()), text)
    found.sort(key=lambda one: one.start)
    # "Tuesday, the 17th" is one day.
    return [
        one
        for at, one in enumerate(found)
        if not at or one.first != found[at - 1].first
    ]


def _one(day: date | None) -> Days:
    return None if day is None else (day, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_date(today: date, month: int, day: int, year: str | None = None) -> Days:
    if year:
        return _one(_date(int(year), month, day))
    dates = (_date(number, month, day) for number in (today.year, today.year + 1))
    return _one(next((one for one in dates if one and one >= today), None))


def _figures(match: re.Match[str], today: date) -> Days:
    part = match.groupdict()
    return _next_date(
        today, int(part["month"]), int(part["number"]), part.get("year") or None
    )


def _named(match: re.Match[str], today: date) -> Days:
    month = _MONTH[match["month"].lower()]
    return _next_date(today, month, int(match["number"]), match["year"])


def _chinese_date(match: re.Match[str], today: date) -> Days:
    month, day = _number(match["month"]), _number(match["number"])
    return None if month is None or day is None else _next_date(today, month, day)


def _monthday(match: re.Match[str], today: date) -> Days:
    day = int(match["number"])
    first = today.replace(day=1)
    months = [first]
    for _ in range(2):
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    dates = (_date(one.year, one.month, day) for one in months)
    return _one(next((one for one in dates if one and one >= today), None))


def _number(word: str) -> int | None:
    word = word.lower()
    if word.isdecimal():
        return int(word)
    if word in _NUMBER:
        return _NUMBER[word]
    tens, ten, ones = word.partition("\u5341")
    if not ten:
        return None
    return 10 * _NUMBER.get(tens, 1) + _NUMBER.get(ones, 0)


def _after(match: re.Match[str], today: date) -> Days:
    count = _number(match["count"])
    unit = match["unit"].lower()
    length = next(days for name, days in _UNITS.items() if unit.startswith(name))
    return None if count is None else _one(today + timedelta(days=count * length))


def _weekday(match: re.Match[str], today: date) -> Days:
    ahead = (_WEEKDAY[match["day"].lower()] - today.weekday()) % 7
    this = match.re.groupindex.get("this") and match["this"]
    return _one(today + timedelta(days=ahead or (0 if this else 7)))


def _weekday_of_next_week(match: re.Match[str], today: date) -> Days:
    monday = today + timedelta(days=7 - today.weekday())
    return _one(monday + timedelta(days=_WEEKDAY[match["day"].lower()]))


def _chinese_weekday(match: re.Match[str], today: date) -> Days:
    day = _WEEKDAY[match["day"]]
    monday = today - timedelta(days=today.weekday())
    which = match["which"] or ""
    weeks = which.count("\u4e0b")
    named = monday + timedelta(days=7 * weeks + day)
    if not which and named <= today:
        named += timedelta(days=7)
    return _one(named)


def _weekend(match: re.Match[str], today: date) -> Days:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    if today.weekday() == 6:
        saturday = today - timedelta(days=1)
    if match["which"]:
        saturday = today + timedelta(days=12 - today.weekday())
    return saturday, saturday + timedelta(days=1)


def _week(match: re.Match[str], today: date) -> Days:
    monday = today + timedelta(days=7 - today.weekday())
    return monday, monday + timedelta(days=6)


def _month(match: re.Match[str], today: date) -> Days:
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def _end_of_week(match: re.Match[str], today: date) -> Days:
    friday = today + timedelta(days=4 - today.weekday())
    return None if friday < today else _one(friday)


def _end_of_month(match: re.Match[str], today: date) -> Days:
    after = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    return _one(after - timedelta(days=1))


def _in(days: int) -> _Read:
    return lambda match, today: _one(today + timedelta(days=days))


def _feast(month: int, day: int) -> _Read:
    return lambda match, today: _next_date(today, month, day)


_NEXT_DE: Final = r"(?:n\u00e4chste[nrs]?|naechste[nrs]?|kommende[nrs]?)"
_DAY_NUMBER: Final = r"(?P<number>\d{1,2})(?:st|nd|rd|th)?"


def _compiled(
    *rows: tuple[str, bool, _Read],
) -> tuple[tuple[re.Pattern[str], bool, _Read], ...]:
    return tuple((late(pattern), plain, read) for pattern, plain, read in rows)


_PATTERNS: Final = _compiled(
    (
        r"\b(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<number>\d{1,2})\b",
        True,
        _figures,
    ),
    (
        r"\b(?P<number>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>20\d\d)\b)?",
        True,
        _figures,
    ),
    (
        r"\b(?:on|by|until) (?P<month>\d{1,2})/(?P<number>\d{1,2})\b(?!/)",
        True,
        _figures,
    ),
    (rf"\b{_DAY_NUMBER}\.?(?: of)? {_MN}{_YEAR}", True, _named),
    (rf"\b{_MN} (?:the )?{_DAY_NUMBER}\b(?![:.]\d){_YEAR}", True, _named),
    (
        r"(?P<month>[\d\u4e00-\u5341]{1,3})\u6708(?P<number>[\d\u4e00-\u5341]{1,3})[\u65e5\u53f7\u865f]",
        False,
        _chinese_date,
    ),
    *((rf"(?:{words})(?![a-z])", True, _feast(m, d)) for words, m, d in _FEASTS),
    # "in two weeks", "a week from now", "in zwei Wochen", "三天后"
    (
        rf"\bin (?:about |around |like |exactly |just )?{_NR}(?: of)?(?: more)? "
        r"(?P<unit>day|week|fortnight|month|hour|minute)s?\b(?:['\u2019]s?)?(?: time)?",
        True,
        _after,
    ),
    (rf"\b{_NR} (?P<unit>day|week|month)s? from (?:now|today)\b", True, _after),
    (r"\bin (?P<count>a) (?P<unit>fortnight)\b", True, _after),
    (
        rf"\bin (?:etwa |ca\. )?{_NR} (?P<unit>tag|woche|monat|stunde)e?n?\b",
        True,
        _after,
    ),
    (
        rf"(?:\u518d)?(?:\u8fc7|\u904e)?{_ZNR}(?:\u4e2a|\u500b)?(?P<unit>\u5929|\u5468|\u661f\u671f|\u793c\u62dc|\u4e2a\u6708|\u5c0f\u65f6)"
        r"(?:\u4e4b|\u4ee5)?[\u540e\u5f8c]",
        True,
        _after,
    ),
    # next week's
    (
        rf"\b(?:next week,? (?:on )?|a week (?:on|from) ){_WDS}",
        False,
        _weekday_of_next_week,
    ),
    (rf"\b{_WDS} (?:of )?(?:next )week\b", False, _weekday_of_next_week),
    (rf"\b{_NEXT_DE} woche,? (?:am )?{_WD}\b", False, _weekday_of_next_week),
    (rf"\b{_WD} {_NEXT_DE} woche\b", False, _weekday_of_next_week),
    (rf"\bnext {_WDS}", False, _weekday_of_next_week),
    (rf"\b(?P<this>this|this coming|diesen) {_WDS}", False, _weekday),
    (rf"\b{_NEXT_DE} {_WD}\b", False, _weekday),
    (
        rf"(?P<which>\u4e0b\u4e0b|\u4e0b|\u8fd9|\u672c|\u9019)?{_ZWEEK}(?P<day>[{_ZH_DAYS}])",
        False,
        _chinese_weekday,
    ),
    # tomorrow and today
    (
        r"\b(?:the )?day after tomorrow\b|\b\u00fcbermorgen\b"
        r"|(?<!\u5927)[\u540e\u5f8c]\u5929",
        False,
        _in(2),
    ),
    (r"\u5927[\u540e\u5f8c]\u5929", False, _in(3)),
    (
        r"\b(?:tomorrow|tmrw|tmr|tomoz|2moro|tommorow|tomorow)\b"
        r"|(?<!guten )(?<!heute )(?<!am )(?<!jeden )(?<!gestern )\bmorgen\b"
        r"|\u660e(?:\u5929|\u65e9|\u665a|\u513f|\u65e5)",
        False,
        _in(1),
    ),
    (
        r"\btonight\b|\bthis (?:afternoon|evening)\b|\blater today\b|\btoday at\b"
        r"|\bheute (?:abend|nachmittag|mittag|nacht|um|noch|sp\u00e4ter)\b"
        r"|\u4eca\u665a|\u4eca\u5929(?:\u4e0a\u5348|\u4e2d\u5348|\u4e0b\u5348"
        r"|\u665a\u4e0a|\u508d\u665a)",
        True,
        _in(0),
    ),
    # weekends, weeks, months
    (
        r"\b(?P<which>next )?(?:this |the |coming )?weekend\b(?! was)",
        True,
        _weekend,
    ),
    (
        r"\b(?:(?P<which>n\u00e4chstes )|am |dieses |\u00fcbers |bis zum )?"
        r"wochenende\b",
        True,
        _weekend,
    ),
    (r"(?P<which>\u4e0b)?(?:\u4e2a)?\u5468\u672b", True, _weekend),
    (
        r"\b(?:by |at )?the end of (?:the|this) week\b|\bende der woche\b",
        False,
        _end_of_week,
    ),
    (
        r"\b(?:by |at )?the end of (?:the|this) month\b|\bende des monats\b"
        r"|\bmonatsende\b"
        r"|\u6708\u5e95",
        False,
        _end_of_month,
    ),
    (rf"\bnext week\b|\b{_NEXT_DE} woche\b|\u4e0b{_ZWEEK}", False, _week),
    (
        rf"\bnext month\b|\b{_NEXT_DE} monat\b|\u4e0b(?:\u4e2a|\u500b)?\u6708",
        False,
        _month,
    ),
    # plain days
    (
        r"\b(?:on|by|for|till|until|is|it's|from|before|,)? ?the "
        r"(?P<number>\d{1,2})(?:st|nd|rd|th)\b(?! (?:floor|time|century|grade|place"
        r"|birthday|of))",
        True,
        _monthday,
    ),
    (
        r"\b(?:am|bis zum|zum|den|vom) (?P<number>\d{1,2})\.(?=\s|$|,|!)",
        True,
        _monthday,
    ),
    (
        r"(?<![\u6708\d])(?P<number>\d{1,2})[\u53f7\u865f](?![\u697c\u7ebf])",
        True,
        _monthday,
    ),
    (rf"\b(?:on|by|until|till) {_WDS}", True, _weekday),
    (rf"\b(?:am |bis )?{_WD}\b(?!s)", True, _weekday),
)
_HINT: Final = late(
    r"\d|day|week|month|fortnight|hour|minute|tonight|afternoon|evening|tom|tm|2moro"
    r"|morgen|heute|tag|woch|monat|mittwoch|sonnabend|stunde|eve\b|nye|year|xmas"
    r"|christmas|valentin|halloween|weihnacht|silvester|neujahr|heilig|\bon \w+|\bby"
    r" \w+"
    r"|[\u5929\u5468\u9031\u671f\u62dc\u6708\u53f7\u865f\u660e\u665a\u8282\u591c\u65e6\u8bde]",
)
