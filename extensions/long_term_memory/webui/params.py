"""The settings that a webui's user can change, as the flat dict the webui knows.

Owns: which groups of settings belong to the webui, and where their defaults are from.
Knows nothing of: the webui's modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..config import Settings, from_mapping, predecessor_settings, values_of
from ..config.option import Value

GROUPS = (
    *("recall", "prompt", "summaries", "facts", "embedding"),
    *("durability", "retention", "journal", "webui"),
)


def defaults(folder: Path) -> dict[str, Value]:
    """Return each setting by name as it is unless the webui's user changed it.

    Args:
        folder: Where the extension lies; the predecessor's ltm_config.json may be
            there, and its values are the defaults then.
    """
    return values_of(_base(folder)[0], *GROUPS)


def read(params: Mapping[str, Any], folder: Path) -> tuple[Settings, list[str]]:
    """Read the settings in force, and a sentence on each that cannot be used."""
    base, problems = _base(folder)
    settings, found = from_mapping(params, base)
    return settings, problems + found


def _base(folder: Path) -> tuple[Settings, list[str]]:
    old = folder / "ltm_config.json"
    return predecessor_settings(old) if old.is_file() else (Settings(), [])
