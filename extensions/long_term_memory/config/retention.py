"""The settings of how long memories are kept.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option

ARCHIVE, SUMMARISE, FORGET = "archive", "summarise", "forget"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long memories are kept."""

    retention_days: int = option(
        0,
        "What was said longer ago than so many days is no longer kept as it was; what "
        "becomes of it `retention_action` says. 0 keeps everything.",
        within=(0, 36_500),
        aliases=("MEMORY_RETENTION_DAYS",),
    )
    retention_action: str = option(
        ARCHIVE,
        "`archive` recalls old messages no longer but keeps them; `summarise` does so "
        "once a summary tells them; `forget` removes them for good once a day, notes "
        "and what was pinned or corrected left alone.",
        choices=(ARCHIVE, SUMMARISE, FORGET),
    )
    record_recalls: bool = option(
        True,
        "Keep a record of which memories stood in which prompt, and of tokens and cost "
        "by day: ids and numbers, no text.",
    )
    record_days: int = option(
        90, "So many days the record goes back.", within=(1, 3_650)
    )
