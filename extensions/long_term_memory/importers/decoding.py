"""From bytes to texts and JSON, with reasons that a person can act on.

Owns: what is read of a file at most, encodings, broken JSON.
Knows nothing of: formats.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import getsizeof
from typing import IO, Any

from ..errors import InvalidInput

# A chat of years has a few megabytes.
MAX_BYTES = 64 * 1024 * 1024
# What a file's texts and values may take in memory, so that an import stays below some
# 300 MB beside what the program takes itself.
MAX_MEMORY = 128 * 1024 * 1024
# A line of JSON lines is one message: the longest model context that is sold, a million
# tokens, is some 4 MB of text.
MAX_LINE = 16 * 1024 * 1024

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# What CPython takes for a list, a dict with its first key, and each value in either.
_LIST, _DICT, _VALUE, _PAIR = 64, 240, 36, 110
_NULS = re.compile("\0+")
# Files that say nothing but "wait" when they are opened, as pipes do.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def refuse(reason: str) -> InvalidInput:
    """Return the error that leaves a file out, with the reason for its line."""
    return InvalidInput(reason, field="file")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a plain file for reading; nothing else is touched or waited for.

    Raises:
        InvalidInput: It is a device, a pipe, a socket or a folder, or cannot be read.
    """
    try:
        _check_plain(path.stat())
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        gone = isinstance(error, FileNotFoundError)
        raise refuse("does not exist." if gone else _unreadable(error)) from error
    with os.fdopen(descriptor, "rb") as file:
        # It may have become another one meanwhile.
        _check_plain(os.fstat(descriptor))
        try:
            yield file
        except OSError as error:
            raise refuse(_unreadable(error)) from error


def read_bytes(path: Path) -> bytes:
    """Return a file's content, if it is not too large, also if it grows meanwhile."""
    with opened(path) as file:
        check_size(os.fstat(file.fileno()).st_size)
        data = file.read(MAX_BYTES + 1)
    check_size(len(data))
    return data


def read_head(path: Path, count: int) -> bytes:
    """Return a file's first bytes."""
    with opened(path) as file:
        return file.read(count)


def bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file of any size.

    Raises:
        InvalidInput: One is longer than a whole file may be; no more of it is read.
    """
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            raise refuse(f"has more than {MAX_BYTES >> 20} MB in line {number}.")
        yield line


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
    """Return a text in UTF-8, or in UTF-16 or UTF-32 with its mark.

    Raises:
        InvalidInput: It is none of them, for guessing would store garbled words for
            ever; or it would take too much memory.
    """
    encoding = "utf-8"
    for mark, marked in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked
            break
    else:
        _check_no_utf_16(data)
    _check_memory(len(data) * _width(data))
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
        InvalidInput: It is none, ends in the middle, or would take too much memory.
    """
    check_json(text)
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


def check_json(text: str) -> None:
    """Refuse JSON whose values would take too much memory: many small ones do."""
    _check_memory(
        getsizeof(text)
        + text.count("[") * _LIST
        + text.count("{") * _DICT
        + text.count(",") * _VALUE
        + text.count(":") * _PAIR
    )


class Lines:
    """JSON line by line, as far as it can be read.

    Attributes:
        faults: What was left out, in words; filled while lines are read.
    """

    def __init__(self, text: str) -> None:
        """Read a text; nothing is looked at yet."""
        self._text = text
        self._taken = 0
        self.faults: list[str] = []

    def __iter__(self) -> Iterator[Any]:
        """Yield the values of the lines, without blank and damaged ones.

        A crash can leave zero bytes, at the end or between: no text holds them, so
        what stands on each side is a line of its own.
        """
        nuls = 0
        for number, line in enumerate(_lines(self._text), 1):
            parts = _NULS.split(line) if "\0" in line else [line]
            nuls += len(line) - sum(map(len, parts))
            for part in filter(str.strip, parts):
                yield from self._value(number, part)
        if nuls:
            self.faults.append(
                f"{nuls:,} zero bytes stand where a crash cut its text off"
            )

    def _value(self, number: int, line: str) -> Iterator[Any]:
        if len(line) > MAX_LINE:
            megabytes = f"{len(line) / 2**20:,.0f} MB"
            self.faults.append(f"line {number} is left out: it has {megabytes}")
            return
        try:
            check_json(line)
            value = json.loads(line)
        except (ValueError, RecursionError, InvalidInput):
            self.faults.append(f"line {number} is cut off or damaged")
            return
        self._taken += getsizeof(line)
        _check_memory(self._taken)
        yield value


def few(words: list[str], most: int = 5) -> tuple[str, ...]:
    """Return the first of many warnings, and how many more there are."""
    rest = len(words) - most
    return (*words[:most], *([f"and {rest:,} more of the kind"] if rest > 0 else []))


def text_of(value: object) -> str:
    """Return a text field; empty if there is none or it is something else."""
    return value if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    """Return a list field; empty if there is none or it is something else."""
    return value if isinstance(value, list) else []


def dict_of(value: object) -> dict[str, Any]:
    """Return an object field; empty if there is none or it is something else."""
    return value if isinstance(value, dict) else {}


def _lines(text: str) -> Iterator[str]:
    """Yield lines without making all of them at once."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _check_plain(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise refuse("is no file.")


def _unreadable(error: OSError | ValueError) -> str:
    words = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot be read: {words}."


def _width(data: bytes) -> int:
    """Return how many bytes CPython takes for each character of a UTF-8 text."""
    if re.search(rb"[\xf0-\xff]", data):
        return 4
    return 2 if re.search(rb"[\xc4-\xff]", data) else 1


def _check_memory(size: int) -> None:
    if size > MAX_MEMORY:
        raise refuse(
            f"would take {size / 2**20:,.0f} MB of memory; at most "
            f"{MAX_MEMORY >> 20} MB are taken. Split it, or export the chat anew."
        )


def _check_no_utf_16(data: bytes) -> None:
    """Tell UTF-16 without its mark, in which every other byte is zero."""
    head = data[:512]
    for odd, even in ((head[1::2], head[::2]), (head[::2], head[1::2])):
        if len(odd) > 3 and not any(odd) and all(even):
            raise refuse("is UTF-16 text without its mark. Save it as UTF-8.")
