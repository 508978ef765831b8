"""The settings of keeping memories: how safely, for whose eyes, and how long.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, what a key looks like, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option

KEEP, NONE = "keep", "none"
"""What becomes of the vectors of encrypted memories."""

ARCHIVE, SUMMARISE, FORGET = "archive", "summarise", "forget"
"""What becomes of what is too old."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionSettings:
    """Whether memories are encrypted on the disk; see encryption.md."""

    encryption_key_file: str = option(
        "",
        "File with the key; `ltm encryption-key FILE` makes one. With a key, memories "
        "of new characters are encrypted, and `ltm encrypt` encrypts the others. The "
        "environment variable `LTM_ENCRYPTION_KEY` comes before the file.",
    )
    encryption_vectors: str = option(
        KEEP,
        "`keep` makes vectors, which are never encrypted and tell what a text is "
        "about; `none` makes none after a restart, recalls by words alone, and lets "
        "`ltm encrypt` remove those that there are.",
        choices=(KEEP, NONE),
    )


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
