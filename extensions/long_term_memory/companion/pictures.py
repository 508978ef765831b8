"""Pictures of characters: which are taken.

Owns: kinds and size of an avatar.
Knows nothing of: whose it is, where it is kept.
"""

from __future__ import annotations

from typing import Final

from ..errors import InvalidInput

MOST_PICTURE_BYTES: Final = 8_000_000
"""Of an avatar."""
_MARKS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def media_type_of(data: bytes) -> str:
    """Return what kind of picture bytes are, by how they begin.

    What a client calls them is not asked: a page that was called a picture would run.

    Raises:
        InvalidInput: They are no picture of a kind that every browser shows.
    """
    for mark, kind in _MARKS:
        if data.startswith(mark):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise InvalidInput("An avatar is a PNG, JPEG, GIF or WebP picture.", field="body")
