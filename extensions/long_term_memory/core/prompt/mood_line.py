"""One line that says how those who speak feel, behind what is recalled.

Owns: its words.
Knows nothing of: how moods are found, hosts, templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..knowledge.mood import Mood
from ..text.emotion import NEUTRAL
from ..types import Block, TokenCounter

STRONG: Final = 0.6
SLIGHT: Final = 0.3
MOST_SPEAKERS: Final = 6


def mood_line(moods: Mapping[str, Mood]) -> str:
    """Return the line; empty if nobody's mood is other than neutral.

    Args:
        moods: By name as it may stand in a prompt, the one who spoke last first.
    """
    told = [
        f"{name}: {_degree(mood)}{mood.label}"
        for name, mood in list(moods.items())[:MOST_SPEAKERS]
        if name and mood.label != NEUTRAL
    ]
    return f"[Mood of late: {', '.join(told)}.]" if told else ""


def with_line(block: Block, line: str, count: TokenCounter) -> Block:
    """Return a block with a line behind it, which its limit has room for.

    Args:
        block: May be empty.
        line: May be empty.
        count: Tokens of a text.
    """
    if not line:
        return block
    text = f"{block.text}\n{line}" if block.text else line
    return replace(block, text=text, tokens=count(text))


def _degree(mood: Mood) -> str:
    if mood.intensity >= STRONG:
        return "strong "
    return "slight " if mood.intensity < SLIGHT else ""
