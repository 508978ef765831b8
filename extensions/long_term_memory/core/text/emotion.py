"""Which feelings a text shows, by its words and, where there is one, its vector.

Owns: what is looked at in a text, and how a fitted model reads it.
Knows nothing of: files, where coefficients come from, chats, who is asked.

The labels are those of GoEmotions (Demszky and others, 2020), for which SillyTavern's
users have pictures. One logistic regression a label reads words, pairs of words and
marks, each weighed by how rare it is (TF-IDF of a text, its length 1), another one the
vector; their log-odds are added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LABELS: Final = (
    *("admiration", "amusement", "anger", "annoyance", "approval", "caring"),
    *("confusion", "curiosity", "desire", "disappointment", "disapproval", "disgust"),
    *("embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love"),
    *("nervousness", "optimism", "pride", "realization", "relief", "remorse"),
    *("sadness", "surprise", "neutral"),
)
"""The order of the published data, neutral last; every array here is in it."""

NEUTRAL: Final = "neutral"

_MOST_CHARACTERS: Final = 20_000
_NEGATION_REACH: Final = 4
"""Words behind a negation that are marked as denied, up to the end of the sentence."""

_DENIED: Final = "not_"
_LEAST_KNOWN: Final = 0.5
"""Share of words that stand in the vocabulary, of a text that can be judged."""

_LENGTH_STEP: Final = 4
_MOST_STEPS: Final = 6
_STEM: Final = 5

_FACE: Final = re.compile(
    r"(?:<3|>?[:;=x8]'?-?[)(dpo/\\|3*])(?!\w)|[\u2600-\u27bf\U0001f000-\U0001faff]"
)
_TOKEN: Final = re.compile(
    rf"{_FACE.pattern}|\w+(?:['-]\w+)*|[!?]+|\.{{2,}}|[*\u2026.;\n]"
)
_NEGATIONS: Final = frozenset(
    """not never no hardly barely without nothing nobody none neither nor cannot cant
    dont doesnt didnt isnt wasnt arent wont wouldnt aint couldnt shouldnt""".split()
)
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_STAMMER: Final = re.compile(r"\b(\w)-\1")
_LOUD: Final = re.compile(r"\b[A-Z]{3,}\b")
_SARCASM: Final = re.compile(r"(?:^|\s)/s(?:arc(?:asm)?)?[\s.*\"']*\Z")
_KNOWN_TOKENS: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionModel:
    """A fitted model.

    Attributes:
        rows: The row of each term.
        rarity: (terms,): logarithm of how many texts there are to one with the term.
        terms: (terms, labels): how much each term speaks for a label, in log-odds.
        vector: (dimension, labels): how much each number of a vector does.
        words_bias: (labels,): the log-odds before anything is read, for texts without
            a vector; less what a label has for being frequent where it was fitted.
        both_bias: The same for texts with a vector.
        words_limits: (labels,): from which log-odds on a label is given, for texts
            without a vector; in the scale of the scores.
        both_limits: The same for texts with a vector.
        fingerprint: The embedder whose vectors were fitted.
    """

    rows: Mapping[str, int]
    rarity: NDArray[np.float32]
    terms: NDArray[np.float32]
    vector: NDArray[np.float32]
    words_bias: NDArray[np.float32]
    both_bias: NDArray[np.float32]
    words_limits: NDArray[np.float32]
    both_limits: NDArray[np.float32]
    fingerprint: str


class EmotionScores(NamedTuple):
    """What a text shows, in the order of `LABELS`.

    Attributes:
        shares: Each label's share; they sum to 1.
        given: Whether each is given: its log-odds reach the label's own limit.
    """

    shares: NDArray[np.float64]
    given: NDArray[np.bool_]


_NEUTRAL_ALONE: Final = np.arange(len(LABELS)) == LABELS.index(NEUTRAL)

NOTHING_SHOWN: Final = EmotionScores(_NEUTRAL_ALONE.astype(np.float64), _NEUTRAL_ALONE)
"""Of a text that cannot be judged: it is wholly neutral."""


def read_emotions(
    text: str, model: EmotionModel, vector: NDArray[np.float32] | None = None
) -> list[tuple[str, float]]:
    """Return every label with its share, the strongest first; the shares sum to 1.

    See `score_emotions`.
    """
    shares = score_emotions(text, model, vector).shares.tolist()
    return sorted(zip(LABELS, shares, strict=True), key=lambda one: (-one[1], one[0]))


def score_emotions(
    text: str, model: EmotionModel, vector: NDArray[np.float32] | None = None
) -> EmotionScores:
    """Return what a text shows.

    A text of which too few words are known (another language, letters at random, no
    word at all), or that is marked as sarcasm, is wholly neutral.

    Args:
        text: What was said and done; `*stars*` enclose what was done. Of a longer one
            the first 20,000 characters count.
        model: What reads it.
        vector: Its vector of unit length by the embedder of the model, if there is one.
    """
    words, marks = _looked_at(text)
    known = sum(word.removeprefix(_DENIED) in model.rows for word in words)
    if not words or known < _LEAST_KNOWN * len(words) or _SARCASM.search(text):
        return NOTHING_SHOWN
    found = {*words, *marks}
    rows = sorted(model.rows[one] for one in found if one in model.rows)
    values = model.rarity[rows]
    score = (values / np.linalg.norm(values)) @ model.terms[rows]
    if vector is None:
        score, limits = score + model.words_bias, model.words_limits
    else:
        score, limits = (
            score + model.both_bias + vector @ model.vector,
            model.both_limits,
        )
    odds = np.exp(score.astype(np.float64))
    return EmotionScores(odds / odds.sum(), score >= limits)


def emotion_terms(text: str) -> list[str]:
    """Return what a text is judged by: words, pairs, and marks of how it is said.

    A word behind a negation is another word, until the sentence ends; what is done
    between stars is counted once more as done.
    """
    words, marks = _looked_at(text)
    return words + marks


def _looked_at(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a text in order, and all else that it is judged by."""
    text = text[:_MOST_CHARACTERS].replace("\u2019", "'")
    low = text.lower()
    found: list[str] = []
    words = []
    denied, done = 0, False
    for token in _TOKEN.findall(low):
        kind, plain = _read(token)
        if kind == "word":
            if done:
                found.append(f"done {plain}")
            if len(plain) > _STEM + 1:
                found.append(f"{plain[:_STEM]}-")
            if denied:
                denied -= 1
                found.append(f"denied {plain}")
                plain = _DENIED + plain
            words.append(plain)
        elif kind == "star":
            done = not done
        elif kind == "stop":
            denied = 0
        else:
            words.append(plain)
            if done:
                found.append(f"done {plain}")
            denied = _NEGATION_REACH if kind == "denial" else 0
    found += map(" ".join, pairwise(["<s>", *words, "</s>"]))
    found.append(f"length {min(_MOST_STEPS, len(words) // _LENGTH_STEP)}")
    if words:
        found += (f"first {words[0]}", f"last {words[-1]}")
    if "-" in low and _STAMMER.search(low):
        found.append("stammer")
    if text != low and _LOUD.search(text):
        found.append("loud")
    return words, found


@lru_cache(maxsize=_KNOWN_TOKENS)
def _read(token: str) -> tuple[str, str]:
    """Return what kind of token it is, and how it is read."""
    if token == "*":
        return "star", token
    if token in ".;\n":
        return "stop", token
    if token[0] in "!?.\u2026":
        return "mark", _mark(token)
    if not (token[0].isalnum() or token[0] == "_") or _FACE.fullmatch(token):
        return "face", token
    plain = _DRAWN_OUT.sub(r"\1\1", token)
    denies = plain in _NEGATIONS or plain.endswith("n't")
    return "denial" if denies else "word", plain


def _mark(raw: str) -> str:
    if "?" in raw:
        return "?!" if "!" in raw else "?"
    if "!" in raw:
        return "!" if len(raw) == 1 else "!!"
    return "..."
