"""The setting of encryption.

Owns: its type, default and sentence.
Knows nothing of: how anything is encrypted, what a key looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionSettings:
    """Whether memories are encrypted on the disk; see encryption.md."""

    encryption_key_file: str = option(
        "",
        "File with the key; `ltm encryption-key FILE` makes one. With a key, memories "
        "of new characters are encrypted, and `ltm encrypt` encrypts the others. The "
        "environment variable `LTM_ENCRYPTION_KEY` comes before the file.",
    )
