"""The settings of keeping memories safe.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class DurabilitySettings:
    """How memories are kept safe."""

    backups_kept: int = option(
        5,
        "So many automatic backups of each character stay: they are made before an "
        "update, an import, a clearing and a repair. 0 makes none.",
        within=(0, 1000),
    )
    most_open_banks: int = option(
        100,
        "So many characters' memories stay open at once; those used least recently "
        "are closed, and opened again when they are wanted. Each takes four open "
        "files and about 1 MB, more for long chats. Fewer stay open where the system "
        "allows few files.",
        within=(1, 10_000),
    )
