"""The settings of encryption.

Owns: their types, defaults and sentences.
Knows nothing of: how anything is encrypted, what a key looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option

KEEP, NONE = "keep", "none"


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
