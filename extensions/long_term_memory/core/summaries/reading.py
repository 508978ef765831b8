"""Read what is seen of a passage by itself: its signs, whom it names, how it begins.

Owns: the words of turning points as they are found in a text, and what may be told.
Knows nothing of: other passages, weights, prompts, stores.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import log
from typing import Final, NamedTuple

from ..text.clauses import is_led
from ..text.patterns import late
from ..text.recipes import ends_as_question
from ..text.scripts import is_unspaced
from ..text.small_talk import tells_nothing
from ..text.tokenizer import tokenize
from .cast import DAYS
from .telling import MOST_WORDS, word_count
from .turning_words import SIGNS

_IDLE: Final = frozenset("gesture scenery chatter self you place first".split())
"""Signs of what goes on in any scene and changes nothing."""

BRIEF_WORDS: Final = 4
"""So short, what has no other sign is an answer of small talk where people talk."""

LEAST_ALONE: Final = 3
"""Words; a shorter passage is told with the one that follows it."""

TYPICAL_WORDS: Final = 12
READINGS_KEPT: Final = 8_192
LONGEST: Final = 1_000
"""Characters that are read; what is longer is not told, and signs of words that are
looked for in a hundred thousand letters without a blank would take hours."""

_WORD: Final = late(r"[^\W\d_]+")
_NAME: Final = late(r"(?<=[\w,;:] )[A-Z][a-z]{2,}")
# "Pell, who runs a barge", "I am Ilvara Senn", "my sister Maethe", "called Jory".
_DEFINES: Final = late(
    r"\b[A-Z][a-z]+, (?:the|a|an|my|your|his|her|our|who|whose|old|once|der|die|das"
    r"|mein|meine|ein|eine)\b|\b(?:I am|I'm|ich bin|Ich bin) [A-Z][a-z]+"
    r"|\b(?:my|his|her|your|our|the|meine?|seine?|ihre?) [a-z]+,? [A-Z][a-z]+"
    r"|\b[A-Z][a-z]+ (?:is|was|ist|war) (?:the|a|an|my|his|her|your|our|der|die|ein"
    r"|eine|mein|meine)\b|\b(?:called|named|namens) [A-Z][a-z]+"
    r"|^[A-Z][\w-]+(?: [A-Z][\w-]+)? \u2013 "
)
_LOUD: Final = late(r"\b[A-Z]{4,}\b|\b[A-Z]{2,} [A-Z]{2,}\b")
_STIRRED: Final = late(
    r"\b(?i:oh,? \w+[.!,]|oh no|(?:i'm|im|i am) (?:so |really |truly )?(?:sorry|glad"
    r"|proud|happy|pleased|delighted)|congrat\w*|wow|no way|what\?!|wonderful"
    r"|great news|rotten|poor|heaven|well done|you did|look at you|crying|oh my|my god"
    r"|gl\u00fcckwunsch|tut mir (?:so )?leid|wie sch\u00f6n|oh nein)"
    r"|\b[A-Z]{3,}[!.,]|!!|\?!",
)
_DANGLES: Final = late(
    r"[\"\s]*(?:he|she|it|they|him|her|them|this|that|these|those|but|and|or|so|then"
    r"|which|there|here|er|sie|es|das|dies\w*|aber|und|dann|also|that'?s|it'?s|he'?s"
    r"|she'?s|they'?re|its|hes|shes|theyre|thats|yes|yeah|yeh|yep|no|nah|oh|ja|nein"
    r"|doch|not)\b",
    re.IGNORECASE,
)


# It opens badly, but holds what tells of whom it speaks.
_TELLS_ALONE: Final = late(r"(?<=[\w,;:] )[A-Z][a-z]{2,}|\d")


_PERSONAL: Final = late(
    r"\b(?:he|hes|him|his|she|shes|her|hers|they|theyre|theyve|them|their"
    r"|(?<=[a-z] )it(?!'s| is| was)|er|ihn|ihm|ihnen|ihre[mnrs]?|dort)\b(?!'\w+ )",
    re.IGNORECASE,
)
_NAMES_ONE: Final = late(
    r"\b(?!I\b|I'|The\b|And\b|But\b|So\b|Ich\b|Then\b|When\b|If\b)[A-Z][a-z]+"
    r"|\b(?:an?|the|my|our|this|some|two|three|mein\w*|ein\w*|d(?:er|ie|as|en|em)) \w"
    r"|\b(?:mum|mom|dad|nan|gran\w*|sister|brother|wife|husband|friend|boss|vet)\b"
)
_OF_ONESELF: Final = late(
    r"\b(?:I|me|my|mine|[Ww]e|us|[Oo]ur|[Ii]ch|mich|mir|[Mm]ein\w*|[Ww]ir|uns\w*)\b"
)
_ANSWERS_WHO: Final = late(r"[A-Z][\w-]+(?: [A-Z][\w-]+)? \u2013 ")
_WHOM: Final = late(
    r"[\"\s]*(?:(?:and|but|so|then|und|aber)\s+)?(?:he|she|it|they|him|her|them|hes|shes"
    r"|theyre|theyve|its|this|that|thats|these|those|er|sie|dies\w*|the other|both)"
    r"(?:['\u2019]\w+)?\b(?!\s+(?:was|is) [A-Z])",
    re.IGNORECASE,
)
"""Begins with somebody or something that was named before."""
_ANNOUNCES: Final = late(
    r"\b(?:swear|promise|vow|schw\u00f6re|verspreche)\b[^.!?]{0,40}[,:]\W*$"
    r"|^\W*(?:if|when|while|before|after|until|wenn|falls|als|bevor|sobald)\b"
    r"[^.!?]*,\W*$"
    r"|\b(?:a promise|something|one thing|guess what|tell you|news|listen|etwas|was"
    r" erz\u00e4hlen|rate mal)\W*$",
    re.IGNORECASE,
)


_CODE: Final = late(
    r"^\W*`[^`]*`\W*$|[;{}]\W*$|^\W*[\w.]+\([^()]*\)\W*$|[=!]=|=>|->|\bERR!"
    r"|^\W*(?:SELECT|INSERT|UPDATE|DELETE) .*\b(?:FROM|INTO|SET)\b"
    r"|^\W*(?:git|npm|pip|sudo|cd|def|import|class|return) [\w.*\-]+(?:[ (:].*)?$"
    r"|\w+Error:",
)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, in small letters."""
    return read(text).words


