"""Settings that belong together, under one name.

Owns: which presets there are, and what each sets.
Knows nothing of: how they are called for people, where settings are kept.

A preset sets every setting that any preset names: those that it leaves out have their
defaults again, so that one preset takes another one's place. All others stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .loading import from_mapping
from .option import Value
from .saved_settings import value_of
from .settings import OPTIONS, Settings

BALANCED: Final = "balanced"
PRESETS: Final[Mapping[str, Mapping[str, Value]]] = MappingProxyType(
    {
        BALANCED: {},
        "few-tokens": {
            "recall_tokens": 300,
            "head_tokens": 200,
            "summary_tokens": 250,
            "before_tokens": 80,
            "one_line_memories": True,
            "num_memories_to_fetch": 6,
            "memory_length_cutoff_in_chars": 400,
        },
        "remember-everything": {
            "recall_tokens": 3000,
            "head_tokens": 1000,
            "summary_tokens": 1500,
            "before_tokens": 500,
            "gate": False,
            "leave_out_small_talk": False,
            "memory_length_cutoff_in_chars": 4000,
        },
        "long-stories": {
            "recall_tokens": 1500,
            "head_tokens": 600,
            "summary_tokens": 2000,
            "before_tokens": 600,
            "summary_chapter_tokens": 400,
            "summary_story_tokens": 1200,
        },
    }
)
"""By its name, what a preset sets; see `preset_values` for all that it means."""

TOUCHED: Final = tuple(
    name for name in OPTIONS if any(name in one for one in PRESETS.values())
)
"""The settings that presets set, in the order of all."""


def preset_values(name: str) -> dict[str, Value]:
    """Return the value of each setting that a preset sets or gives its default.

    Raises:
        KeyError: There is no such preset.
    """
    told = PRESETS[name]
    return {one: told.get(one, OPTIONS[one].default) for one in TOUCHED}


def with_preset(settings: Settings, name: str) -> Settings:
    """Return settings with a preset in force.

    Raises:
        KeyError: There is no such preset.
    """
    changed, _ = from_mapping(preset_values(name), settings)
    return changed


def preset_of(settings: Settings) -> str:
    """Return the preset that settings agree with; "" if they agree with none."""
    held = {one: value_of(settings, OPTIONS[one]) for one in TOUCHED}
    return next((name for name in PRESETS if preset_values(name) == held), "")
