"""Read JSON of others, in bounded memory.

Owns: how many values one text may hold, and what is said of a text that cannot be read.
Knows nothing of: who sent it, what it means.

A list of empty lists takes thirty times its size once it is read, so what is counted
before is not the bytes but the values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, NoReturn

# A chat of ten thousand messages has some fifty thousand; each takes up to 120 bytes.
MOST_VALUES: Final = 300_000
# Numbers of identity have twenty digits; what is far longer takes time to read.
MOST_DIGITS: Final = 100
_CHUNK_BYTES: Final = 1 << 18
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)


class TooMuch(ValueError):
    """A text is sound as far as was looked, but holds too much."""


def no_number(name: str) -> NoReturn:
    """Refuse NaN and infinities, which JSON has not; raises ValueError."""
    raise ValueError(f"{name} is no number in JSON")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises ValueError if a field of it stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice in one object")
    return found


def read_json(
    raw: bytes | bytearray,
    most_values: int = MOST_VALUES,
    *,
    odd_number: Callable[[str], Any] = no_number,
    unique: bool = False,
) -> Any:
    """Return what a text says.

    Args:
        raw: The text.
        most_values: So many values it may hold.
        odd_number: Reads NaN and infinities.
        unique: Refuse an object in which a field stands twice: of two readers one
            would take the first, the other one the last.

    Raises:
        TooMuch: It holds more, or a number that is too great.
        ValueError: It is no JSON, or nested too deeply; says why.
    """
    if holds_more_than(raw, most_values):
        raise TooMuch(f"it holds more than {most_values} values")
    try:
        return json.loads(
            raw,
            parse_constant=odd_number,
            parse_int=_whole,
            parse_float=float if odd_number is float else _finite,
            object_pairs_hook=once if unique else None,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not in UTF-8") from None


def holds_more_than(raw: bytes | bytearray, most_values: int) -> bool:
    """Say whether a text of JSON holds more values than that."""
    return _marks(raw) > most_values and _values(raw, most_values) > most_values


def _marks(raw: bytes | bytearray) -> int:
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def _values(raw: bytes | bytearray, enough: int) -> int:
    """Count values until there are more than enough; commas in texts are none."""
    found, inside, rest = 0, False, b""
    for start in range(0, len(raw), _CHUNK_BYTES):
        part = _ESCAPED.sub(b"", rest + raw[start : start + _CHUNK_BYTES])
        rest = b"\\" if part.endswith(b"\\") else b""
        pieces = part.split(b'"')
        found += _marks(b"".join(pieces[inside::2]))
        inside ^= len(pieces) % 2 == 0
        if found > enough:
            break
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        # It could not be sent on: JSON has no infinity.
        raise TooMuch(f"{text[:MOST_DIGITS]} is too great a number")
    return number


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise TooMuch(f"a number of it has more than {MOST_DIGITS} digits")
    return int(digits)
