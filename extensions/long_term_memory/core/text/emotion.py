"""Which feelings a text shows, by its words.

Owns: how the words of feelings are found in a text and weighed.
Knows nothing of: models, chats, who is asked.

This is a list of English words with negation and emphasis, not a trained model: it
reads what is said outright ("*blushes* I love you") and takes the rest, irony and hints
among it, for neutral. The words were chosen with the 196 role-play sentences of
`tests/data/feelings.txt`, so that these come out right says nothing about others. Text
by strangers tells: of the 5,427 Reddit comments of the GoEmotions test set, on which
nothing was chosen, the first label is one that people gave in 53 % ("always neutral":
33 %), in 42 % of those that people did not call neutral.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from .emotion_words import LABELS, NEUTRAL, OPPOSITES, WEAK, WORDS

__all__ = ["LABELS", "NEUTRAL", "feelings"]

# What is neither said nor done stays neutral; one plain word is stronger than that.
_NEUTRAL_WEIGHT: Final = 0.6
_WEAK_WEIGHT: Final = 0.3
# A phrase is plainer than a word: "wonder" may be a noun, "I wonder" is not.
_PHRASE_WEIGHT: Final = 1.5
_ACTION_FACTOR: Final = 1.5
_STRONG_FACTOR: Final = 1.4
_LOUD_FACTOR: Final = 1.2
_QUESTION_WEIGHT: Final = 0.7
_DISBELIEF_WEIGHT: Final = 1.5
_STAMMER_WEIGHT: Final = 1.0
_FACE_WEIGHT: Final = 1.0
_MOST_CHARACTERS: Final = 20_000
_NEGATION_REACH: Final = 3

_TOKEN: Final = re.compile(r"(?P<end>[.!?;\n\u2026]+)|\w+(?:['-]\w+)*")
_ACTION: Final = re.compile(r"\*[^*\n]+\*")
_DISBELIEF: Final = re.compile(r"\?!|!\?")
_STAMMER: Final = re.compile(r"\b([a-z])-\1")
_FACES: Final = {
    label: frozenset(faces.split())
    for label, faces in {
        "joy": ":) :-) :d \U0001f600 \U0001f604 \U0001f60a",
        "amusement": "xd \U0001f602 \U0001f923 \U0001f606",
        "love": "<3 \u2764 \U0001f60d \U0001f618 \U0001f970",
        "sadness": ":( :-( :'( \U0001f622 \U0001f62d \U0001f614",
        "anger": ">:( \U0001f620 \U0001f621",
        "embarrassment": "\U0001f633",
        "surprise": ":o \U0001f62e \U0001f632",
        "fear": "\U0001f628 \U0001f631",
    }.items()
}
# Pictures stand next to words without a space.
_APART: Final = {
    ord(face): f" {face} "
    for faces in _FACES.values()
    for face in faces
    if len(face) == 1
}
_END: Final = "."
_POSSESSIVE: Final = {"her", "his", "its", "my", "our", "your", "their", "the"}
_NEGATIONS: Final = set(
    """not never no hardly barely without nothing isn't wasn't aren't don't doesn't
    didn't can't won't wouldn't ain't cannot""".split()
)
_STRONG: Final = set(
    "so very really extremely truly deeply absolutely incredibly such fucking".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """A word or phrase that stands for a feeling."""

    words: tuple[str, ...]
    label: str
    weight: float


def _signs() -> dict[str, list[_Sign]]:
    """Return all signs by the first two letters of the words they may begin with."""
    found = defaultdict(list)
    for listed, weak in ((WORDS, False), (WEAK, True)):
        for label, words in listed.items():
            for one in words.split():
                sign = _sign(one, label, weak)
                first = sign.words[0]
                starts = _POSSESSIVE if first == "their" else {first}
                for letters in {start[:2] for start in starts}:
                    found[letters].append(sign)
    return dict(found)


def _sign(one: str, label: str, weak: bool) -> _Sign:
    words = tuple(one.split("_"))
    plain = _PHRASE_WEIGHT if len(words) > 1 else 1.0
    return _Sign(words=words, label=label, weight=_WEAK_WEIGHT if weak else plain)


_SIGNS: Final = _signs()


def feelings(text: str) -> list[tuple[str, float]]:
    """Return every label with its share, the strongest first; the shares sum to 1.

    Args:
        text: What was said and done; `*stars*` enclose what was done. Only English
            shows a feeling.
    """
    text = text[:_MOST_CHARACTERS].casefold().replace("\u2019", "'")
    weights = dict.fromkeys(LABELS, 0.0)
    weights[NEUTRAL] = _NEUTRAL_WEIGHT
    for label, weight in _by_words(text):
        weights[label] += weight
    for label, weight in _by_marks(text):
        weights[label] += weight
    if "!" in text:
        for label in WORDS:
            weights[label] *= _LOUD_FACTOR
    total = sum(weights.values())
    shares = [(label, weight / total) for label, weight in weights.items()]
    return sorted(shares, key=lambda one: (-one[1], one[0]))


def _by_marks(text: str) -> list[tuple[str, float]]:
    """Return what punctuation shows."""
    found = []
    if text.rstrip(' "*').endswith("?"):
        found.append(("curiosity", _QUESTION_WEIGHT))
    if _DISBELIEF.search(text):
        found.append(("surprise", _DISBELIEF_WEIGHT))
    pieces = set(text.translate(_APART).split())
    found += [
        (label, _FACE_WEIGHT) for label, faces in _FACES.items() if faces & pieces
    ]
    if _STAMMER.search(text):
        found.append(("embarrassment", _STAMMER_WEIGHT))
    return found


def _by_words(text: str) -> list[tuple[str, float]]:
    """Return what each word or phrase shows; the longest reading of a place wins."""
    # "No, I love you" denies nothing that follows.
    text = text.replace("no,", "no.")
    matches = list(_TOKEN.finditer(text))
    tokens = [_END if match["end"] else match[0] for match in matches]
    actions = _inside_actions(text, [match.start() for match in matches])
    found = []
    at = 0
    while at < len(tokens):
        signs = _longest(tokens, at)
        for sign in signs:
            before = tokens[max(0, at - _NEGATION_REACH) : at]
            label, factor = _in_context(sign.label, before)
            if label:
                done = _ACTION_FACTOR if actions[at] else 1.0
                found.append((label, sign.weight * factor * done))
        at += len(signs[0].words) if signs else 1
    return found


def _inside_actions(text: str, starts: list[int]) -> list[bool]:
    """Say of each position whether it lies between two stars."""
    inside = bytearray(len(text) + 1)
    for match in _ACTION.finditer(text):
        inside[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return [bool(inside[start]) for start in starts]


def _longest(tokens: list[str], at: int) -> list[_Sign]:
    """Return the signs that stand at a place, only those of the most words."""
    candidates = _SIGNS.get(tokens[at][:2], [])
    signs = [sign for sign in candidates if _stands(sign.words, tokens, at)]
    most = max((len(sign.words) for sign in signs), default=0)
    return [sign for sign in signs if len(sign.words) == most]


def _stands(words: tuple[str, ...], tokens: list[str], at: int) -> bool:
    return at + len(words) <= len(tokens) and all(
        _fits(word, tokens[at + step]) for step, word in enumerate(words)
    )


def _fits(word: str, token: str) -> bool:
    if word.endswith("*"):
        return token.startswith(word[:-1])
    return word == token or (word == "their" and token in _POSSESSIVE)


def _in_context(label: str, before: list[str]) -> tuple[str | None, float]:
    """Return which feeling a sign shows after these words, and how much more."""
    if _END in before:
        before = before[len(before) - before[::-1].index(_END) :]
    factor = _STRONG_FACTOR if before and before[-1] in _STRONG else 1.0
    if _NEGATIONS.intersection(before):
        return OPPOSITES.get(label), factor
    return label, factor
