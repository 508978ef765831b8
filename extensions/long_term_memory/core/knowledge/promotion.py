"""Which facts stand in every prompt.

Owns: what a fact is worth there, that the choice changes in steps, and that nothing
stands there that is wrong a day later.
Knows nothing of: prompts, tokens, how facts are found.

What enters waits for a step, a number of messages of the chat, so that the head of a
prompt stays the same bytes in between; what holds no more leaves at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import log2
from typing import Final

from ..text.patterns import late
from .facts import Category, Fact, KnownFact

STEP: Final = 16
"""Messages of the chat after which facts may enter."""

WORTH: Final[Mapping[Category, float]] = {
    Category.HEALTH: 3.0,
    Category.ROLE: 2.5,
    Category.FAMILY: 2.0,
    Category.RELATIONSHIP: 2.0,
    Category.PERSONAL: 1.5,
    Category.PET: 1.5,
    Category.WORK: 1.5,
    Category.PLACE: 1.5,
    Category.DATE: 1.5,
    Category.PREFERENCE: 1.0,
    Category.POSSESSION: 0.5,
    # What is to come is spoken of on its day.
    Category.PLAN: 0.0,
    Category.PROMISE: 0.0,
    Category.EVENT: 0.0,
}
"""How much it matters to know without being asked."""

LEAST_WORTH: Final = 1.5
"""Below this a fact has to be heard again."""

MOST: Final = 40

_WEEKDAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
_WOCHENTAG: Final = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"
_COUNT: Final = r"(?:an?|a few|a couple of|two|three|four|five|six|\d+)"
_ANZAHL: Final = r"(?:eine[mnr]?|ein paar|zwei|drei|vier|f\u00fcnf|sechs|\d+)"
_BRIEF: Final = rf"(?:week|weekend|month|{_WEEKDAY})"
_PASSING: Final = late(
    rf"\b(?:tomorrow|tonight|(?:this|next) {_BRIEF}|next (?:year|time)|on {_WEEKDAY}"
    rf"|in {_COUNT} (?:hours?|days?|weeks?|months?)|right now"
    rf"|\u00fcbermorgen|heute abend|am {_WOCHENTAG}"
    r"|(?:diese|n\u00e4chste|kommende)[nrsm]? (?:woche|wochenende|monat|jahr"
    rf"|{_WOCHENTAG})|in {_ANZAHL} (?:tage?n?|wochen?|monate?n?))\b"
    r"|(?<!am )(?<!jeden )(?-i:\bmorgen\b)"
    r"|[\u660e\u540e]\u5929|\u4eca\u665a|[\u4e0b\u8fd9]\u4e2a?(?:\u5468|\u661f\u671f|\u6708)",
    re.IGNORECASE,
)
"""Tells of a time that is over soon; what is to come is spoken of on its day."""

_LATELY: Final = late(
    r",? \b(?:just|yesterday|today|this (?:morning|afternoon|evening)"
    rf"|last (?:night|{_BRIEF})|the other day|{_COUNT} (?:hours?|days?|weeks?) ago"
    r"|gerade|heute|gestern|vorgestern"
    r"|letzte[ns]? (?:nacht|woche|wochenende|monat)"
    rf"|vor {_ANZAHL} (?:stunden?|tage?n?|wochen?))\b"
    r"|[\u6628\u4eca\u524d]\u5929|\u6628\u665a"
    r"|\u4e0a\u4e2a?(?:\u5468|\u661f\u671f|\u6708)|\u521a\u521a?",
    re.IGNORECASE,
)
"""Tells that it was lately, which stays true in other words: without them."""


def step_of(messages: int) -> int:
    """Return how many of a chat's messages are looked at for what enters."""
    return messages // STEP * STEP


def is_passing(text: str) -> bool:
    """Say whether a fact holds for a while alone."""
    return _PASSING.search(text) is not None


def lasting(known: KnownFact) -> KnownFact:
    """Return a fact as it reads on any other day."""
    text = _LATELY.sub("", known.fact.text)
    return replace(known, fact=replace(known.fact, text=text))


def worth_of(fact: Fact, heard: int) -> float:
    """Return what a fact is worth in every prompt.

    Args:
        fact: Which.
        heard: How often it was heard after the first time.
    """
    worth = WORTH[fact.category]
    if fact.about == "other" and fact.category is not Category.FAMILY:
        worth /= 2
    return worth * (1 + 0.5 * log2(1 + heard)) if worth else 0.0
