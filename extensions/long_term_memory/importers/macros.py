"""Names in place of the macros that hosts write for them.

Owns: which macros stand for the two in a chat.
Knows nothing of: formats.
"""

from __future__ import annotations

import re

_MACRO = re.compile(r"\{\{(user|char)\}\}|<(USER|BOT)>", re.IGNORECASE)


def expand(text: str, *, user: str, character: str) -> str:
    """Put the names where a text has their macros, as hosts do when they send it."""
    if "{{" not in text and "<" not in text:
        return text
    return _MACRO.sub(
        lambda match: user if (match[1] or match[2]).lower() == "user" else character,
        text,
    )
