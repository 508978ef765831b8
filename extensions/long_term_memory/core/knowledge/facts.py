"""What is held to be true of somebody, and what became of it in a chat.

Owns: the shape of a fact, its categories, and what is the same fact heard again.
Knows nothing of: how facts are read out of messages, stores, prompts, what becomes of
them along a chat.

A fact has a subject, a slot and a value: Mara, "lives", "Oslo". Of one subject and one
slot only the newest value stands; what may be true several times over has its thing in
the slot ("likes:coffee", "pet:pip"). The same value heard again reinforces, another one
replaces, and "not any more" ends. All is decided by the place in the chat and not by
clocks, which may be set back, so each chat has its own answer and a swipe takes back
what it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from ..text.names import name_key

About = Literal["user", "character", "other"]

PAST: Final = "was:"
"""Begins the slot of what ended while something else holds."""


class Category(StrEnum):
    """What kind of fact it is."""

    PREFERENCE = "preference"
    """What somebody likes, dislikes, eats or does not eat."""
    PERSONAL = "personal"
    """Age, looks, skills, habits, beliefs, studies, fears."""
    RELATIONSHIP = "relationship"
    """Partners, friends, colleagues, neighbours, enemies."""
    POSSESSION = "possession"
    """What somebody owns."""
    PET = "pet"
    """An animal and its name."""
    FAMILY = "family"
    """Kin, and what is true of them as kin."""
    WORK = "work"
    """Trade, job, employer, school."""
    PLACE = "place"
    """Where somebody lives, was born or comes from."""
    HEALTH = "health"
    """Illness, allergies, what is not borne or forbidden."""
    PLAN = "plan"
    """What is meant to happen."""
    DATE = "date"
    """Birthdays and other days that come again."""
    PROMISE = "promise"
    """What somebody gave their word for."""
    ROLE = "role"
    """Whom somebody plays in the story."""
    EVENT = "event"
    """What somebody did or what happened to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a message states.

    Attributes:
        text: One line in the third person that means the same with nothing around it:
            "Mara's cat is called Pip."
        about: Whom of the chat it is about; `other` for third persons and animals.
        subject: Whom it is about by name, or as "Mara's sister".
        slot: What of the subject it tells; of one slot one value stands.
        value: What holds in that slot, in small letters.
        confidence: How sure it is that this was stated in earnest, from 0 to 1.
        ended: It tells that this holds no more.
        when: The words of the message that name a time; empty if there are none.
        sources: Ids of the messages that state it.
    """

    text: str
    about: About
    subject: str
    category: Category
    slot: str
    value: str
    confidence: float
    ended: bool = False
    when: str = ""
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What facts have in common of which one stands."""
        return f"{_subject_key(self.subject)}|{self.slot}"


_subject_key = lru_cache(maxsize=4_096)(name_key)
"""A chat has few subjects, and each is asked for at every turn."""


class Heard(NamedTuple):
    """A fact at its place in a chat.

    Attributes:
        at: When its message was said, or first seen.
    """

    fact: Fact
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact as it stands at the end of a chat.

    Attributes:
        fact: In its best wording, with all of its sources.
        first_mentioned: When this value was first heard.
        last_reinforced: When it was heard last.
        reinforcement_count: How often it was heard after the first time.
        valid: It holds now; what holds no more is kept to be told as past.
        superseded_at: When another value replaced it; None while it stands.
        history: What stood before it, the oldest first.
    """

    fact: Fact
    first_mentioned: datetime
    last_reinforced: datetime
    reinforcement_count: int = 0
    valid: bool = True
    superseded_at: datetime | None = None
    history: tuple[KnownFact, ...] = ()


def packed(fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON keeps it."""
    return {one.name: getattr(fact, one.name) for one in fields(fact)}


def unpacked(kept: Mapping[str, Any]) -> Fact:
    """Return a fact as it was kept."""
    whole = {
        **kept,
        "category": Category(kept["category"]),
        "sources": tuple(kept["sources"]),
    }
    return Fact(**whole)
