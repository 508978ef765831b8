"""Which feelings a text shows, by its words and, where there is one, its vector.

Owns: what is looked at in a text, and how a fitted model reads it.
Knows nothing of: files, where coefficients come from, chats, who is asked.

The labels are those of GoEmotions (Demszky and others, 2020), for which SillyTavern's
users have pictures. One logistic regression a label reads words, pairs of words and
marks, each weighed by how rare it is (TF-IDF of a text, its length 1); its threshold is
the one at which F1 is best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

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

_LENGTH_STEP: Final = 4
_MOST_STEPS: Final = 6
_STEM: Final = 5

_TOKEN: Final = re.compile(
    r"(?P<star>\*)"
    r"|(?P<marks>[!?]+|\.{2,}|\u2026)"
    r"|(?P<stop>[.;\n])"
    r"|(?P<face><3|>?[:;=xX8]['\u2019]?-?[)(DPpOo/\\|3*](?!\w)"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff])"
    r"|(?P<word>\w+(?:['\u2019-]\w+)*)"
)
_NEGATIONS: Final = frozenset(
    """not never no hardly barely without nothing nobody none neither nor cannot cant
    dont doesnt didnt isnt wasnt arent wont wouldnt aint couldnt shouldnt""".split()
)
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_STAMMER: Final = re.compile(r"\b(\w)-\1", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionWeights:
    """What was fitted for texts with a vector, or for those without.

    Attributes:
        terms: (terms, labels): how much each term speaks for a label.
        intercept: (labels,): what speaks for a label before a word is read.
        vector: (dimension, labels); without rows where no vector is read.
        threshold: (labels,): the score from which on a label is given.
    """

    terms: NDArray[np.float32]
    intercept: NDArray[np.float32]
    vector: NDArray[np.float32]
    threshold: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionModel:
    """A fitted model.

    Attributes:
        rows: The row of each term.
        rarity: (terms,): logarithm of how many texts there are to one with the term.
        by_words: For texts without a vector.
        by_both: For texts with a vector of `embedder`.
        embedder: The model whose vectors were fitted.
    """

    rows: Mapping[str, int]
    rarity: NDArray[np.float32]
    by_words: EmotionWeights
    by_both: EmotionWeights
    embedder: str


def emotion_margins(
    text: str, model: EmotionModel, vector: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return how far each label is above its threshold, in log-odds; (labels,).

    Args:
        text: What was said and done; `*stars*` enclose what was done.
        model: What reads it.
        vector: Its vector of unit length by `model.embedder`, if there is one.
    """
    rows = [model.rows[one] for one in set(emotion_terms(text)) if one in model.rows]
    weights = model.by_words if vector is None else model.by_both
    score = weights.intercept - weights.threshold
    if rows:
        values = model.rarity[rows]
        values = values / np.linalg.norm(values)
        score = score + values @ weights.terms[rows]
    if vector is not None:
        score = score + vector @ weights.vector
    return score


def emotion_shares(margins: NDArray[np.float32]) -> list[tuple[str, float]]:
    """Return every label with its share, the strongest first; the shares sum to 1.

    Args:
        margins: As `emotion_margins` returns them.
    """
    odds = 1 / (1 + np.exp(-margins.astype(np.float64)))
    shares = odds / odds.sum()
    order = sorted(range(len(LABELS)), key=lambda at: (-shares[at], LABELS[at]))
    return [(LABELS[at], float(shares[at])) for at in order]


def emotion_terms(text: str) -> list[str]:
    """Return what a text is judged by: words, pairs, and marks of how it is said.

    A word behind a negation is another word, until the sentence ends; what is done
    between stars is counted once more as done.
    """
    text = text[:_MOST_CHARACTERS].replace("\u2019", "'")
    pieces = list(_pieces(text))
    words = [word for word, _, _ in pieces]
    framed = ["<s>", *words, "</s>"]
    found = words + [f"{one} {two}" for one, two in pairwise(framed)]
    for word, plain, done in pieces:
        if plain != word:
            found.append(f"denied {plain}")
        if done:
            found.append(f"done {plain}")
        if len(plain) > _STEM + 1 and plain[0].isalpha():
            found.append(f"{plain[:_STEM]}-")
    found.append(f"length {min(_MOST_STEPS, len(words) // _LENGTH_STEP)}")
    found += [f"first {words[0]}", f"last {words[-1]}"] if words else []
    if _STAMMER.search(text):
        found.append("stammer")
    if any(word.isupper() and len(word) > 2 for word in text.split()):
        found.append("loud")
    return found


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each word as it is read, as it is written, and whether it is an action."""
    denied = 0
    done = False
    for match in _TOKEN.finditer(text):
        raw = match[0]
        kind = match.lastgroup
        if kind == "star":
            done = not done
        elif kind == "stop":
            denied = 0
        elif kind == "marks":
            denied = 0
            mark = _mark(raw)
            yield mark, mark, done
        elif kind == "face":
            yield raw, raw, done
        else:
            plain = _DRAWN_OUT.sub(r"\1\1", raw.lower())
            denies = plain in _NEGATIONS or plain.endswith("n't")
            yield (plain if denies or not denied else f"not_{plain}"), plain, done
            denied = _NEGATION_REACH if denies else max(0, denied - 1)


def _mark(raw: str) -> str:
    if "?" in raw:
        return "?!" if "!" in raw else "?"
    if "!" in raw:
        return "!" if len(raw) == 1 else "!!"
    return "..."
