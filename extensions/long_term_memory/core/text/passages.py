"""Cut messages into passages, and choose those that are shown of a long one.

Owns: where a passage begins and ends, how long a message may be to be its own only
passage, which passages tell what is asked for, who speaks in one.
Knows nothing of: vectors (likenesses are handed in), stores, prompts.

A reply of three hundred words resembles a question less than the one sentence in it
that answers. So a long message is found by passages of whole sentences, some 20 to 40
words each, in which speech, thoughts and actions are not mixed where that can be had.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ..prompt.budget import shorten
from ..summaries.extractive import sentences, sign
from .panels import speech_of
from .sanitise import one_line
from .scripts import UNSPACED
from .tokenizer import tokenize

WHOLE_WORDS: Final = 60
"""A message up to this long is its own only passage, and is shown whole."""

LEAST_WORDS: Final = 20
"""A passage ends with the sentence that brings it to this length ..."""

MOST_WORDS: Final = 40
"""... and before the one that would bring it beyond this; longer sentences are cut."""

MOST_PASSAGES: Final = 32
"""Of one message; passages of a longer one are longer. An embedder reads some 190
words of each."""

MAX_CHARACTERS: Final = 100_000
"""Of one message are cut into passages, as are split into words."""

ELLIPSIS: Final = "\u2026"

# A message up to this long loses but its least telling passages.
_LITTLE_LONGER: Final = 100
# Enough of one kind to end a passage where another kind begins.
_KIND_WORDS: Final = 10
# A word has some five letters; one of a script without spaces has two.
_LETTERS_A_WORD: Final = 12
_SIGNS_A_WORD: Final = 2
_CUT_CHARACTERS: Final = 240
_CUT_SIGNS: Final = 60

_UNSPACED_SIGNS: Final = re.compile(f"[{UNSPACED}]")
# Stars around a sentence are an action or a thought; within one they stress a word.
_STARRED: Final = re.compile(r"(?<![\w,*])(?<![\w,] )\*(?!\*)[^*\n]{1,2000}\*(?![\w*])")
_QUOTES: Final = re.compile('["\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f]')
_BREAK: Final = re.compile(r"[,;:\u3001\uff0c\uff1b\u2014]\s?|\s")

# What a passage that begins so means is told before it.
_DANGLING: Final = re.compile(
    r"\W*(?:he|she|it|they|him|her|them|this|that|these|those|but|and|so|then|which"
    r"|er|sie|es|das|dies|diese[rs]?|aber|und|dann|also|there|here)\b|\W*[\u4ed6\u5979"
    r"\u5b83\u8fd9\u90a3\u4f46]",
    re.IGNORECASE,
)

_VERBS: Final = (
    "said|says|asked|asks|replied|replies|answered|answers|whispered|whispers|murmured"
    "|murmurs|muttered|mutters|shouted|shouts|called|calls|added|adds|continued"
    "|continues|exclaimed|exclaims|growled|growls|sighed|sighs|laughed|laughs|cried"
    "|cries|told|tells|explained|explains|began|begins|went on|goes on"
)
_NAME: Final = r"(?P<name>[A-Z][\w'\u2019-]{1,30}(?: [A-Z][\w'\u2019-]{1,30}){0,2})"
_CLOSE, _OPEN = '["\u201d\u00bb]', '["\u201c\u201e\u00ab]'
_SPEAKERS: Final = (
    re.compile(rf"{_CLOSE}\s{{1,3}}(?:{_VERBS}) {_NAME}\b"),
    re.compile(rf"{_CLOSE}\s{{1,3}}{_NAME} (?:{_VERBS})\b"),
    re.compile(rf"\b{_NAME} (?:{_VERBS})\b[^.!?\"\u201c\u201d\n]{{0,60}}{_OPEN}"),
    re.compile(rf"^\W{{0,3}}{_NAME}:\s{{1,3}}{_OPEN}"),
)
_SPEECH: Final = re.compile('["\u201c\u201e\u00ab][^"\u201d\u00bb\n]*["\u201d\u00bb]')
_NOBODY: Final = frozenset(
    "he she it they i you we the a an his her then but and so when as who".split()
)


class _Unit(NamedTuple):
    """A sentence or a piece of one, in what it stands, and how many words it has."""

    text: str
    kind: str
    words: int


def word_count(text: str) -> int:
    """Count words, so that texts of all scripts compare; no text has none for long.

    Two signs of a script without spaces are one, and so are twelve letters of a word.
    """
    words = len(text.split())
    if not text.isascii():
        words += len(_UNSPACED_SIGNS.findall(text)) // _SIGNS_A_WORD
    return max(words, len(text) // _LETTERS_A_WORD)


def is_long(text: str) -> bool:
    """Say whether a text is found by its passages."""
    return len(text) > WHOLE_WORDS and word_count(text) > WHOLE_WORDS


def passages(content: str) -> tuple[str, ...]:
    """Cut a message into its passages, in order; one that is short has but itself.

    Args:
        content: The message as it was sent.

    Returns:
        At most `MOST_PASSAGES`, none of them empty; nothing if nothing is said.
    """
    said = speech_of(content).strip()
    if not said:
        return ()
    if not is_long(said):
        return (said,)
    return _cut(said[:MAX_CHARACTERS])


@lru_cache(maxsize=256)
def _cut(text: str) -> tuple[str, ...]:
    units = list(_units(text))
    least = LEAST_WORDS
    found = _grouped(units, least)
    while len(found) > MOST_PASSAGES:
        least *= 2
        found = _grouped(units, least)
    return tuple(found)


def _units(text: str) -> Iterator[_Unit]:
    """Yield the sentences of a text, long ones in pieces, with their kinds."""
    for line in text.splitlines():
        quoted = False
        for part, starred in _parts(line):
            for sentence in sentences(part):
                marks = len(_QUOTES.findall(sentence))
                spoken = quoted or marks > 0
                quoted ^= bool(marks % 2)
                kind = "starred" if starred else "spoken" if spoken else "told"
                for piece in _pieces(sentence):
                    yield _Unit(piece, kind, word_count(piece))


def _parts(line: str) -> Iterator[tuple[str, bool]]:
    """Yield what stands between stars, and what does not."""
    start = 0
    for found in _STARRED.finditer(line):
        yield line[start : found.start()], False
        yield found.group(), True
        start = found.end()
    yield line[start:], False


def _pieces(sentence: str) -> Iterator[str]:
    """Cut a sentence that is too long, at a comma or a blank where there is one."""
    if word_count(sentence) <= MOST_WORDS:
        yield sentence
        return
    step = _CUT_SIGNS if _UNSPACED_SIGNS.search(sentence[:200]) else _CUT_CHARACTERS
    start = 0
    while start < len(sentence):
        end = start + step
        if end < len(sentence):
            breaks = [
                at.end() for at in _BREAK.finditer(sentence, end - step // 2, end)
            ]
            end = breaks[-1] if breaks else end
        if piece := sentence[start:end].strip():
            yield piece
        start = end


def _grouped(units: Sequence[_Unit], least: int) -> list[str]:
    """Put neighbouring units together, until each group has enough words."""
    most = 2 * least
    found: list[list[str]] = []
    words, kind = least, ""
    for unit in units:
        fits = words + unit.words <= most
        enough = words >= least or (unit.kind != kind and words >= least // 2)
        if enough or not fits:
            found.append([])
            words = 0
        found[-1].append(unit.text)
        words, kind = words + unit.words, unit.kind
    if len(found) > 1 and words < _KIND_WORDS:
        found[-2:] = [found[-2] + found[-1]]
    return [" ".join(group) for group in found]


# -- what is shown ---------------------------------------------------------------------


def telling_passages(
    content: str,
    wanted: Collection[str],
    likeness: Sequence[float] = (),
    *,
    limit_chars: int,
) -> str:
    """Return what a long message has to tell, " \u2026 " where something is left out.

    That is its best passage by meaning and words. Where it begins with a word that
    means nothing alone ("She ..."), the one before is shown too; and the second best,
    where it is as near to what is asked for; of a message that is but a little longer
    than `WHOLE_WORDS`, whatever fits. Together they are no longer than a
    message that is shown whole.

    Args:
        content: The message as it was sent; what is short is returned whole, without
            its panels.
        wanted: Stems that are asked for.
        likeness: The cosine of each of `passages(content)` to what is asked for;
            without it words alone decide.
        limit_chars: Most characters.
    """
    found = passages(content)
    if len(found) < 2:
        return "".join(found)
    scores = _scores(found, wanted, likeness)
    order = sorted(range(len(found)), key=lambda at: (-scores[at], at))
    best = order[0]
    chosen, room = [best], WHOLE_WORDS - word_count(found[best])
    candidates = [best - 1] if best and _DANGLING.match(found[best]) else []
    if word_count(content) <= _LITTLE_LONGER:
        candidates += order[1:]
    elif scores[order[1]] >= scores[best] - _AS_NEAR:
        candidates.append(order[1])
    for at in candidates:
        if at not in chosen and word_count(found[at]) <= room:
            chosen.append(at)
            room -= word_count(found[at])
    text = _joined(found, sorted(chosen))
    if len(text) > limit_chars:
        text = shorten(_joined(found, [best]), limit_chars)
    return text


# A deviation of the cosines of chat messages by MiniLM; a word of two that are asked
# for is worth as much.
_DEVIATION: Final = 0.1
_AS_NEAR: Final = 0.5


def _scores(
    found: Sequence[str], wanted: Collection[str], likeness: Sequence[float]
) -> list[float]:
    """Say how well each passage tells what is asked for, in deviations."""
    held = [len(set(tokenize(text)) & set(wanted)) for text in found]
    near = list(likeness) if len(likeness) == len(found) else [0.0] * len(found)
    asked = max(1, len(set(wanted)))
    return [
        cosine / _DEVIATION + 2 * count / asked + 0.1 * sign(one_line(text))
        for cosine, count, text in zip(near, held, found, strict=True)
    ]


def _joined(found: Sequence[str], chosen: Sequence[int]) -> str:
    """Return passages in order, with a mark wherever something is left out."""
    parts: list[str] = []
    last = -1
    for at in chosen:
        if at != last + 1:
            parts.append(ELLIPSIS)
        parts.append(found[at])
        last = at
    if last != len(found) - 1:
        parts.append(ELLIPSIS)
    return " ".join(parts)


def speaker_in(text: str) -> str:
    """Return who is named as speaking in a narrated passage; empty if nobody is.

    A third of it must be speech, for else it is the narrator who tells it.
    """
    spoken = sum(len(found.group()) for found in _SPEECH.finditer(text))
    if 3 * spoken < len(text):
        return ""
    for pattern in _SPEAKERS:
        if (found := pattern.search(text)) is not None:
            name = found["name"].removesuffix("'s").removesuffix("\u2019s")
            if name.split()[0].casefold() not in _NOBODY:
                return name
    return ""
