"""Say of a bank whether it is encrypted, and whether every field of it opens.

Owns: the words for it.
Knows nothing of: how fields are sealed.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import LtmError, StoreCorrupt
from ..stores.encrypting import check_fields
from ..stores.finding import Finding, Level
from ..stores.keyring import is_encrypted
from ..stores.userkey import KeySource, no_key

WHAT = "encryption"


def secrecy(folder: Path, keys: KeySource) -> list[Finding]:
    """Look at a bank's encryption; nothing is changed."""
    try:
        if not is_encrypted(folder):
            return [_in_clear(keys)]
        rows = check_fields(folder, keys)
    except LtmError as error:
        blind = not isinstance(error, StoreCorrupt)
        return [Finding(level=Level.FAULT, what=WHAT, words=str(error), blind=blind)]
    words = f"on; the texts of {rows:,} rows open with the key"
    return [Finding(level=Level.OK, what=WHAT, words=words)]


def _in_clear(keys: KeySource) -> Finding:
    if keys is no_key:
        return Finding(level=Level.OK, what=WHAT, words="off")
    words = "off, though there is a key. Encrypt it with: ltm encrypt"
    return Finding(level=Level.NOTE, what=WHAT, words=words)
