"""Of whom a message tells.

Owns: who is meant by a pronoun.
Knows nothing of: what is told of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..facts import About
from .forms import MANY


class One(NamedTuple):
    """Somebody of whom the message told last.

    Attributes:
        name: As he, she or it is named in a line.
        about: Whom of the chat it is.
    """

    name: str
    about: About


def can_be_they(one: One, predicate: str) -> bool:
    """Say whether "they" can be somebody: several, or one of whom nothing else is."""
    if MANY.search(one.name):
        return True
    return re.match(r"(?:are|have|were)\b", predicate) is not None
