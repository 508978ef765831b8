"""Say of a bank whether it is encrypted, and whether every field of it opens.

Owns: the words for it.
Knows nothing of: how fields are sealed.
"""

from __future__ import annotations

from ...core.maintenance import Finding, Level
from ...core.types import Scope
from ...errors import LtmError, StoreCorrupt, StoreError
from ...storage.backend import Encryption
from ..engine import Engine

WHAT = "encryption"


def encryption_of(engine: Engine) -> Encryption:
    """Return how an engine's memories are encrypted.

    Raises:
        StoreError: Not from here.
    """
    if engine.storage.encryption is None:
        raise StoreError(
            "These memories are kept where they cannot be encrypted from here. Encrypt "
            "what keeps them by its own means."
        )
    return engine.storage.encryption


def secrecy(encryption: Encryption, scope: Scope) -> list[Finding]:
    """Look at a bank's encryption; nothing is changed."""
    try:
        if not encryption.is_encrypted(scope):
            return [_in_clear(has_key=encryption.has_key)]
        rows = encryption.check_fields(scope)
    except LtmError as error:
        blind = not isinstance(error, StoreCorrupt)
        return [Finding(level=Level.FAULT, what=WHAT, words=str(error), blind=blind)]
    words = f"on; the texts of {rows:,} rows open with the key"
    return [Finding(level=Level.OK, what=WHAT, words=words)]


def _in_clear(*, has_key: bool) -> Finding:
    if not has_key:
        return Finding(level=Level.OK, what=WHAT, words="off")
    words = "off, though there is a key. Encrypt it with: ltm encrypt"
    return Finding(level=Level.NOTE, what=WHAT, words=words)
