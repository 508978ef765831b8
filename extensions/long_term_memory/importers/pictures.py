"""Character cards in PNG pictures.

Owns: PNG chunks, texts in them, packed or not.
Knows nothing of: what a card holds, files on disk.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import InvalidInput
from . import character_cards as cards
from .decoding import decode, parse_json, refuse
from .file_content import FileContent, ImportOptions

PNG_MARK = b"\x89PNG\r\n\x1a\n"
# The first that is there wins.
_KEYWORDS = ("ccv3", "chara")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# A card with a large lorebook has a megabyte or two; base64 adds a third.
MAX_TEXT = 24 * 1024 * 1024


class _Chunk(NamedTuple):
    """A text of a PNG; `packed` are its bytes as they were deflated, else as is."""

    keyword: str
    data: bytes
    packed: bool


def read_picture(data: bytes, wishes: ImportOptions) -> FileContent:
    """Read the card in a PNG picture.

    Raises:
        InvalidInput: The picture has none, or it is damaged.
    """
    value, faults = card_in(data)
    read = cards.read_card(value, wishes)
    return FileContent(
        format="character card (PNG)",
        notes=read.notes,
        warnings=(*faults, *read.warnings),
    )


def card_in(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """Return the card's JSON in a PNG picture, and which of its parts are damaged.

    Raises:
        InvalidInput: The picture has none, or it is damaged.
    """
    found: dict[str, _Chunk] = {}
    for chunk in _texts(data):
        if chunk.keyword in _KEYWORDS:
            found.setdefault(chunk.keyword, chunk)
    if not found:
        raise refuse("is a picture without a character card in it.")
    faults: list[str] = []
    for name in _KEYWORDS:
        if name not in found:
            continue
        value = _embedded(found[name])
        if value is not None:
            return value, faults
        faults.append(f"the card's part {name!r} is damaged")
    raise refuse("is a picture whose character card is damaged. Take the original.")


def _texts(data: bytes) -> Iterator[_Chunk]:
    """Yield the texts of a picture up to where it breaks off.

    Checksums are not looked at, for some editors forget to renew them: what is told by
    its base64 and its JSON is whole.
    """
    at = len(PNG_MARK)
    while at + 12 <= len(data):
        kind = data[at + 4 : at + 8]
        # Cut off, or a length that lies: what is there may still be whole.
        end = min(at + 8 + int.from_bytes(data[at : at + 4], "big"), len(data))
        if kind in _TEXTS and end - at <= MAX_TEXT:
            yield _text(kind, data[at + 8 : end])
        at = end + 4


def _text(kind: bytes, body: bytes) -> _Chunk:
    """Take a chunk apart: a keyword, how it is packed, language and translation."""
    keyword, _, rest = body.partition(b"\0")
    packed = False
    if kind == b"zTXt":
        packed, rest = True, rest[1:]
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]
    return _Chunk(keyword.decode("latin-1").lower(), rest, packed)


def _embedded(chunk: _Chunk) -> dict[str, Any] | None:
    """Return the JSON in a text, in base64 or as it is; None if it is damaged."""
    try:
        data = _unpacked(chunk.data) if chunk.packed else chunk.data
        if not data.lstrip().startswith(b"{"):
            data = b64decode(data, validate=True)
        value = parse_json(decode(data))
    except (binascii.Error, zlib.error, InvalidInput):
        return None
    return value if isinstance(value, dict) else None


def _unpacked(data: bytes) -> bytes:
    """Return what was deflated; no more than a card can have is ever unpacked."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, MAX_TEXT)
    if not unpacking.eof:
        raise refuse("is cut off, or larger than any card.")
    return found
