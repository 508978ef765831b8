"""Write lines about somebody who is called You.

Owns: that a line with that name reads as English: "You were born", "your sister".
Knows nothing of: what is told, in which messages.

A chat's user whom nobody named is called You by some hosts. In other languages that
is a name like any other.
"""

from __future__ import annotations

import re
from typing import Final

from .third_person import YOU, of_third

_VERBS: Final = {
    "am": "are",
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "likes": "like",
    "dislikes": "dislike",
    "works": "work",
}
_THIRD: Final = re.compile(
    r"(?P<before>(?:(?:also|always|never|now|still|just|often|\w+ly) )*)"
    r"(?P<verb>was|is|[a-z]{2,}(?<!s)s)(?=n't\b| |[.,]|$)"
)
"""A verb as it follows a name."""

_OWN: Final = re.compile(r"\bYou's\b")
_SUBJECT: Final = re.compile(
    rf"\b(You(?:,? (?:also|always|never|now|still|just|\w+ly))*) ({'|'.join(_VERBS)})"
    r"(?=n't\b| |[.,]|$)"
)
_WITHIN: Final = re.compile(r"(?<!^)\bY(?=ou(?:r|rs|rself)?\b)")


def agreeing(predicate: str, subject: str) -> str:
    """Return what follows "I", with its first verb as it follows a name.

    Args:
        predicate: As it was said of oneself: "was born in Bergen".
        subject: The name.
    """
    if subject != YOU:
        return of_third(predicate)
    return predicate[:1].lower() + predicate[1:]


def of_you(predicate: str) -> str:
    """Return what follows a name as it follows "you": "keeps bees", "keep bees"."""
    found = _THIRD.match(predicate)
    if found is None:
        return predicate
    verb = found["verb"]
    if verb in _VERBS:
        told = _VERBS[verb]
    elif verb.endswith("ies"):
        told = f"{verb[:-3]}y"
    elif verb.endswith(("sses", "shes", "ches", "xes", "oes", "zzes")):
        told = verb[:-2]
    else:
        told = verb[:-1]
    return f"{found['before']}{told}{predicate[found.end() :]}"


def addressed(line: str, *names: str) -> str:
    """Return a line about You in the second person; others stay as they are.

    Args:
        line: With names alone: "Ingrid is You's sister."
        names: Who may be called You.
    """
    if YOU not in names:
        return line
    line = _OWN.sub("Your", line)
    line = _SUBJECT.sub(lambda found: f"{found[1]} {_VERBS[found[2]]}", line)
    return _WITHIN.sub("y", line)
