"""Read facts out of a message.

Owns: by whose rules a message is read, and where its facts come from.
Knows nothing of: stores, models, which facts stand at the end of a chat.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from ..text.languages import language_of
from ..text.scripts import UNSPACED, accents_off
from ..types import Role
from .asked import asks_for_other, says_nothing_yet
from .chinese import ChineseReader
from .english.reader import EnglishReader
from .facts import Fact
from .german.reader import GermanReader
from .opinions import is_opinion
from .statements import statements

RULES_VERSION: Final = 4
"""Of the rules; facts of other ones are read anew."""

_HAN: Final = re.compile(f"[{UNSPACED}]{{2}}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CUT_SHORT: Final = re.compile(
    r" (?:to|of|with|like|few|the|an?|at|even|and|as|than)\.$"
    r"| to (?:tell|show|give|let|make) \S+\.$"
)
"""The rest of it stands behind what a clause was cut at."""


class Remark(NamedTuple):
    """A message with what is needed to read it.

    Attributes:
        content: As it was sent.
        role: Who speaks.
        speaker: Their name, for the third person.
        other: The name of whom they speak to.
        before: The message before it, by the other one; empty if there is none.
        message_id: The source of what is found.
    """

    content: str
    role: Role
    speaker: str
    other: str
    before: str = ""
    message_id: str = ""


def extract(said: Remark) -> tuple[Fact, ...]:
    """Return the facts that a message states, in order, whatever their confidence."""
    if said.role == "system":
        return ()
    stated = statements(said.content, said.role)
    if not stated:
        return ()
    reader = _reader(said)
    sources = (said.message_id,) if said.message_id else ()
    is_answer = not (says_nothing_yet(said.content) or asks_for_other(said.before))
    before = said.before if is_answer else ""
    return tuple(
        replace(fact, sources=sources)
        for fact in reader.read(stated, before)
        if not (is_opinion(fact.text) or _CUT_SHORT.search(fact.text))
    )


def _reader(said: Remark) -> EnglishReader | GermanReader | ChineseReader:
    """Return who reads a message, by its language; English reads all the others."""
    user = said.role == "user"
    if _HAN.search(said.content):
        return ChineseReader(said.speaker, said.other, user=user)
    text = (
        f"{said.before[-200:]} {said.content}"
        if len(said.content) < 80
        else said.content
    )
    words = _WORD.findall(text.lower().translate(accents_off()))
    if language_of(words) == "de":
        return GermanReader(said.speaker, said.other, user=user)
    return EnglishReader(said.speaker, said.other, user=user)
