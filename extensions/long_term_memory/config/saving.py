"""Which settings a person may change while the program runs and have kept.

Owns: which these are, and how saved ones are read.
Knows nothing of: where they are kept, who changes them.

What is kept lies beside the memories, and comes along with a folder that somebody gave
away. So nothing is kept that names a model, a file or an address, or who may ask: a
model's folder may hold code, and an address is told what is chatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .loading import from_mapping
from .option import Option, Value
from .settings import OPTIONS, Settings

_OF_THE_START = ("server", "upstream", "encryption", "webui", "extras")


def is_name(one: Option) -> bool:
    """Say whether a setting names a model, a file or an address.

    Whatever is a text but no template and no choice counts, so that none is missed.
    """
    return one.kind is str and not one.choices and not one.holds


def can_be_saved(one: Option) -> bool:
    """Say whether a setting may be kept."""
    return one.group not in _OF_THE_START and not is_name(one)


def with_saved(
    settings: Settings, saved: Mapping[str, Any], given: frozenset[str]
) -> tuple[Settings, list[str]]:
    """Return settings with what is saved, but for what was given at the start.

    Returns:
        The settings, and a sentence on each saved one that cannot be used.
    """
    known = {name for name, one in OPTIONS.items() if can_be_saved(one)}
    foreign = [
        f"{name} is none that can be saved, so it is not taken."
        for name in saved
        if name not in known
    ]
    taken = {name: saved[name] for name in saved if name in known - given}
    found, problems = from_mapping(taken, settings)
    return found, foreign + problems


def changes(before: Settings, after: Settings) -> dict[str, Value]:
    """Return the settings that differ and can be saved, with their later values."""
    return {
        name: value_of(after, one)
        for name, one in OPTIONS.items()
        if can_be_saved(one) and value_of(before, one) != value_of(after, one)
    }


def value_of(settings: Settings, one: Option) -> Value:
    """Return the value of a setting."""
    value: Value = getattr(getattr(settings, one.group), one.name)
    return value
