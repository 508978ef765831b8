"""How Python values lie in SQLite.

Owns: texts with lone surrogates, times, and lists of names.
Knows nothing of: tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ...core.records import Lexicon
from ...core.text.dates import FIRST, LAST, tellable
from ...core.text.memorable import Worth

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FIRST_TIME = (FIRST - EPOCH) // _MICROSECOND
LAST_TIME = (LAST - EPOCH) // _MICROSECOND
"""When something was said outside of these reads as unknown."""

# Two days from the ends, for no zone is further than one from UTC.
OLDEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND + 2 * 86_400_000_000
NEWEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND - 2 * 86_400_000_000
"""A time that must stand reads as the nearest between these: no stored number, by
whichever version or program it was written, makes a bank unreadable."""


def pack_text(text: str) -> str | bytes:
    """Return a text as TEXT, or as a BLOB where UTF-8 has no place for it.

    A text always packs to the same value, so packed texts can be keys.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def unpack_text(value: str | bytes) -> str:
    """Return the text that was packed."""
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "surrogatepass")


def pack_time(time: datetime) -> int:
    """Return an aware time as microseconds since 1970, exactly."""
    return (time - EPOCH) // _MICROSECOND


def unpack_time(value: int) -> datetime:
    """Return the time in UTC, the nearest that there is."""
    if not OLDEST <= value <= NEWEST:
        value = min(max(value, OLDEST), NEWEST)
    # By position: at a hundred thousand messages the keyword alone costs 20 ms.
    return EPOCH + timedelta(0, 0, value)


def pack_optional_time(time: datetime | None) -> int | None:
    """Return microseconds since 1970, None for what is unknown or cannot be told."""
    time = tellable(time)
    return None if time is None else pack_time(time)


def unpack_optional_time(value: int | None) -> datetime | None:
    """Return the time in UTC, None for what is unknown or cannot be told."""
    if value is None or not FIRST_TIME <= value < LAST_TIME:
        return None
    return EPOCH + timedelta(0, 0, value)


def pack_kind(lexicon: Lexicon) -> int:
    """Return what kind of message it is: a question or not, then its worth."""
    return int(lexicon.question) | lexicon.worth << 1


def unpack_kind(terms: bytes, kind: int) -> Lexicon:
    """Return the words of a message; of an unknown kind, it is a memory."""
    known = kind >> 1 in set(Worth)
    return Lexicon(terms, bool(kind & 1), Worth(kind >> 1) if known else Worth.MEMORY)


def pack_optional_text(text: str | None) -> str | bytes | None:
    """Return a packed text, None for None."""
    return None if text is None else pack_text(text)


def unpack_optional_text(value: str | bytes | None) -> str | None:
    """Return the text that was packed, None for None."""
    return None if value is None else unpack_text(value)


def pack_names(names: Iterable[str]) -> str:
    """Return names as JSON in ASCII, which carries lone surrogates as escapes."""
    listed = list(names)
    return json.dumps(listed) if listed else ""


def unpack_names(value: str) -> tuple[str, ...]:
    """Return the names that were packed."""
    if not value:
        return ()
    names: list[Any] = json.loads(value)
    return tuple(str(name) for name in names)
