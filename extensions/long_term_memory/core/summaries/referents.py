"""Write a name for the "she" with which somebody goes on to tell of another.

Owns: who may be meant by a pronoun in a talk, and how the name is put in its place.
Knows nothing of: scenes, which passages are told, prompts.

"my mum rang. she wants me home" becomes "my mum rang. mum wants me home", so that the
second sentence can be told without the first. The sentence before must begin with whom
it tells of, and no other may be named in between; otherwise the pronoun stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from .telling import Passage

_SHE: Final = (
    r"mum|mom|mama|mother|nan|nana|gran|granny|grandma|grandmother|sister|wife"
    r"|girlfriend|aunt|auntie|daughter|niece|landlady|mutter|oma|schwester|tochter"
    r"|tante|chefin|freundin"
)
_HE: Final = (
    r"dad|papa|father|grandad|granddad|grandpa|grandfather|brother|husband|boyfriend"
    r"|uncle|son|nephew|landlord|vater|opa|bruder|sohn|onkel|chef|freund"
)
_EITHER: Final = (
    r"boss|friend|flatmate|roommate|housemate|neighbou?r|colleague|cousin|teacher"
    r"|doctor|therapist|dog|cat|puppy|kitten|kid|hund|katze|kater|nachbar(?:in)?"
)
_KIN: Final = rf"(?:(?P<she>(?i:{_SHE}))|(?P<he>(?i:{_HE}))|(?P<either>(?i:{_EITHER})))"
_ONE: Final = re.compile(
    rf"\b{_KIN}s?\b"
    r"|(?<![\w\u2019'])(?P<name>[A-Z][\w-]+)"
)
_OPENS: Final = re.compile(
    r"(?:(?:[Mm]y|[Oo]ur|[Mm]ein\w*|[Uu]nser\w*)\s)?"
    r"(?:(?:older|younger|big|little|best)\s)?"
    rf"{_KIN}\b(?!['\u2019]?s\s\w)(?:,?\s(?P<name>[A-Z][\w-]+))?"
    r"|(?P<alone>[A-Z][\w-]+)\b(?!['\u2019]?s\s[a-z]+\s[a-z])"
)
_PRONOUN: Final = re.compile(
    r"(?:(?P<he>[Hh]e)|(?P<she>[Ss]he)|(?P<er>[Ee]r))(?P<short>['\u2019](?:s|d|ll)|s)?\s"
)


class _One(NamedTuple):
    """Somebody who is named.

    Attributes:
        sex: "he", "she" or empty, if the word does not tell.
    """

    name: str
    sex: str


def with_names(found: Sequence[Passage], names: Collection[str]) -> list[Passage]:
    """Return the passages of a message, with names for the pronouns that go on.

    Args:
        found: In order; those of scenes stay as they are.
        names: Names of all kinds in the chat, without those who chat.
    """
    subject: _One | None = None
    told: list[Passage] = []
    for passage in found:
        text = passage.text
        pronoun = _PRONOUN.match(text) if passage.own else None
        if pronoun is None:
            subject = _subject(text, names) if _names_one(text, names) else subject
        elif subject is not None and subject.sex in ("", _sex(pronoun)):
            short = (pronoun["short"] or "").replace("\u2019", "'")
            ending = "'s" if short == "s" else short
            text = f"{subject.name}{ending} {text[pronoun.end() :]}"
        told.append(passage._replace(text=text))
    return told


def _sex(pronoun: re.Match[str]) -> str:
    return "she" if pronoun["she"] else "he"


def _subject(text: str, names: Collection[str]) -> _One | None:
    """Return whom a sentence tells of, if it begins with one and names no other."""
    opens = _OPENS.match(text)
    if opens is None or _names_one(text[opens.end() :], names):
        return None
    if opens["alone"]:
        return _One(opens["alone"], "") if opens["alone"] in names else None
    kin = opens["she"] or opens["he"] or opens["either"]
    sex = "she" if opens["she"] else "he" if opens["he"] else ""
    return _One(opens["name"] or kin, sex)


def _names_one(text: str, names: Collection[str]) -> bool:
    """Say whether somebody is named in a text."""
    return (
        any(
            found["name"] is None or found["name"] in names
            for found in _ONE.finditer(text)
        )
        or _OPENS.match(text) is not None
    )
