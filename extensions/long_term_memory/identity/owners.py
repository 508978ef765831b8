"""Whose memory a request means.

Owns: how a key's name and the user that a request names go together.
Knows nothing of: keys, requests, where memory lies.
"""

from __future__ import annotations

from ..core.text.names import is_same_name
from .auth import DEFAULT_USER


def owner_of(user: str, named: str) -> str:
    """Return whose memory is meant.

    Args:
        user: Whose key it was; empty where there are no keys.
        named: The user that the request names; may be empty.
    """
    if not user or user == DEFAULT_USER:
        return named or DEFAULT_USER
    # Under a key of his own nobody can name another one's memory.
    own = not named or is_same_name(named, user)
    return user if own else f"{user} {named}"
