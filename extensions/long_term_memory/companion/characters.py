"""Characters of users: who they are, and their pictures.

Owns: these records.
Knows nothing of: how a card is read, conversations.
"""

from __future__ import annotations

from .records import Character


class Characters:
    """The characters of all users; synchronous, safe from any thread."""

    def get(self, user: str, character_id: str) -> Character:
        """Return a character; raises NotFound if the user has no such."""
        raise NotImplementedError

    def all(self, user: str) -> list[Character]:
        """Return a user's characters, the newest first."""
        raise NotImplementedError
