"""Read and check what a language model wrote down of a chat.

Owns: the form of its answer, which of its notes are kept and why others are not.
Knows nothing of: models, how they are asked, what becomes of the notes.

A model is given numbered lines and answers with notes, each with the lines it rests on.
Nothing that it writes is believed: a note is kept if its names, its numbers and enough
of its words stand in those lines. So nothing is told that nobody said, whether a model
makes it up, counts wrongly or does what somebody in the chat tells it to.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..prompt.budget import shorten
from ..prompt.story import StoryLine
from ..text.languages import ENGLISH, forms, is_stop_word, language_of
from ..text.sanitise import one_line
from ..text.tokenizer import stem, tokenize, written_words
from .promises import State, promises_in
from .telling import Passage, word_count

MOST_NOTES: Final = 12
"""Of one answer; a summary of 120 tokens holds about eight lines."""

MOST_SOURCES: Final = 8
MOST_NAMES: Final = 4
MOST_OPEN: Final = 3
MOST_CHARACTERS: Final = 240
"""Of a note: one or two sentences."""

MOST_READ: Final = 32_000
"""Characters of an answer that are read at all."""

LEAST_WORDS: Final = 3
LEAST_SIGNS: Final = 6
"""Of a note in a script without spaces between words."""

SUPPORT: Final = 0.34
"""Share of a note's words that its lines hold. A retelling keeps the things and changes
the verbs; what is made up shares little but the names."""

SAME_START: Final = 5
"""Letters that two words begin with, which are then forms of one."""

STILL_OPEN: Final = "Still open"
"""What stands before a note of what waits to be done, where others have a speaker."""

SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "notes": {
            "type": "array",
            "maxItems": MOST_NOTES,
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": ["event", "open"]},
                    "text": {"type": "string"},
                    "sources": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_SOURCES,
                        "items": {"type": "integer"},
                    },
                    "who": {
                        "type": "array",
                        "maxItems": MOST_NAMES,
                        "items": {"type": "string"},
                    },
                },
                "required": ["kind", "text", "sources", "who"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["notes"],
    "additionalProperties": False,
}
"""JSON schema of an answer, for services that hold a model to one."""


class NoteFault(StrEnum):
    """Why a note was not kept, in words for people."""

    EMPTY = "it says nothing"
    SOURCE = "it names no line that was given"
    NAME = "its lines do not hold a name of it"
    NUMBER = "its lines do not hold a number of it"
    WORDS = "its lines hold too few words of it"
    SPEAKER = "it does not say of whom it tells"
    REPEATED = "another says the same"
    OUTDATED = "it no longer holds"
    ROOM = "there are too many"


class Note(NamedTuple):
    """What a model wrote of some lines, as it stands in its answer.

    Attributes:
        sources: Numbers of lines, from 1, as they were given; perhaps of none.
        who: Names of who takes part.
        is_open: It tells what waits to be done.
    """

    text: str
    sources: tuple[int, ...] = ()
    who: tuple[str, ...] = ()
    is_open: bool = False


class Kept(NamedTuple):
    """A note that holds.

    Attributes:
        entry: The line of a summary that tells it.
        sources: Places of the lines it rests on, from 0, rising.
    """

    entry: StoryLine
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is left of an answer.

    Attributes:
        kept: In story order.
        refused: How many notes were not kept, by reason.
    """

    kept: tuple[Kept, ...] = ()
    refused: Counter[NoteFault] = field(default_factory=Counter)


def read_notes(answer: str) -> list[Note]:
    """Return the notes in an answer, whatever stands around them.

    A note that is cut off at the end is none; those before it are.

    Args:
        answer: JSON by `SCHEMA`, perhaps amid prose, in a code fence, or cut off.
    """
    return [_note(value) for value in texts_in(answer)]


