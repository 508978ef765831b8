"""What the memory API answers about moods.

Owns: the fields of these answers.
Knows nothing of: routes, the engine, how moods are found.
"""

from __future__ import annotations

from dataclasses import dataclass

from .answers import ApiAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodOfOneAnswer(ApiAnswer):
    """A mood: what prevails, how strongly, and the shares of the seven groups.

    Attributes:
        name: Whose; empty for the chat's.
        messages: How many messages it rests on.
    """

    name: str
    label: str
    group: str
    intensity: float
    shares: dict[str, float]
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodAnswer(ApiAnswer):
    """The mood of a chat, and of each who speaks, who spoke last first."""

    chat: MoodOfOneAnswer
    speakers: list[MoodOfOneAnswer]
