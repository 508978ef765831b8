"""Words as numbers, and the index over them: BM25 of a turn with its neighbours.

Owns: splitting into words, light English stemming, term ids, postings, the lexical
share of a query.
Knows nothing of: stores, vectors, names (they are taken out before), settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .languages import ENGLISH, forms, is_stop_word, language_of, without_little_parts
from .scripts import UNSPACED, accents_off, combining_marks, is_unspaced

LEXICON: Final = 2
"""Version of what is read from a message and stored: its words and what it is worth.

Stored words of another version are read anew (`engine/embedding/rereading.py`).
1: every message was a memory, and the words of panels and code counted.
2: bare questions and small talk are none, and of panels and code nothing is read.
"""

MAX_TERMS: Final = 4_000
"""Of one message; nobody says more, and a pasted book must not rule the index."""

MAX_WORD_TEXT: Final = 8_000
"""Characters of a message whose words are told apart by their written form."""

MAX_CHARACTERS: Final = 100_000
"""Of one message are split into words at all."""

_ASCII_WORD: Final = re.compile("[a-z0-9]+")

TermIds = NDArray[np.uint32]

_STOP: Final = frozenset(
    """a an the and or but if then than so of to in on at by for with from about as into
    is are was were be been being am do does did done have has had having i you he she
    it we they me him her us them my your his its our their this that these those what
    which who whom whose when where why how can could will would shall should may might
    must not no nor just also too very there here up down out over again s t re ve ll d
    m don didn doesn isn wasn aren weren""".split()
)

_SUFFIXES: Final = (
    ("ies", "y", 5),
    ("ied", "y", 5),
    ("ingly", "", 8),
    ("edly", "", 7),
    ("ing", "", 6),
    ("ness", "", 7),
    ("ed", "", 5),
    ("es", "", 5),
    ("ly", "", 6),
    ("s", "", 4),
)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a lower-case English word; light, so that few words meet."""
    for suffix, instead, least in _SUFFIXES:
        if len(word) >= least and word.endswith(suffix) and not word.endswith("ss"):
            word = word[: -len(suffix)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word


def tokenize(text: str) -> list[str]:
    """Split a text into stems without stop words.

    Scripts without spaces between words come as pairs of neighbouring characters.
    """
    folded = text.casefold()
    if folded.isascii():
        words = _ASCII_WORD.findall(folded)
        return [stem(word) for word in words if word not in _STOP]
    return list(_foreign(folded))


def term_ids(text: str) -> TermIds:
    """Return a number for each term of a text, in order, the same for ever."""
    return np.array(_numbered(text), dtype="<u4")


def term_set(text: str) -> frozenset[int]:
    """Return the same without order and repetition."""
    return frozenset(_numbered(text))


def _numbered(text: str) -> list[int]:
    folded = text[:MAX_CHARACTERS].casefold()
    if folded.isascii():
        terms = map(_term_of, _ASCII_WORD.findall(folded))
        return [term for term in terms if term is not None][:MAX_TERMS]
    return [*map(_term_id, islice(_foreign(folded), MAX_TERMS))]


def term_bytes(text: str) -> bytes:
    """Return `term_ids` as they are stored: little-endian, four bytes each."""
    return term_ids(text).tobytes()


def words(text: str) -> dict[int, str]:
    """Return the distinct words of a text: by term id the form first written.

    Scripts without spaces between words have none that could be told apart.
    """
    found: dict[int, str] = {}
    for word in written_words(text):
        if word.isascii():
            if word not in _STOP:
                found.setdefault(_term_id(stem(word)), word)
        elif not is_unspaced(word):
            found.setdefault(_term_id(word), word)
    return found


def written_words(text: str) -> list[str]:
    """Return the words of a text as they are written, in lower case."""
    folded = text[:MAX_WORD_TEXT].casefold()
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    found: list[str] = _word_pattern().findall(folded.translate(accents_off()))
    return found


class QueryTerms(NamedTuple):
    """The words of a query.

    Attributes:
        terms: As in `term_ids`, without the little words of the query's language.
        forms: By term id, the ids of the other forms of the word in its language.
        words: The distinct words by term id, as they are written.
    """

    terms: TermIds
    forms: dict[int, tuple[int, ...]]
    words: dict[int, str]


def wanted(text: str) -> QueryTerms:
    """Read the words of a query in its own language."""
    bare = without_little_parts(text)
    terms = term_ids(bare)
    if not len(terms):
        terms = term_ids(text)
    written = words(text)
    language = language_of(written_words(text))
    if language == ENGLISH:
        return QueryTerms(terms, {}, written)
    little = [term for term, word in written.items() if is_stop_word(word, language)]
    kept = {term: word for term, word in written.items() if term not in little}
    found = {
        term: tuple({_word_id(form) for form in forms(word, language)} - {term})
        for term, word in kept.items()
    }
    return QueryTerms(terms[~np.isin(terms, little)], found, kept)


def _word_id(word: str) -> int:
    return _term_id(stem(word) if word.isascii() else word)


@lru_cache(maxsize=65_536)
def _term_of(word: str) -> int | None:
    """Return the term id of a lower-case English word, None of a stop word."""
    return None if word in _STOP else _term_id(stem(word))


@lru_cache(maxsize=65_536)
def _term_id(term: str) -> int:
    return crc32(term.encode("utf-8", "surrogatepass"))


def _foreign(folded: str) -> Iterator[str]:
    """Yield the terms of a text that is not all ASCII."""
    for word in _word_pattern().findall(folded.translate(accents_off())):
        if word.isascii():
            if word not in _STOP:
                yield stem(word)
        elif is_unspaced(word):
            yield from _pairs(word)
        else:
            yield word


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for index in range(len(run) - 1):
        yield run[index : index + 2]


@lru_cache(maxsize=1)
def _word_pattern() -> re.Pattern[str]:
    """Match a run of an unspaced script, or a word of any other."""
    marks = combining_marks()
    spaced = rf"(?:(?![{UNSPACED}])[^\W_])(?:(?![{UNSPACED}])[^\W_]|[{marks}])*"
    return re.compile(rf"[{UNSPACED}]+|{spaced}")
