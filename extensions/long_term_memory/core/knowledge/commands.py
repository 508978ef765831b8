"""What the user tells memory in the midst of a chat: "Remember that I'm vegan".

Owns: which sentences are such, in English, German and Chinese, and what they name.
Knows nothing of: notes, stores, which messages are live.

A sentence counts only where it opens with the command and goes on with something that
is told: "Do you remember…?", "I'll never forget…", "remember when…" and "forget it" are
talk. What stands in quotes, between stars or in a scene is said by a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from ..summaries.telling import is_narrated, said_in
from ..text.sanitise import one_line
from ..types import Role
from .command_words import (
    FORGETTING,
    IN_PAST,
    LEAD,
    NO_MATTER,
    ONLY_TALK,
    POINTS_BACK,
    REMEMBERING,
)


class Wish(StrEnum):
    """What is to be done."""

    REMEMBER = "remember"
    FORGET = "forget"


class Command(NamedTuple):
    """Something that memory is told to do.

    Attributes:
        text: What is to be remembered, as it was said; or whom or what everything that
            was said of is to be forgotten.
    """

    wish: Wish
    text: str


MOST_CHARS: Final = 8_000
NOTE_CHARS: Final = 1_000

_HINT: Final = re.compile(
    r"remember|forget|keep in mind|bear in mind|note|memori[sz]e|merk|verg|denk|behalt"
    r"|strike|scrub|wipe|remove|notier|reference|memory|save|store|important|scratch"
    r"|ignore|disregard|drop|pretend|clear|speicher|merken|streich|jot|log"
    r"|l\u00f6sch|schreib|delete|erase|\u8bb0|\u5fd8|\u5220|\u8a18|\u522a",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"[\"\u201c\u201e\u300c\u300e\u00ab][^\"\u201c\u201d\u300d\u300f\u00bb]*"
    r"[\"\u201c\u201d\u300d\u300f\u00bb]|(?<!\w)'[^'\n]{8,}'(?!\w)"
    r"|(?<!\w)\u2018[^\u2019\n]{8,}\u2019(?!\w)"
    r"|\*[^*\n]+\*|_[^_\n]+_|`[^`]+`|\([^()\n]*\)|^\s*>.*$|^\s*[\w .-]{1,30}: .*$",
    re.MULTILINE,
)
_ASIDE: Final = re.compile(
    r"[(\[]+\s*(?:ooc|out of character)\b[:,\s-]*(?P<said>[^()\[\]]+)[)\]]+",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"[,;\uff0c\uff1b]|\s[-\u2013\u2014]\s|\bbecause\b|\bweil\b")
_BEFORE_IT: Final = re.compile(
    r"^\W*(?:just so you know|fyi|heads up|by the way|btw)(?: for next time)?\W+",
    re.IGNORECASE,
)
_SPOKEN_LINE: Final = re.compile(
    r"^\s*(?:remember|please remember|note|keep in mind|remember this|merk dir(?: das)?"
    r"|merke dir|bitte merken|denk dran|please note|make a note|for later)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(
    r"(?<=[!?\u3002\uff01\uff1f])\s*|(?<=[^\W\d]\.)\s+|\n+|(?<=\d\.)\s+(?=[A-Z])"
)
_QUESTION: Final = re.compile(r"[?\uff1f]\W*$|[\u5417\u5462\u5427]\W*$")

_TAIL: Final = re.compile(
    r"[,\s]*\b(?:please|pls|plz|ok(?:ay)?|thanks|thank you|thx|bitte|danke|alright"
    r"|will you"
    r"|would you|for (?:me|later|next time))\b[.!\s]*$|[\s.!,;\u3002\uff01]+$",
    re.IGNORECASE,
)


def commands_in(text: str, role: Role) -> tuple[Command, ...]:
    """Return what a message tells memory to do, in order.

    Args:
        text: As it was sent.
        role: Who speaks; only the user tells memory anything.
    """
    if role != "user" or _HINT.search(text) is None:
        return ()
    text = text[:MOST_CHARS].replace("\u2019", "'")
    said = said_in(text)
    plain = "" if is_narrated(said) else _QUOTED.sub(_unless_command, said)
    # Out of character it is the user who speaks.
    asides = [one["said"] for one in _ASIDE.finditer(text)]
    found: list[Command] = []
    for part in (plain, *asides):
        found += _commands(part)
    return tuple(dict.fromkeys(found))


def _commands(text: str) -> Iterator[Command]:
    before = ""
    for sentence in (one.strip() for one in _SENTENCE.split(text) if one.strip()):
        command = _command(sentence)
        if command is None and POINTS_BACK.match(sentence):
            told = _bare(_BEFORE_IT.sub("", before))
            if _tells(told) and not _QUESTION.search(before):
                command = Command(Wish.REMEMBER, told)
        if command is not None:
            yield command
        before = sentence


def _unless_command(quoted: re.Match[str]) -> str:
    """Leave out what is quoted; "Remember: …" only looks like a speaker's line."""
    return quoted.group() if _SPOKEN_LINE.match(quoted.group()) else " "


def _command(sentence: str) -> Command | None:
    """Return what a sentence tells memory, by the first of its clauses that does."""
    sentence = _TAG.sub("", sentence)
    starts = [0, *(one.end() for one in _CLAUSES.finditer(sentence))]
    for start in starts:
        # "He told me, remember that ...": somebody else says it.
        if start and _SAYING.search(sentence[:start]):
            return None
        command = _of_clause(sentence[start:])
        if command is not None:
            return command
    return None


def _of_clause(clause: str) -> Command | None:
    if _QUESTION.search(clause) and not _POLITE.match(clause):
        return None
    for pattern in FORGETTING:
        if found := pattern.match(clause):
            matter = _bare(_COMMA.split(found["of"])[0])
            if matter and not NO_MATTER.match(matter):
                return Command(Wish.FORGET, matter)
            return None
    for pattern in REMEMBERING:
        found = pattern.match(clause)
        if found and _tells(told := _bare(found["told"])):
            return Command(Wish.REMEMBER, told)
    return None


_CLAUSES: Final = re.compile(
    r"[,;\u2013\u2014\uff0c\uff1b]\s*|\s-\s|\b(?:and|so|but|und|aber|also) (?=please"
    r"|pls|remember|keep"
    r"|don't|do not|forget|note|make|bitte|merk|vergiss|denk)",
    re.IGNORECASE,
)
_SAYING: Final = re.compile(
    r"\b(?:said|says|told|tells|asked|asks|goes|like|if|when|sagt|sagte|meint|meinte"
    r"|wenn"
    r"|always|immer|song|lyrics?)\b|\u8bf4|\u544a\u8bc9|\u5982\u679c|\u53eb\u6211",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"[,\s]+(?:ok(?:ay)?|alright|yeah|please|ja)\s*\?+$", re.I)
_POLITE: Final = re.compile(
    LEAD
    + r"(?:(?:can|could|would|will) you (?:please |maybe |just )|could you |would you "
    r"|please |bitte |can you (?:keep|make|note|bear) "
    r"|can you (?:forget|delete|erase) |(?:kannst|k\u00f6nntest) du bitte )",
    re.IGNORECASE,
)


def _tells(told: str) -> bool:
    return len(told) >= 3 and not (ONLY_TALK.search(told) or IN_PAST.search(told))


def _bare(text: str) -> str:
    text = one_line(text)[:NOTE_CHARS].strip()
    while (short := _TAIL.sub("", text).rstrip("?\uff1f ")) != text:
        text = short
    return text
