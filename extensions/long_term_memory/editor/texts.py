"""All that the page says, in the language of who reads it.

Owns: the table (`texts.toml`: a row for a text, a column for a language), which
    language holds, and how numbers are put in.
Knows nothing of: Gradio, where a text stands.

A third language is one more column: a text without one is shown in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date as Day
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "zh")
# Browsers send a handful; whoever sends more gets no further.
_MOST_WISHES: Final = 20

# From here on minutes say enough.
LONG_SECONDS: Final = 90

_LANGUAGE: ContextVar[str] = ContextVar("long_term_memory_language", default=ENGLISH)


def say(key: str, *, count: int | None = None, **values: object) -> str:
    """Return a text of the table in the language that holds.

    Args:
        key: Its section and name, as "memories.search".
        count: What the text counts, put in as `{count}`; where a language has a word
            for one and one for many, it chooses between them.
        values: What else is put in, by name.

    Raises:
        KeyError: There is no such text.
    """
    row = table()[key]
    held = _LANGUAGE.get()
    text = row[held if held in row else ENGLISH]
    if not isinstance(text, str):
        one, many = text
        text = one if count == 1 else many
    told: str = text.format(count=count, **values)
    return told


def english(key: str) -> str:
    """Return a text as it stands in the log, whose language is English."""
    with speaking(ENGLISH):
        return say(key)


def say_if_known(key: str, otherwise: str) -> str:
    """Return a text whose English stands elsewhere, or that may be nobody's.

    Args:
        key: As for `say`.
        otherwise: The words where neither the language that holds nor English is told.
    """
    row = table().get(key, {})
    return say(key) if language() in row or ENGLISH in row else otherwise


def day(at: datetime | None) -> str:
    """Write a time as people do, in this machine's time zone; "" if unknown."""
    if at is None:
        return ""
    local = at.astimezone()
    return say("common.day", date=date(local), time=f"{local:%H:%M}")


def date(at: Day) -> str:
    """Write a day as people do, as its own time zone has it."""
    return say(
        "common.date", year=at.year, month=f"{at:%b}", number=at.month, day=at.day
    )


def say_time(seconds: float) -> str:
    """Write how long something will take: minutes, or seconds where it is soon."""
    if seconds >= LONG_SECONDS:
        return say("common.minutes", count=round(seconds / 60))
    return say("common.seconds", count=round(seconds))


def language() -> str:
    """Return the language that holds, one of `LANGUAGES`."""
    return _LANGUAGE.get()


def language_of(header: str) -> str:
    """Return the first of our languages that a browser asks for; English if none.

    Args:
        header: What it sends as `Accept-Language`, best first: browsers write their
            list in order and weigh it by that alone.
    """
    for wish in header.split(",", _MOST_WISHES)[:_MOST_WISHES]:
        named = wish.partition(";")[0].strip().casefold().partition("-")[0]
        if named in LANGUAGES:
            return named
    return ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have a language hold for what is done within."""
    before = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """Read all texts: by key, then by language."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    read = tomllib.loads((root / "texts.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": row
        for section, rows in read.items()
        for name, row in rows.items()
    }
