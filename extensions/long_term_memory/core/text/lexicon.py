"""The words of an utterance, as they are stored beside it.

Owns: which words count as said, and what else is noted with them.
Knows nothing of: how words are found again, stores.
"""

from __future__ import annotations

from ..records import Lexicon
from ..types import Role
from .memorable import worth
from .panels import speech_of
from .recipes import ends_as_question
from .tokenizer import term_bytes


def lexicon_of(content: str, role: Role) -> Lexicon:
    """Return the words of what somebody said, as they are stored beside it."""
    said = speech_of(content)
    return Lexicon(
        terms=term_bytes(said),
        question=ends_as_question(said),
        worth=worth(said, role),
    )
