"""Which names mean the same one.

Owns: the key of a name, whatever its letters' form, case and width.
Knows nothing of: whose names they are, where anything is kept.

People and programs write one name in several ways: `Zoë` in one code point or in two,
`seraphine` in small letters, in letters of double width, with a blank behind it or with
characters that nobody sees. All of these are one name; `Zoe` and `Zoë` are two.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category, normalize

# Formats, surrogates apart: joiners, marks of direction, byte-order marks; and what
# only chooses how the letter before it is drawn.
UNSEEN: Final = ("Cf", "Cc")
SELECTORS: Final = frozenset(
    [*map(chr, range(0xFE00, 0xFE10)), "\u034f", "\u115f", "\u1160", "\u3164", "\uffa0"]
)


def name_key(name: str) -> str:
    """Return what all ways to write a name have in common.

    Names of the same key are one name. A name of nothing that is seen is its own key.
    """
    key = _folded(name)
    while (again := _folded(key)) != key:
        key = again
    return key or name


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names mean the same."""
    return one == other or name_key(one) == name_key(other)


def _folded(name: str) -> str:
    """Fold a name once; folding may bring forth what can be folded again."""
    folded = normalize("NFKC", normalize("NFKC", name).casefold())
    seen = "".join(" " if c.isspace() else c for c in folded if not _is_unseen(c))
    return " ".join(seen.split())


def _is_unseen(letter: str) -> bool:
    if letter.isspace():
        return False
    return letter in SELECTORS or category(letter) in UNSEEN
