"""Know who speaks in scenes, and whom a chat names.

Owns: by which words a scene tells who speaks, and which words are names.
Knows nothing of: passages, what is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..text.patterns import late
from .turning_words import SIGNS
from .unbound import MEN, WOMEN

LEADS: Final = 2
"""So many times the speech of all others who are named is the character's own."""

QUOTE: Final = late(
    '"([^"\n]{1,4000})"|\u201c([^\u201d\n]{1,4000})\u201d'
    "|\u201e([^\u201c\u201d\n]{1,4000})[\u201c\u201d]|\u00bb([^\u00ab\n]{1,4000})\u00ab"
    "|\u00ab([^\u00bb\n]{1,4000})\u00bb|\u300c([^\u300d\n]{1,4000})\u300d"
)
CAPITALS: Final = late(r"\b[A-Z][\w'\u2019-]+")
_SAYS: Final = (
    "said|says|ask(?:s|ed)|repl(?:ies|ied)|answer(?:s|ed)|whisper(?:s|ed)|"
    "murmur(?:s|ed)|mutter(?:s|ed)|shout(?:s|ed)|call(?:s|ed)|add(?:s|ed)|"
    "continue[sd]|go(?:es) on|went on|explain(?:s|ed)|tells?|told|yell(?:s|ed)|"
    "breath(?:es|ed)|wheez(?:es|ed)|weep(?:s)|sigh(?:s|ed)|laugh(?:s|ed)|cr(?:ies|ied)|"
    "snap(?:s|ped)|growl(?:s|ed)|inform(?:s|ed)|allow(?:s|ed)|observ(?:es|ed)|"
    "admit(?:s|ted)|begin(?:s)|began|announce[sd]|declare[sd]|agree[sd]|rasp(?:s|ed)|"
    "sagt(?:e)?|fragt(?:e)?|antwortet(?:e)?|fl\u00fcstert(?:e)?|murmelt(?:e)?|"
    "ruft|rief|meint(?:e)?|erwidert(?:e)?|kn\u00fcrr(?:t|te)"
)
_TITLES: Final = (
    "Lord|Lady|Dame|Madam|Mrs\\.?|Mr\\.?|Ms\\.?|Miss|Dr\\.?|Doctor|Captain|Sergeant"
    "|Inspector|Colonel|Major|Sir|Brother|Sister|Father|Mother|Mama|Uncle|Aunt|Professor"
    "|Master|King|Queen|Prince|Princess|Frau|Herr|Doktor|Meister"
)
_TITLE: Final = f"(?:old |Old |the |(?:{_TITLES}) )?"
_WHO: Final = r"(?P<who>[A-Z][\w\u2019-]{1,30}|[Hh]e|[Ss]he|[Ee]r|[Ss]ie)"
AFTER: Final = (
    late(rf"\W{{0,4}}(?:{_SAYS}) {_TITLE}{_WHO}\b"),
    late(rf"\W{{0,4}}{_TITLE}{_WHO} (?:\w+ly )?(?:{_SAYS})\b"),
)
BEFORE: Final = late(
    rf"{_TITLE}{_WHO}[^.!?]{{0,80}}\b(?:{_SAYS})\b[^.!?\"]{{0,60}}[,:]\W*$"
)
OPENS: Final = late(rf"\W*{_TITLE}{_WHO}\b")
_SOME: Final = r"(?:the|an?|one|another|his|her|my|their|der|die|das|eine?|sein\w*)"
BY_OTHER: Final = late(
    rf"\W{{0,4}}(?:(?:{_SAYS}) {_SOME} \w+|{_SOME} (?:\w+ ){{1,3}}(?:{_SAYS})\b)"
)
"""Somebody without a name says what stands before: "says the boy"."""

_SENTENCE_CASE: Final = late(r"(?:^|[.!?]\s)[\W_]*[A-Z][a-z']+ [a-z]")
_SMALL: Final = late(r"\b[a-z]{3,}\b")
_MID_CAPITAL: Final = late(r"(?<=[\w,;:] )[A-Z][a-z]{2,}\b")
PRONOUNS: Final = frozenset("he she er sie".split())

DAYS: Final = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March "
    "April May June July August September October November December Christmas Easter "
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar "
    "M\u00e4rz Mai Juni Juli Oktober Dezember Weihnachten Ostern".split()
)
"""Have capitals, and are nobody's names."""


PERSONS: Final = MEN | WOMEN | SIGNS["role"].words | frozenset({"voice", "stimme"})
"""Somebody who is there and may speak."""


def cast_of(texts: Iterable[str]) -> frozenset[str]:
    """Return who is named as speaking in scenes: 'says Pell', 'Orsolya asks'."""
    return frozenset(
        found["who"]
        for text in texts
        for quote in QUOTE.finditer(text)
        for pattern in AFTER
        if (found := pattern.match(text[quote.end() : quote.end() + 80].lstrip(" *")))
        and found["who"].lower() not in PRONOUNS
    )


def leads(name: str, texts: Iterable[str]) -> bool:
    """Say whether scenes that somebody writes are of that one's own speech, mostly.

    Args:
        name: Who writes them.
        texts: All that they wrote.
    """
    own = others = 0
    for text in texts:
        for quote in QUOTE.finditer(text):
            after = text[quote.end() : quote.end() + 80].lstrip(" *")
            found = next((one for by in AFTER if (one := by.match(after))), None)
            if found and found["who"] in name.split():
                own += 1
            elif found and found["who"].lower() not in PRONOUNS:
                others += 1
    return own >= LEADS * others and own > 0


def names_in(texts: Sequence[str]) -> dict[str, str]:
    """Return the names that somebody writes with a capital, by their small letters.

    Who types in small letters writes names so, too: "jess rang". A word is a name if it
    has a capital in mid-sentence and is never written small where capitals are used.
    """
    careful = [one for one in texts if _SENTENCE_CASE.search(one)]
    small = {word for one in careful for word in _SMALL.findall(one)}
    found = {name for one in careful for name in _MID_CAPITAL.findall(one)}
    found -= DAYS
    return {name.lower(): name for name in sorted(found) if name.lower() not in small}


def named(text: str, names: Mapping[str, str]) -> str:
    """Write names that were typed in small letters with their capitals."""
    return _SMALL.sub(lambda found: names.get(found.group(), found.group()), text)
