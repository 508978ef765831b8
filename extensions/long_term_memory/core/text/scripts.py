"""Writing systems, as far as splitting words and names needs them.

Owns: which characters belong to scripts that put no spaces between words, and which
marks continue a word.
Knows nothing of: languages, stems, names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"  # kana, Han
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"  # Hangul: its particles are not spaced
    "\U00020000-\U0003ffff"
)
"""Ranges for a character class: words here are not told apart by spaces."""

_UNSPACED: Final = re.compile(f"[{UNSPACED}]")


def is_unspaced(text: str) -> bool:
    """Say whether a text has a character of a script that puts no spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def count_unspaced(text: str) -> int:
    """Count the characters of scripts without spaces: to a model, each is a word."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text))


@lru_cache(maxsize=1)
def combining_marks() -> str:
    """Return ranges of the marks that stand inside words, for a character class.

    Vowel signs of Indic scripts and points of Hebrew and Arabic are no letters to
    `re`, which would break words at each of them.
    """
    marks = (
        code
        for code in range(0x300, 0x3000)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    )
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@lru_cache(maxsize=1)
def accents_off() -> dict[int, str]:
    """Return a translation from accented Latin letters to plain ones."""
    latin = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    table = {}
    for code in latin:
        plain = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", chr(code))
            if not unicodedata.combining(letter)
        )
        if plain.isascii() and plain.isalpha():
            table[code] = plain.casefold()
    return table
