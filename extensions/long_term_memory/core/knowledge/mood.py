"""The mood of a chat, and of each who speaks in it.

Owns: the decayed blend of what messages show.
Knows nothing of: where emotions come from, chats, stores.

A message's emotion counts half as much for every `HALF_LIFE` messages after it. A
chat's mood counts all messages, a speaker's mood the speaker's own alone. The blend's
shares are the weighted mean of the messages'; a feeling is the mood once it is the
strongest but neutral and has `LEAST_SHARE`, else the mood is neutral. Its intensity is
the weighted mean of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..text.emotion import LABELS, NEUTRAL
from .emotion import GROUP_OF, Emotion

HALF_LIFE: Final = 6
"""Messages after which an emotion counts half."""

REACH: Final = 10 * HALF_LIFE
"""Older messages count less than a thousandth, and are not looked at."""

LEAST_SHARE: Final = 0.12
"""Of the strongest feeling in a mood that is not neutral."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """A mood.

    Attributes:
        label: The feeling that prevails, or neutral.
        shares: Each label's share in the order of `LABELS`; none are 0 for no message.
        intensity: 0 … 1.
        messages: How many messages it rests on.
    """

    label: str
    shares: tuple[float, ...]
    intensity: float
    messages: int

    @property
    def group(self) -> str:
        """The group of its label."""
        return GROUP_OF[self.label]


NO_MOOD: Final = Mood(
    label=NEUTRAL,
    shares=tuple(float(label == NEUTRAL) for label in LABELS),
    intensity=0.0,
    messages=0,
)
"""Of a chat in which nothing was said."""


def mood_of(emotions: Sequence[Emotion]) -> Mood:
    """Return the mood after messages.

    Args:
        emotions: Of the messages in order, the newest last.
    """
    near = emotions[-REACH:]
    if not near:
        return NO_MOOD
    weights = [0.5 ** (age / HALF_LIFE) for age in range(len(near) - 1, -1, -1)]
    whole = sum(weights)
    pairs = list(zip(weights, near, strict=True))
    shares = tuple(
        sum(weight * one.shares[at] for weight, one in pairs) / whole
        for at in range(len(LABELS))
    )
    intensity = sum(weight * one.intensity for weight, one in pairs) / whole
    return Mood(
        label=_prevailing(shares),
        shares=shares,
        intensity=intensity,
        messages=len(near),
    )


def moods_of(said: Iterable[tuple[str, Emotion]]) -> Mapping[str, Mood]:
    """Return the mood of each speaker, the one who spoke last first.

    Args:
        said: Speaker and emotion of the messages in order.
    """
    by_speaker: dict[str, list[Emotion]] = {}
    for speaker, emotion in said:
        kept = by_speaker.pop(speaker, [])
        by_speaker[speaker] = [*kept[1 - REACH :], emotion]
    return {who: mood_of(by_speaker[who]) for who in reversed(by_speaker)}


def _prevailing(shares: Sequence[float]) -> str:
    felt = [pair for pair in zip(shares, LABELS, strict=True) if pair[1] != NEUTRAL]
    share, label = max(felt, key=lambda pair: pair[0])
    return label if share >= LEAST_SHARE else NEUTRAL
