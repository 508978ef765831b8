"""Choose the sentences that tell a stretch of chat best; no model writes anything.

Owns: LexRank over sentence vectors, the rules that favour telling sentences, and how
sentences are written down with who said them.
Knows nothing of: which stretches are due, embedders (vectors are handed in), stores.

LexRank (Erkan and Radev, 2004) finds what many sentences say. In chats that is also
small talk, so it is but one signal beside rules for what a story turns on. The rules'
words are English; in other languages LexRank, length and numbers are left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from math import exp, log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..prompt.budget import SENTENCE_END, shorten
from ..text.panels import speech_of
from ..text.recipes import ends_as_question, without_names
from ..text.sanitise import one_line
from ..text.scripts import is_unspaced
from ..text.tokenizer import tokenize
from ..types import TokenCounter

Vectors = NDArray[np.float32]

# Erkan and Radev: below 0.1 an edge is noise; 0.15 is the share of PageRank's leaps.
EDGE: Final = 0.1
LEAP: Final = 0.15
# What is not settled shrinks by 1 - LEAP a step: below a millionth after these.
STEPS: Final = 85

# Stage directions up to this long ("smiles softly") go; longer ones tell the story.
SHORT_ACTION_WORDS: Final = 8
MIN_WORDS: Final = 4
TYPICAL_WORDS: Final = 12
# Of any message no more is weighed: the longest replies of models are some 8,000
# tokens, and of a pasted book every sentence would be weighed in every turn.
MAX_CHARACTERS: Final = 32_000
# How much of a sentence's weight it loses if another says the very same.
REDUNDANCY: Final = 0.7
DUPLICATE: Final = 0.95

CENTRALITY_WEIGHT: Final = 0.4
LENGTH_WEIGHT: Final = 0.6
NAME_WEIGHT: Final = 0.8
PAST_WEIGHT: Final = 0.4
QUESTION_WEIGHT: Final = -1.5
SELF_WEIGHT: Final = 0.4
ABOUT_YOU_WEIGHT: Final = -0.8


class Sentence(NamedTuple):
    """A sentence and who said it."""

    name: str
    text: str


class Rule(NamedTuple):
    """A sign that a sentence matters, and by how much (of a natural logarithm)."""

    weight: float
    pattern: re.Pattern[str]


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(text.split(';'))})(?!\w)", re.IGNORECASE)


RULES: Final = (
    # Whoever promises will be asked about it.
    Rule(0.5, _words(r"promis(?:e|ed);swear;vow(?:ed)?;my word;never again;i owe")),
    # Decisions and plans: what follows in the story follows from them.
    Rule(
        0.3,
        _words(
            r"decid(?:e|ed|ing);chose;choose;(?:i|we)'?ll;going to;gonna;let'?s"
            r";plan(?:s|ned|ning)? (?:to|on|a);want to;thinking of;signed up;applied"
        ),
    ),
    # Emotional turns; weak, for small talk is full of such words too.
    Rule(
        0.2,
        _words(
            r"love;hate;afraid;scared;cr(?:y|ied);tears;miss(?:ed)?;sorry;proud"
            r";devastated;heartbroken;thrilled;nervous;angry;upset;worried;hurt;died"
            r";death;passed away;lost;kiss(?:ed)?;betray(?:ed)?;forgive;trust"
        ),
    ),
    # A time makes an event of it: the strongest sign of all on the data.
    Rule(
        0.8,
        _words(
            r"yesterday;today;tonight;tomorrow;recently;just;ago;\d[\d:.,/]*(?:st|nd|rd"
            r"|th|am|pm|%)?;(?:last|next|this) (?:night|week|month|year|weekend|summer"
            r"|winter|spring|autumn|morning|\w+day);on (?:mon|tues|wednes|thurs|fri"
            r"|satur|sun)day"
        ),
    ),
)
_SELF = _words(r"i;i'm;i've;i'd;we;we'(?:ve|re);my;our;me")
_YOU = _words(r"you;your;you're;yours")
_IRREGULAR: Final = frozenset(
    """was were had went got took made found met bought saw lost won told gave came left
    broke quit hurt read built wrote said fell kept knew felt ran sold sent stole swore
    forgot drove flew hid slept spent taught thought woke began""".split()
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ABBREVIATED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|Prof|Sr|Jr|vs|No|[A-Z])\.$")
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_OF_MONTH = re.compile(
    r"\s+(?:Januar|Februar|M\u00e4rz|April|Mai|Juni|Juli|August|September|Oktober"
    r"|November|Dezember)\b"
)
# Between words of a sentence, asterisks stress a word; doubled, they do everywhere.
_ACTION = re.compile(r"(?<![\w,*])(?<![\w,] )\*([^*\n]+)\*(?!\*)")
_PRONOUNS: Final = frozenset({"I", "I'm", "I've", "I'll", "I'd"})


def lines_of(name: str, content: str) -> list[Sentence]:
    """Return the sentences that a message says, without short stage directions.

    A message that is nothing but one keeps it. Of a very long one the beginning is
    read.
    """
    content = speech_of(content[:MAX_CHARACTERS])
    spoken = _ACTION.sub(_kept_action, content)
    if not _WORD.search(spoken):
        spoken = content
    return [
        Sentence(one_line(name), one_line(sentence))
        for sentence in sentences(spoken.replace("*", ""))
        if _WORD.search(sentence)
    ]


def write(lines: Sequence[Sentence]) -> str:
    """Return lines as text: one line for each turn of speech, `Name: what was said`."""
    written = []
    for name, said in groupby(lines, key=lambda line: line.name):
        text = " ".join(line.text for line in said)
        written.append(f"{name}: {text}" if name else text)
    return "\n".join(written)


def vector_text(line: Sentence, names: Sequence[str]) -> str:
    """Return what is embedded for a line."""
    return without_names(line.text, names)


def choose(
    lines: Sequence[Sentence],
    vectors: Vectors,
    names: Collection[str],
    *,
    target_tokens: int,
    count: TokenCounter,
) -> list[Sentence]:
    """Return the lines that tell most within a number of tokens, in story order.

    Args:
        lines: In story order.
        vectors: One for each line, of unit length.
        names: What the participants are called.
        target_tokens: Most tokens for all of them.
        count: Tokens of a text.
    """
    candidates = [at for at, line in enumerate(lines) if _is_telling(line)]
    candidates = candidates or list(range(len(lines)))
    if not candidates:
        return []
    weights = weigh([lines[at] for at in candidates], vectors[candidates], names)
    weight_of = dict(zip(candidates, weights, strict=True))
    costs = {at: count(write([lines[at]])) + 1 for at in candidates}
    chosen = _greedy(weight_of, costs, vectors, target_tokens)
    if not chosen:
        best = max(candidates, key=weight_of.__getitem__)
        return [_cut(lines[best], target_tokens, count)]
    return [lines[at] for at in sorted(chosen)]


def weigh(
    lines: Sequence[Sentence], vectors: Vectors, names: Collection[str]
) -> list[float]:
    """Return how telling each line is; positive, higher is better."""
    return [
        exp(CENTRALITY_WEIGHT * log(max(rank, 1e-9)) + sign(line.text, names))
        for line, rank in zip(lines, lexrank(vectors).tolist(), strict=True)
    ]


def lexrank(vectors: Vectors) -> NDArray[np.float64]:
    """Return how central each sentence is among all: 1 on average.

    The stationary distribution of a walk along cosines, by power iteration.
    """
    size = len(vectors)
    if size == 0:
        return np.zeros(0)
    graph = (vectors @ vectors.T).astype(np.float64)
    graph[graph < EDGE] = 0.0
    np.fill_diagonal(graph, 0.0)
    graph[~graph.any(axis=1)] = 1.0  # from a sentence like no other the walk leaps
    graph /= graph.sum(axis=1, keepdims=True)
    ranks = np.full(size, 1 / size)
    for _ in range(STEPS):
        ranks = LEAP / size + (1 - LEAP) * (ranks @ graph)
    return ranks * size


def sign(text: str, names: Collection[str] = ()) -> float:
    """Return what the rules say of a sentence: a logarithm, 0 for a plain one."""
    text = text.replace("\u2019", "'")
    words = _WORD.findall(text)
    about_self = bool(_SELF.search(text))
    weight = LENGTH_WEIGHT * log(max(len(words), 1) / TYPICAL_WORDS)
    weight += sum(rule.weight for rule in RULES if rule.pattern.search(text))
    weight += NAME_WEIGHT * _names_someone(words, names)
    weight += PAST_WEIGHT * any(_is_past(word.lower()) for word in words)
    weight += SELF_WEIGHT * about_self
    # What is said about the other mostly answers him: "You must be so proud!"
    weight += ABOUT_YOU_WEIGHT * (not about_self and bool(_YOU.search(text)))
    weight += QUESTION_WEIGHT * ends_as_question(text)
    return weight


def turn_summary(content: str, wanted: Collection[str] = ()) -> str:
    """Return the one sentence of a message that is asked for, or tells most."""
    lines = [line.text for line in lines_of("", content)]
    return max(
        lines,
        key=lambda text: (_asked(text, wanted), sign(text)),
        default=one_line(content),
    )


def telling_part(content: str, limit_chars: int, wanted: Collection[str] = ()) -> str:
    """Return the telling sentences of a long message, in order, joined by dots.

    Args:
        content: The message; a short one is returned as it is.
        limit_chars: Most characters.
        wanted: Stems that are asked for; a sentence that holds them goes first.
    """
    if len(content) <= limit_chars:
        return content
    lines = [line.text for line in lines_of("", content)]
    asked = [_asked(text, wanted) for text in lines]
    order = sorted(range(len(lines)), key=lambda at: (-asked[at], -sign(lines[at])))
    kept: list[int] = []
    room = limit_chars
    for at in order:
        repeated = any(lines[at] == lines[other] for other in kept)
        if len(lines[at]) + 3 <= room and not repeated:
            kept.append(at)
            room -= len(lines[at]) + 3
    return _joined(lines, sorted(kept)) if kept else shorten(content, limit_chars)


def _asked(text: str, wanted: Collection[str]) -> int:
    """Count the stems of a text that are asked for."""
    return sum(stem in wanted for stem in set(tokenize(text))) if wanted else 0


def sentences(text: str) -> list[str]:
    """Split a text where a sentence ends; "Dr.", "3.5" and "15. Mai" end none."""
    found, start = [], 0
    for end in SENTENCE_END.finditer(text):
        last = slice(max(0, end.end() - 8), end.end())
        if not (
            _ABBREVIATED.search(text, last.start, last.stop)
            or (_ORDINAL.search(text[last]) and _OF_MONTH.match(text, end.end()))
        ):
            found.append(text[start : end.end()])
            start = end.end()
    found.append(text[start:])
    return [one.strip() for one in found if one.strip()]


def _joined(lines: Sequence[str], kept: Sequence[int]) -> str:
    """Return sentences in order, with an ellipsis where some were left out."""
    parts = []
    for place, at in enumerate(kept):
        if place and at != kept[place - 1] + 1:
            parts.append("…")
        parts.append(lines[at])
    return " ".join(parts)


def _greedy(
    weights: Mapping[int, float], costs: Mapping[int, int], vectors: Vectors, room: int
) -> list[int]:
    """Take the best line that fits, again and again; what it says counts less then."""
    left = list(weights)
    said = dict.fromkeys(left, 0.0)
    chosen: list[int] = []
    while left:
        best = max(left, key=lambda at: weights[at] * (1 - REDUNDANCY * said[at]))
        left.remove(best)
        if costs[best] > room or said[best] > DUPLICATE:
            continue
        room -= costs[best]
        chosen.append(best)
        for at in left:
            said[at] = max(said[at], float(vectors[at] @ vectors[best]))
    return chosen


def _cut(line: Sentence, target_tokens: int, count: TokenCounter) -> Sentence:
    """Shorten a line that is too long alone."""
    text = line.text
    while len(text) > 20 and count(write([line._replace(text=text)])) > target_tokens:
        text = shorten(text, len(text) * 2 // 3)
    return line._replace(text=text)


def _kept_action(found: re.Match[str]) -> str:
    text = found[1]
    return " " if len(text.split()) <= SHORT_ACTION_WORDS else f" {text} "


def _is_telling(line: Sentence) -> bool:
    if len(_WORD.findall(line.text)) >= MIN_WORDS:
        return True
    return is_unspaced(line.text[:1]) and len(line.text) >= 2 * MIN_WORDS


def _names_someone(words: Sequence[str], names: Collection[str]) -> bool:
    """Say whether a proper name that is not the participants' stands in a sentence."""
    return any(
        word[:1].isupper()
        and not word.isupper()
        and word not in _PRONOUNS
        and word not in names
        for word in words[1:]
    )


def _is_past(word: str) -> bool:
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 4)
