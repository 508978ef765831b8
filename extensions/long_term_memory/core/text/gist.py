"""Leave small talk out of a message: whole sentences that tell nothing.

Owns: which sentences of a message may go.
Knows nothing of: prompts, budgets, rankings.

"Wow, that's great! How was yours?" costs tokens in which another memory could stand.
Choosing sentences by how telling their words are saves more, but loses answers: "Five
years already!" would go first. So only three kinds go: small talk, questions back, and
remarks on the other one; and never much of what a message says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..prompt.budget import SENTENCE_END
from .recipes import ends_as_question
from .small_talk import tells_nothing
from .tokenizer import tokenize

_LEAST_KEPT: Final = 0.7
"""Of a message's distinct words so many stay."""

_MAX_CHARACTERS: Final = 8_000

# Figures, times and names in mid-sentence: what a sentence with one tells, it tells.
_TELLING: Final = re.compile(
    r"""\d | (?<=[\w,;:]\ )[A-Z][a-z]{2,} | (?i:\b(?:
        one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|first
      | second|third|yesterday|today|tomorrow|tonight|last|next|ago|since
      | (?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june
      | july|august|september|october|november|december|weeks?|months?|years?
    )\b)""",
    re.VERBOSE,
)
_FIRST: Final = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|[Oo]ur|[Uu]s|[Mm]yself)\b"
)
_SECOND: Final = re.compile(r"\b(?:you|your|u|ya)\b", re.IGNORECASE)


_OPENS: Final = '"*\u201c\u201e\u300c'
_CLOSES: Final = str.maketrans(
    {"\u201c": "\u201d", "\u201e": "\u201c", "\u300c": "\u300d"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence as it is written, its words, and why it may go.

    Attributes:
        opened: Quotes and stars that are open before it, the outermost first.
        left_open: The same after it.
    """

    text: str
    words: frozenset[str]
    small_talk: bool
    question: bool
    remark: bool
    opened: str = ""
    left_open: str = ""


def without_small_talk(text: str, asked: Collection[str]) -> str:
    """Leave out sentences that tell nothing.

    Args:
        text: A message.
        asked: The stems of the query; a sentence that holds one stays.

    Returns:
        The other sentences as they are written, or the text as it is.
    """
    if len(text) > _MAX_CHARACTERS:
        return text
    kept = dict(enumerate(_read_all(_sentences(text))))
    count = len(kept)
    least = _LEAST_KEPT * len(_words_of(kept.values()))
    order = sorted(
        kept,
        key=lambda at: (
            not kept[at].small_talk,
            not kept[at].question,
            len(kept[at].words),
        ),
    )
    for at in order:
        rest = {place: one for place, one in kept.items() if place != at}
        goes = rest and _may_go(kept[at], asked)
        if goes and len(_words_of(rest.values())) >= least:
            kept = rest
    if len(kept) == count:
        return text
    if _open_after(text, ""):
        return " ".join(sentence.text for sentence in kept.values())
    return " ".join(_whole(sentence, at, kept) for at, sentence in kept.items())


def _whole(sentence: _Sentence, at: int, kept: Collection[int]) -> str:
    """Return a sentence with the quotes and stars that stood around its neighbours."""
    before = sentence.opened if at - 1 not in kept else ""
    after = sentence.left_open if at + 1 not in kept else ""
    return f"{before}{sentence.text}{_closing(after)}"


def _closing(opened: str) -> str:
    return opened[::-1].translate(_CLOSES)


def _open_after(text: str, opened: str) -> str:
    """Return which marks are open after a text, the outermost first.

    Args:
        text: A sentence.
        opened: Those that are open before it.
    """
    for mark in text:
        if opened and mark == _closing(opened[-1]):
            opened = opened[:-1]
        elif mark in _OPENS:
            opened += mark
    return opened


def _sentences(text: str) -> list[str]:
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    parts = [
        text[start:end].strip()
        for start, end in zip([0, *ends], [*ends, len(text)], strict=True)
    ]
    return [part for part in parts if part]


def _read_all(sentences: Iterable[str]) -> Iterator[_Sentence]:
    opened = ""
    for sentence in sentences:
        left_open = _open_after(sentence, opened)
        yield replace(_read(sentence), opened=opened, left_open=left_open)
        opened = left_open


def _read(sentence: str) -> _Sentence:
    telling = _TELLING.search(sentence) is not None
    addressed = _SECOND.search(sentence) and not _FIRST.search(sentence)
    return _Sentence(
        text=sentence,
        words=frozenset(tokenize(sentence)),
        small_talk=not telling and tells_nothing(sentence),
        question=ends_as_question(sentence),
        remark=bool(addressed) and not telling,
    )


def _may_go(sentence: _Sentence, asked: Collection[str]) -> bool:
    if sentence.small_talk:
        return True
    holds = not sentence.words.isdisjoint(asked)
    return (sentence.question or sentence.remark) and not holds


def _words_of(sentences: Collection[_Sentence]) -> set[str]:
    return {word for sentence in sentences for word in sentence.words}
