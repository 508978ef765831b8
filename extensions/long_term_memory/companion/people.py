"""Who the users of conversations are.

Owns: the id of a user, and what a user is called.
Knows nothing of: keys, whose memory lies where.
"""

from __future__ import annotations

from ..identity.auth import DEFAULT_USER
from ..identity.callers import Caller


def user_of(caller: Caller) -> str:
    """Return the id of the user that a caller is: a key's name, else the owner's."""
    return caller.name or DEFAULT_USER


def name_of(user: str) -> str:
    """Return what a user is called; empty for the owner, who never told a name."""
    return "" if user == DEFAULT_USER else user


def called(user: str) -> str:
    """Return what a user is called where a name is needed, as in prompts."""
    return name_of(user) or "User"