def texts_in(answer: str) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects with a `text` in an answer, whatever stands around them.

    Args:
        answer: JSON, perhaps amid prose, in a code fence, or cut off.
    """
    decoder = json.JSONDecoder(strict=False)
    answer, at = answer[:MOST_READ], 0
    while (at := answer.find("{", at)) >= 0:
        try:
            value, end = decoder.raw_decode(answer, at)
        except (ValueError, RecursionError):
            value, end = None, at
        is_note = isinstance(value, dict) and isinstance(value.get("text"), str)
        if is_note:
            yield value
        # What is around them is looked into.
        at = end if is_note else at + 1


def check(
    notes: Sequence[Note], lines: Sequence[StoryLine], names: Collection[str] = ()
) -> Checked:
    """Keep the notes that hold, and say why others do not.

    Args:
        notes: As they were read.
        lines: What the model was given; number 1 is the first.
        names: Who else may be named: the participants.
    """
    refused: Counter[NoteFault] = Counter()
    kept: list[Kept] = []
    for note in notes[:MOST_NOTES]:
        one = _checked(note, lines, names)
        if isinstance(one, NoteFault):
            refused[one] += 1
        elif _said_before(one, kept):
            refused[NoteFault.REPEATED] += 1
        else:
            kept.append(one)
    refused[NoteFault.ROOM] += max(0, len(notes) - MOST_NOTES)
    kept.sort(key=lambda one: (one.entry.name == STILL_OPEN, one.sources))
    current = _current(kept, lines)
    refused[NoteFault.OUTDATED] += len(kept) - len(current)
    return Checked(kept=tuple(current), refused=+refused)


def told_of(refused: Mapping[NoteFault, int]) -> str:
    """Return in words why notes were not kept; empty if all were."""
    parts = (f"{count}: {reason}" for reason, count in sorted(refused.items()))
    return "; ".join(parts)


def without_open(text: str) -> str:
    """Return a summary's text without what waited to be done when it was written."""
    lines = text.split("\n")
    return "\n".join(one for one in lines if not one.startswith(f"{STILL_OPEN}: "))


# -- reading ---------------------------------------------------------------------------


def _note(value: Mapping[str, Any]) -> Note:
    sources = value.get("sources")
    who = value.get("who")
    return Note(
        text=one_line(value["text"]),
        sources=tuple(_numbers(sources if isinstance(sources, list) else [sources])),
        who=tuple(
            one_line(one)
            for one in (who if isinstance(who, list) else [who])
            if isinstance(one, str) and one.strip()
        )[:MOST_NAMES],
        is_open=value.get("kind") == "open",
    )


def _numbers(values: Sequence[Any]) -> Iterator[int]:
    """Yield whole numbers, however a model writes them."""
    for value in values:
        if isinstance(value, str) and value.strip().isdecimal():
            yield int(value[:9])
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value
        elif isinstance(value, float) and value.is_integer():
            yield int(value)


# -- checking --------------------------------------------------------------------------

