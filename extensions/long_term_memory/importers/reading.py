"""From bytes to texts and JSON, with reasons that a person can act on.

Owns: sizes, encodings, broken JSON.
Knows nothing of: formats.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..errors import InvalidInput

# A chat of years has a few megabytes. Read JSON takes some ten times its size.
MAX_BYTES = 64 * 1024 * 1024

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def refuse(reason: str) -> InvalidInput:
    """Return the error that leaves a file out, with the reason for its line."""
    return InvalidInput(reason, field="file")


def check_size(size: int) -> None:
    """Refuse what is too large to be read.

    Raises:
        InvalidInput: It is.
    """
    if size > MAX_BYTES:
        raise refuse(
            f"has {size / 2**20:,.0f} MB; at most {MAX_BYTES >> 20} MB are read. "
            "Split it, or export the chat anew."
        )


def decode(data: bytes) -> str:
    """Return a text in UTF-8, or in UTF-16 with its mark.

    Raises:
        InvalidInput: It is neither; guessing would store garbled words for ever.
    """
    encoding = "utf-8"
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked
            break
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1:,}"
        raise refuse(
            f"is not {encoding.upper()} text (at {place}). Save it as UTF-8."
        ) from error


def parse_json(text: str) -> Any:
    """Read a whole JSON text.

    Raises:
        InvalidInput: It is none, or ends in the middle.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise refuse("is empty.") from error
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise refuse(
                f"ends in the middle (line {error.lineno}): only half of it was "
                "written. Take a backup of it."
            ) from error
        raise refuse(
            f"is not valid JSON (line {error.lineno}, column {error.colno})."
        ) from error
    except RecursionError as error:
        raise refuse("is nested too deeply to be a chat.") from error
    except ValueError as error:
        raise refuse(f"holds a number that cannot be read: {error}.") from error


def parse_lines(text: str) -> Iterator[tuple[int, Any, str]]:
    """Read JSON line by line, blank lines left out.

    Yields:
        The line's number, its value, and why it could not be read (else empty).
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line), ""
        except (ValueError, RecursionError):
            yield number, None, f"line {number} is cut off or damaged"


def text_of(value: object) -> str:
    """Return a text field; empty if there is none or it is something else."""
    return value if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    """Return a list field; empty if there is none or it is something else."""
    return value if isinstance(value, list) else []


def dict_of(value: object) -> dict[str, Any]:
    """Return an object field; empty if there is none or it is something else."""
    return value if isinstance(value, dict) else {}
