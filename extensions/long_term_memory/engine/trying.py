"""Settings that are tried for a moment, beside those in force.

Owns: what of them can show at once.
Knows nothing of: threads, banks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..config import Settings

MADE_AHEAD: Final = (
    "summary_every",
    "summary_chunk_tokens",
    "summary_chapter_tokens",
    "summary_story_tokens",
)
"""Settings of summaries that only show once these are made anew."""


def as_tried(settings: Settings, held: Settings) -> Settings:
    """Return settings to be tried, without what would have to be made anew.

    Args:
        settings: Those that somebody wants to try.
        held: Those in force.
    """
    told = {name: getattr(held.summaries, name) for name in MADE_AHEAD}
    summaries = replace(settings.summaries, **told)
    return replace(settings, summaries=summaries, embedding=held.embedding)