_WORD: Final = re.compile(r"[^\W\d_][^\W_]*(?:['\u2019-][^\W_]+)*")
_ENDS: Final = frozenset(".!?:\u2026\u2013\u2014;")
_QUOTED: Final = re.compile(
    r"[\"\u201c\u201e\u00ab\u00bb].*?[\"\u201d\u201c\u00bb\u00ab]"
)
_NUMBER: Final = re.compile(r"\d{1,3}(?:[,.'\u2019\u202f]\d{3})+(?!\d)|\d+")
_FIRST_PERSON: Final = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|[Uu]s|[Oo]ur|[Yy]ou|[Yy]our|[Ii]ch|[Mm]ich"
    r"|[Mm]ir|[Mm]ein\w*|[Ww]ir|[Uu]ns|[Uu]nser\w*|[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b"
)
_PRONOUN: Final = re.compile(r"\W*(?:He|She|They|Er|Sie)\b(?!['\u2019])")
# What opens a sentence with a capital and names nobody.
_OPENERS: Final = frozenset(
    """after afterwards again although another as because before both despite
    during each eventually everybody everyone finally first following for from
    he her here his however if in inside instead it its last later meanwhile
    moments nobody none nothing now once one other outside people perhaps she
    since some somebody someone something soon still that the their then there
    these they this those though three to today together tomorrow tonight two
    until upon using we what when where while who with without yesterday yet
    alle als anschliessend beide bevor bis da dabei damals danach dann daraufhin
    denn dort einige endlich erst heute hier inzwischen jeder jemand jetzt morgen
    nachdem niemand nun obwohl schliesslich seit seitdem sie spater trotz
    wahrend weil wenn wer wo zuerst zuletzt zusammen zwei drei""".split()
)
# Nouns of German that name nobody, by their endings.
_NOUN: Final = re.compile(
    r"(?:ung|heit|keit|schaft|tion|nis|tum|chen|lein)(?:en|s|e)?$"
)
_VALUES: Final = {
    word: value
    for value, words in (
        *((2, "two zwei"), (3, "three drei"), (4, "four vier"), (5, "five funf")),
        *((6, "six sechs"), (7, "seven sieben"), (8, "eight acht"), (9, "nine neun")),
        *((10, "ten zehn"), (11, "eleven elf"), (12, "twelve zwolf dozen dutzend")),
        *((13, "thirteen dreizehn"), (14, "fourteen vierzehn")),
        *((15, "fifteen funfzehn"), (16, "sixteen sechzehn")),
        *((17, "seventeen siebzehn"), (18, "eighteen achtzehn")),
        *((19, "nineteen neunzehn"), (20, "twenty zwanzig"), (30, "thirty dreissig")),
        *((40, "forty vierzig"), (50, "fifty funfzig"), (60, "sixty sechzig")),
        *((70, "seventy siebzig"), (80, "eighty achtzig"), (90, "ninety neunzig")),
        *((100, "hundred hundert"), (1_000, "thousand tausend")),
        *((1_000_000, "million millions millionen"), (10**9, "billion milliarden")),
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The words and numbers of some lines and their speakers."""

    words: frozenset[str]
    stems: frozenset[str]
    numbers: frozenset[int]

    @classmethod
    def of(cls, lines: Sequence[StoryLine], names: Collection[str]) -> _Said:
        """Read lines; the names count as said."""
        text = " ".join([*names, *(f"{one.name} {one.text}" for one in lines)])
        words = frozenset(written_words(text))
        return cls(
            words=words,
            stems=frozenset(tokenize(text)) | {stem(word) for word in words},
            numbers=frozenset(_values(text)),
        )

    def holds(self, word: str, language: str) -> bool:
        """Say whether a word, in lower case, was said in any form."""
        if word in self.words or stem(word) in self.stems:
            return True
        return language != ENGLISH and not self.words.isdisjoint(forms(word, language))

    def hints(self, word: str) -> bool:
        """Say whether a word that begins alike was said."""
        start = word[:SAME_START]
        return len(start) == SAME_START and any(
            one.startswith(start) for one in self.words
        )


def _checked(
    note: Note, lines: Sequence[StoryLine], names: Collection[str]
) -> Kept | NoteFault:
    """Return a note as a line of a summary, or why it is none."""
    text = shorten(note.text, MOST_CHARACTERS)
    if not says_something(text):
        return NoteFault.EMPTY
    places = {one - 1 for one in note.sources if 0 < one <= len(lines)}
    sources = tuple(sorted(places)[:MOST_SOURCES])
    if not sources:
        return NoteFault.SOURCE
    cited = [lines[place] for place in sources]
    said = _Said.of(cited, names)
    if (fault := _unsaid(text, said, SUPPORT)) is not None:
        return fault
    entry = _attributed(StoryLine(text=text, day=cited[0].day), note, cited, said)
    if entry is None:
        return NoteFault.SPEAKER
    return Kept(replace(entry, name=STILL_OPEN) if note.is_open else entry, sources)


def unsaid(
    text: str, cited: Sequence[StoryLine], names: Collection[str], support: float
) -> NoteFault | None:
    """Say what of a text its lines do not hold; None if they hold enough of it.

    Args:
        text: What a model wrote.
        cited: The lines it rests on.
        names: Who else may be named.
        support: Share of its words that they must hold.
    """
    return _unsaid(text, _Said.of(cited, names), support)


def _unsaid(text: str, said: _Said, support: float) -> NoteFault | None:
    language = language_of(written_words(text))
    if any(not said.holds(one, language) for one in _names(text, language, said)):
        return NoteFault.NAME
    if not said.numbers.issuperset(_values(text)):
        return NoteFault.NUMBER
    terms = set(tokenize(text))
    if sum(term in said.stems for term in terms) < support * len(terms):
        return NoteFault.WORDS
    return None


def says_something(text: str) -> bool:
    """Say whether a text is long enough to tell anything."""
    spaced = text.isascii() or " " in text
    return word_count(text) >= LEAST_WORDS or (not spaced and len(text) >= LEAST_SIGNS)


def _names(text: str, language: str, said: _Said) -> Iterator[str]:
    """Yield the words of a text that name somebody or something, in lower case."""
    for found in _WORD.finditer(text):
        word = found.group()
        if not word[0].isupper() or len(word) == 1:
            continue
        parts = written_words(word)
        before = text[: found.start()].rstrip(" \"'*(\u201c\u201e\u2018\u00bb\u00ab")
        opens = not before or before[-1] in _ENDS
        for part in parts:
            if len(part) < 2 or is_stop_word(part, language):
                continue
            if opens and (part in _OPENERS or part in _VALUES or said.hints(part)):
                continue
            if opens and language == ENGLISH and part.endswith(("ing", "ly")):
                continue
            if language == "de" and (_NOUN.search(part) or said.hints(part)):
                continue
            yield part


def _values(text: str) -> Iterator[int]:
    """Yield the numbers of a text, in digits or in words; "one" is none."""
    for found in _NUMBER.findall(text):
        yield int(re.sub(r"\D", "", found)[:18])
    for word in written_words(text):
        if word in _VALUES:
            yield _VALUES[word]


def _attributed(
    entry: StoryLine, note: Note, cited: Sequence[StoryLine], said: _Said
) -> StoryLine | None:
    """Return a line that tells of whom it is; None if nobody can tell."""
    who = [one for one in note.who if said.words.issuperset(written_words(one))]
    bare = _QUOTED.sub(" ", entry.text)
    if _FIRST_PERSON.search(bare):
        speakers = {one.name for one in cited}
        spoke = [one for one in who if one in speakers]
        return replace(entry, name=spoke[0]) if spoke and not note.is_open else None
    if (opening := _PRONOUN.match(entry.text)) is not None:
        if not who:
            return None
        return replace(entry, text=f"{' and '.join(who)}{entry.text[opening.end() :]}")
    return entry


def _said_before(one: Kept, kept: Sequence[Kept]) -> bool:
    terms = set(tokenize(one.entry.text))
    return any(terms <= set(tokenize(other.entry.text)) for other in kept)


def _current(kept: Sequence[Kept], lines: Sequence[StoryLine]) -> list[Kept]:
    """Return notes that still hold at the end of the lines.

    What waits to be done does not where the lines say what became of it. Events stay,
    in their order: that the bakery was left comes after that it was worked for.
    """
    said = [Passage(at, one.name, one.text) for at, one in enumerate(lines)]
    ended = {one.at for one in promises_in(said) if one.state is not State.OPEN}
    waiting = [
        one
        for one in kept
        if one.entry.name == STILL_OPEN and ended.isdisjoint(one.sources)
    ]
    events = [one for one in kept if one.entry.name != STILL_OPEN]
    return [*events, *waiting[-MOST_OPEN:]]
