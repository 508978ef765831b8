"""Which names mean the same one.

Owns: the key of a name, whatever its letters' form, case and width.
Knows nothing of: whose names they are, where anything is kept.

People and programs write one name in several ways: `Zoë` in one code point or in two,
`seraphine` in small letters, in letters of double width, with a blank behind it or with
characters that nobody sees. All of these are one name; `Zoe` and `Zoë` are two.
Names that are one in capital letters are one, as in Turkish, and
so are Arabic and Hebrew names with and without the marks of their vowels.
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
# Signs of vowels and of chanting, and the stroke that only stretches an Arabic word.
VOWELS: Final = frozenset(
    chr(code)
    for first, last in (
        *((0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5)),
        *((0x05C7, 0x05C7), (0x0640, 0x0640), (0x064B, 0x0652), (0x0670, 0x0670)),
    )
    for code in range(first, last + 1)
)
# A capital of Turkish, as programs make it small.
_DOTTED_I: Final = "i\u0307"


def name_key(name: str) -> str:
    """Return what all ways to write a name have in common.

    Names of the same key are one name. A name of nothing that is seen is its own key;
    one of blanks is a blank.
    """
    key = _folded(name)
    while (again := _folded(key)) != key:
        key = again
    if key or not name:
        return key
    return " ".join(normalize("NFKC", name).split()) or " "


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names mean the same."""
    return one == other or name_key(one) == name_key(other)


def _folded(name: str) -> str:
    """Fold a name once; folding may bring forth what can be folded again."""
    if name.isascii() and name.isprintable():
        # As most are: nothing in them is unseen, or written in several ways.
        return " ".join(name.lower().split())
    capital = normalize("NFKC", name).upper()
    folded = normalize("NFKC", capital.casefold()).replace(_DOTTED_I, "i")
    seen = "".join(" " if c.isspace() else c for c in folded if not _is_unseen(c))
    return " ".join(seen.split())


def _is_unseen(letter: str) -> bool:
    if letter.isspace():
        return False
    return letter in SELECTORS or letter in VOWELS or category(letter) in UNSEEN
