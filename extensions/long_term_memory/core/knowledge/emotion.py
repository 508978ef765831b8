"""What a message shows of feelings: its labels, how strongly, and their groups.

Owns: the emotion of a text, its intensity, the seven groups, the form in which it is
kept.
Knows nothing of: how coefficients were fitted, stores, chats.

Intensity is the mean of how much those feelings stir that are shown (`AROUSAL`, nothing
for neutral), weighted by their shares and neutral's; times 1.3 where it is said loudly
(capitals, several marks of exclamation, letters drawn out), times 0.7 where it is
played down ("a bit"), 1 at the most. Shown are the strongest label and those that are
given. The groups are the six of Ekman and neutral, as the authors of GoEmotions
put the labels to them (`GROUPS`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..text.emotion import (
    LABELS,
    NEUTRAL,
    EmotionModel,
    EmotionScores,
    score_emotions,
)
from ..text.panels import speech_of

GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "anger": ("anger", "annoyance", "disapproval"),
        "disgust": ("disgust",),
        "fear": ("fear", "nervousness"),
        "joy": (
            *("admiration", "amusement", "approval", "caring", "desire", "excitement"),
            *("gratitude", "joy", "love", "optimism", "pride", "relief"),
        ),
        "sadness": (
            *("disappointment", "embarrassment", "grief", "remorse", "sadness"),
        ),
        "surprise": ("confusion", "curiosity", "realization", "surprise"),
        NEUTRAL: (NEUTRAL,),
    }
)
"""Which labels belong to which of the seven groups."""

GROUP_OF: Final[Mapping[str, str]] = MappingProxyType(
    {label: group for group, labels in GROUPS.items() for label in labels}
)

AROUSAL: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(("anger", "excitement", "fear", "grief"), 1.0),
        **dict.fromkeys(("disgust", "joy", "love", "sadness", "surprise"), 0.9),
        **dict.fromkeys(("amusement", "desire", "embarrassment", "pride"), 0.8),
        **dict.fromkeys(("gratitude", "nervousness", "relief", "remorse"), 0.8),
        **dict.fromkeys(("admiration", "annoyance", "caring"), 0.7),
        **dict.fromkeys(("disappointment", "optimism"), 0.7),
        **dict.fromkeys(("confusion", "curiosity", "disapproval"), 0.5),
        **dict.fromkeys(("approval", "realization"), 0.4),
        NEUTRAL: 0.0,
    }
)
"""How much a feeling stirs, 0 … 1."""

VERSION: Final = 2
"""Of how a text is read; emotions of another one are made anew. Rises with every change
of the coefficients or of `packed`."""

MOST_LABELS: Final = 3
LOUDER: Final = 1.3
SOFTER: Final = 0.7

_NEUTRAL_ONE: Final = np.arange(len(LABELS)) == LABELS.index(NEUTRAL)
_STIRS: Final = np.array([AROUSAL[label] for label in LABELS])
_FELT: Final = len(LABELS) - 1
"""All labels but the last, which is neutral."""

_STEPS: Final = 255
_MASK: Final = np.dtype("<u4")
_MASK_BYTES: Final = 4
SHARES_AT: Final = 1 + _MASK_BYTES
"""Where the labels' shares begin in what is kept, a byte each, in 255ths."""

PACKED_BYTES: Final = SHARES_AT + len(LABELS)
_LOUD: Final = re.compile(r"\b[A-Z]{4,}\b|!!|([a-z])\1{3,}")
_SOFT: Final = re.compile(
    r"\b(?:a (?:bit|little|tad)|slightly|somewhat|kind of|kinda|sort of|mildly)\b",
    re.IGNORECASE,
)
_READ: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion:
    """What a text shows of feelings.

    Attributes:
        shares: Each label's share in the order of `LABELS`, in steps of 1/255.
        labels: The strongest label, then feelings that are given, three at the most.
        intensity: 0 … 1, in steps of 1/255; see the module.
    """

    shares: tuple[float, ...]
    labels: tuple[str, ...]
    intensity: float

    @property
    def label(self) -> str:
        """The strongest label."""
        return self.labels[0]

    @property
    def group(self) -> str:
        """The strongest label's group."""
        return GROUP_OF[self.labels[0]]


def emotion_of(
    text: str, model: EmotionModel, vector: NDArray[np.float32] | None = None
) -> Emotion:
    """Return what a text shows.

    Args:
        text: What was said and done; panels of a chat's state are not read.
        model: What reads it.
        vector: Its vector by the embedder of the model, if there is one.
    """
    return unpacked(packed(text, model, vector))


def packed(
    text: str, model: EmotionModel, vector: NDArray[np.float32] | None = None
) -> bytes:
    """Return the form in which the emotion of a text is kept; see `emotion_of`."""
    said = speech_of(text)
    scores = score_emotions(said, model, vector)
    intensity = _intensity(said[:_READ], scores)
    mask = sum(1 << at for at in np.flatnonzero(scores.given).tolist())
    head = np.array([round(intensity * _STEPS)], np.uint8).tobytes()
    shares = np.rint(scores.shares * _STEPS).astype(np.uint8)
    return head + np.array([mask], _MASK).tobytes() + shares.tobytes()


def unpacked(kept: bytes) -> Emotion:
    """Return what `packed` keeps; raises ValueError for what it did not make."""
    if len(kept) != PACKED_BYTES:
        raise ValueError(f"An emotion takes {PACKED_BYTES} bytes, not {len(kept)}.")
    [mask] = np.frombuffer(kept[1:SHARES_AT], _MASK).tolist()
    raw = kept[SHARES_AT:]
    first = max(range(len(LABELS)), key=raw.__getitem__)
    others = sorted(
        (at for at in range(_FELT) if mask >> at & 1 and at != first),
        key=lambda at: -raw[at],
    )
    best = (first, *others)[:MOST_LABELS]
    return Emotion(
        shares=tuple(one / _STEPS for one in raw),
        labels=tuple(LABELS[at] for at in best),
        intensity=kept[0] / _STEPS,
    )


def grouped(shares: Sequence[float]) -> dict[str, float]:
    """Return the shares of the seven groups.

    Args:
        shares: Of the labels, in the order of `LABELS`.
    """
    by_label = dict(zip(LABELS, shares, strict=True))
    return {
        group: sum(by_label[label] for label in labels)
        for group, labels in GROUPS.items()
    }


def labels_named(name: str) -> tuple[str, ...]:
    """Return the labels that a name means: a group's, or itself; none if unknown."""
    low = name.strip().lower()
    if low in GROUPS:
        return GROUPS[low]
    return (low,) if low in GROUP_OF else ()


def _intensity(text: str, scores: EmotionScores) -> float:
    counted = scores.given | _NEUTRAL_ONE
    counted[scores.shares.argmax()] = True
    shares = scores.shares * counted
    stirred = float(shares @ _STIRS / shares.sum())
    if _LOUD.search(text):
        stirred *= LOUDER
    if _SOFT.search(text):
        stirred *= SOFTER
    return min(1.0, stirred)
