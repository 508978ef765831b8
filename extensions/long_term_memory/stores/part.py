"""What the parts of a bank share.

Owns: the one connection they all use.
Knows nothing of: tables.
"""

from __future__ import annotations

from .cipher import Cipher
from .database import Database


class Part:
    """One noun of a bank; the bank is all of them over one connection."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    @property
    def _cipher(self) -> Cipher:
        """How texts lie in this bank's file."""
        return self._database.cipher
