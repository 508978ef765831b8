"""Questions as one would ask them in a live chat.

Owns: "I" and "you" for names, and the frame that people put around a question.
Knows nothing of: systems, scores, data files.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

FRAME: Final = "Do you remember what I told you about this: "

# Before these a pronoun is an object: "gave me", "with you".
_OBJECT: Final = re.compile(
    r"\b(?:to|for|with|of|about|from|at|by|on|around|behind|between|near|like|gave|give"
    r"|gives|help|helps|helped|inspire|inspires|inspired|motivated|make|makes|made"
    r"|offered|tell|told|teach|taught|support|supports|supported|describe|describes)$",
    re.IGNORECASE,
)


class _Person(NamedTuple):
    subject: str
    object: str
    possessive: str
    verbs: dict[str, str]


_USER: Final = _Person(
    "I", "me", "my", {"is": "am", "was": "was", "does": "do", "has": "have"}
)
_CHARACTER: Final = _Person(
    "you", "you", "your", {"is": "are", "was": "were", "does": "do", "has": "have"}
)


def as_in_a_chat(question: str, user: str, character: str) -> str:
    """Ask what is asked about two people as one of them would ask the other.

    Args:
        question: A question that calls both by name.
        user: The name of the one who asks.
        character: The name of the one who is asked.
    """
    text = _spoken(question.strip(), user, _USER)
    return FRAME + _spoken(text, character, _CHARACTER)


def _spoken(text: str, name: str, person: _Person) -> str:
    """Put pronouns for a name; the verb beside it agrees."""
    own = re.escape(name)
    text = re.sub(rf"\b{own}['\u2019](?:s\b)?", person.possessive, text)
    verbs = "|".join(person.verbs)

    def agreeing(match: re.Match[str]) -> str:
        verb = person.verbs[match[1].lower()]
        return verb.capitalize() if match[1][0].isupper() else verb

    text = re.sub(rf"\b({verbs})(?= {own}\b)", agreeing, text, flags=re.IGNORECASE)
    text = re.sub(
        rf"\b{own} ({verbs})\b",
        lambda match: f"{person.subject} {person.verbs[match[1]]}",
        text,
    )
    while match := re.search(rf"\b{own}\b", text):
        before = text[: match.start()]
        role = person.object if _OBJECT.search(before.rstrip()) else person.subject
        text = before + role + text[match.end() :]
    return text