def dangles(text: str) -> bool:
    """Say whether a passage opens with a word that means nothing by itself."""
    return _DANGLES.match(text) is not None


def refers_back(text: str) -> bool:
    """Say whether a pronoun stands before all that it could mean."""
    found = _PERSONAL.search(text)
    return found is not None and not _NAMES_ONE.search(text[: found.start()])


class SeenText(NamedTuple):
    """What is seen of a text by itself.

    Attributes:
        stems: Its words.
        signs: Of turning points.
        length: The logarithm of its words, of those that are typical.
        names: Whoever is named.
        opens_badly: It opens with a word that means nothing by itself.
        stirred: It is moved by what was said before it.
        told: It may be told at all ...
        alone: ... without another.
        announces: It only leads to what follows.
        dangles: As `opens_badly`, by another spelling.
        led: It is a clause that means nothing without the one before it.
        whom: It begins with somebody that was named before.
        telling: It holds a name or a number.
        brief: It is short and says nothing that changes anything.
        oneself: Who speaks does so of himself.
        refers_back: A pronoun stands before all that it could mean.
    """

    stems: frozenset[str]
    words: frozenset[str]
    signs: tuple[str, ...]
    length: float
    question: bool
    names: frozenset[str]
    answers_who: bool
    opens_badly: bool
    defines: bool
    loud: bool
    stirred: bool
    told: bool
    alone: bool
    announces: bool
    dangles: bool
    led: bool
    whom: bool
    telling: bool
    brief: bool
    oneself: bool
    refers_back: bool


@lru_cache(maxsize=READINGS_KEPT)
def read(said: str) -> SeenText:
    """Read a text; of a story nearly all are weighed again whenever one is new."""
    long, said = len(said) > LONGEST, said[:LONGEST]
    text = said.replace("\u2019", "'")
    small = text.lower()
    words = frozenset(_WORD.findall(small))
    signs = tuple(name for name, sign in SIGNS.items() if sign.seen(small, words))
    telling = _TELLS_ALONE.search(said) is not None
    plain = not telling and _IDLE.issuperset(signs)
    gesture = plain and not {"gesture", "scenery"}.isdisjoint(signs)
    return SeenText(
        stems=frozenset(tokenize(said)),
        words=words,
        signs=signs,
        length=log(max(1, word_count(text)) / TYPICAL_WORDS),
        question=ends_as_question(text),
        names=frozenset(_NAME.findall(text)) - DAYS,
        answers_who=_ANSWERS_WHO.match(text) is not None,
        opens_badly=dangles(text),
        defines=_DEFINES.search(text) is not None,
        loud=_LOUD.search(text) is not None,
        stirred=_STIRRED.search(said) is not None,
        told=not long and not gesture and _may_be_told(said),
        brief=plain and said.isascii() and word_count(said) <= BRIEF_WORDS,
        alone=_may_stand_alone(said),
        announces=_ANNOUNCES.search(said) is not None,
        dangles=dangles(said),
        led=is_led(said),
        whom=_WHOM.match(said) is not None,
        telling=telling,
        oneself=_OF_ONESELF.search(said) is not None,
        refers_back=refers_back(said),
    )


def _may_be_told(text: str) -> bool:
    """Small talk, what only leads to code, and endless sentences are not."""
    if text.endswith(":") or text[:1] in ",;." or word_count(text) > MOST_WORDS:
        return False
    return not tells_nothing(text) and not _CODE.search(text)


def _may_stand_alone(text: str) -> bool:
    """Say whether a passage tells anything; "I'll make you a promise." does not."""
    if is_unspaced(text.strip('"')[:1]):
        return True
    return word_count(text) >= LEAST_ALONE
