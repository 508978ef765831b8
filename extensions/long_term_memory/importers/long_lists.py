"""Read a JSON list of any size, one value after the other.

Owns: how much of such a file is held at once.
Knows nothing of: formats.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Generator, Iterator
from typing import IO, Any, Final

from .decoding import MAX_BYTES, check_json, refuse

# Conversations have some hundred kilobytes; a longer value is read by doubling.
_CHUNK_BYTES: Final = 4 << 20
_BETWEEN: Final = " \t\r\n,"


def begins_list(head: bytes) -> bool:
    """Say whether a file begins as a JSON list of objects or lists in UTF-8."""
    bare = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return bare.startswith(b"[") and bare[1:].lstrip()[:1] in (b"", b"{", b"[")


def values_of(file: IO[bytes]) -> Iterator[Any]:
    """Yield the values of a list of objects.

    Raises:
        InvalidInput: It ends in the middle or is no UTF-8; or one value is larger than
            a whole file may be, or would take too much memory. What was yielded before
            is sound.
    """
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    text, begun = "", False
    while True:
        data = file.read(max(_CHUNK_BYTES, len(text)))
        try:
            text += decode(data, not data)
        except UnicodeDecodeError as error:
            raise refuse("is not UTF-8 text. Save it as UTF-8.") from error
        check_json(text)
        if not begun:
            text, begun = text.lstrip().removeprefix("["), True
        at = yield from _values(text)
        text = text[at:]
        if text.startswith("]"):
            return
        if not data:
            raise refuse("ends in the middle: only part of it was written.")
        if len(text) > MAX_BYTES:
            raise refuse(f"holds a chat of more than {MAX_BYTES >> 20} MB, or is cut.")


def _values(text: str) -> Generator[Any, None, int]:
    """Yield the whole values at a text's beginning; return where the rest begins."""
    scan = json.JSONDecoder().raw_decode
    at = 0
    while True:
        while text[at : at + 1] and text[at] in _BETWEEN:
            at += 1
        if not text.startswith(("{", "["), at):
            return at
        try:
            value, at = scan(text, at)
        except json.JSONDecodeError:
            return at
        except RecursionError as error:
            raise refuse("is nested too deeply to be a chat.") from error
        except ValueError as error:
            raise refuse(f"holds a number that cannot be read: {error}.") from error
        yield value
