"""The settings of the Extras API.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtrasSettings:
    """What the server offers as SillyTavern's Extras server did."""

    enable_modules: str = option(
        "chromadb, classify, embeddings, summarize",
        "Modules of the Extras API that are offered, separated by commas; empty offers "
        "none.",
    )
    extras_memory: bool = option(
        True,
        "What Smart Context stores becomes the character's memory too, unless the chat "
        "goes through the proxy anyway.",
    )
