"""The settings of what is known of a chat besides its words: facts and what is due.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, hosts, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSettings:
    """What is held to be true, and what is to come."""

    facts: bool = option(
        True,
        "Learn facts from what is said, such as names, jobs and allergies, and keep "
        "those in every prompt that are heard often or matter.",
    )
    fact_extraction_threshold: float = option(
        0.7,
        "Facts that are less certain than this are not told, 0 to 1.",
        within=(0, 1),
        aliases=("FACT_EXTRACTION_THRESHOLD",),
    )
    facts_by_model: bool = option(
        True,
        "Have the language model that writes summaries look for facts, too, in the "
        "background; those found without it stand in any case.",
    )
    fact_tokens: int = option(
        150,
        "Most tokens for facts in every prompt; they are part of `head_tokens`, and "
        "pinned memories come first.",
        within=(0, 1_000_000),
    )
    due: bool = option(
        True,
        "Speak of what was to come, such as an exam on Friday, on its day and at the "
        "first talk after it.",
    )
    chat_commands: bool = option(
        True,
        "Do what you tell memory in a chat: `Remember that I'm allergic to nuts` makes "
        "a note that is kept in every prompt, `Please forget what I said about Tom` "
        "takes that out of recall.",
    )
