"""What a message asks, one thing at a time, and what it leans on.

Owns: splitting a message into its questions; whether a message cannot be understood
alone; which earlier words it is read with.
Knows nothing of: memories, vectors, weights, names, stores.

Of a message that asks two things, memory finds the one that has more rare words; of
"What is it called?" it finds whatever has been called something. So each question is
looked for apart, and one that leans on what was said before is read with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..text.patterns import late
from ..text.small_talk import tells_nothing
from ..types import Role, WindowMessage

MAX_PARTS: Final = 3
"""Each part costs a reading of the whole bank; the first ones count."""

MAX_BEFORE: Final = 3
"""So many of the last messages that tell something are read with one that leans."""

QUERY_CHARS: Final = 4_000
"""Of a longer message only the ends are looked for: an embedder reads some hundred
words, and a paste of 5 MB would be read for seconds."""

MAX_BEFORE_CHARACTERS: Final = 300
"""Of each: what a pronoun means was said last."""

_AUXILIARY: Final = (
    "do|does|did|is|are|was|were|has|have|had|can|could|would|will|should|"
    "don't|doesn't|didn't|isn't|aren't|wasn't|weren't"
)
_QUESTION_WORD: Final = r"(?:what|where|when|who|whom|whose|which|why|how)(?:'s|'re)?\b"
_SENTENCE: Final = late(r"(?<=[.!?\u2026])[\s\"\u201d*]+|(?<=[\u3002\uff01\uff1f])|\n+")
_JOINT: Final = late(
    rf"""[,;]?\s+(?:and|or|but|also|plus)\s+(?:also\s+|then\s+)?
    (?={_QUESTION_WORD}
      |(?:{_AUXILIARY})\s+(?:i|you|u|we|he|she|it|they|the|my|your|his|her|our|their
                            |there|(?-i:[A-Z]\w+))\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKING: Final = late(
    rf"^\W*(?:\w+\W+){{0,3}}(?:{_QUESTION_WORD}|(?:{_AUXILIARY})\b)", re.IGNORECASE
)
_ROLES: Final[tuple[Role, ...]] = ("user", "assistant")
_WORD: Final = late(r"\w")
_MARK: Final = late(r"[?\uff1f\u061f]")

_PERSON: Final = late(
    r"\b(?:he|him|his|she|her|hers|they|their|theirs)\b", re.IGNORECASE
)
_SOMEBODY: Final = late(
    rf"""(?<=\w\ )[A-Z]\w+
    | \b(?i:my|your|our|the|an?|some|which|whose|every)\ +(?:\w+\ +)?\w+
    | ^(?!(?i:{_AUXILIARY}|what|where|when|who|whom|whose|which|why|how|and|or|but|so
             |i|we|you|oh|ok|okay|hey|then|now|not|no|yes|if|because)\b)[A-Z]\w+""",
    re.VERBOSE,
)
"""Someone whom a pronoun after it may mean."""

_ENDS_PHRASE: Final = (
    r"(?=\s*(?:[?.!,;\u2026]|$|(?:in|on|at|for|from|with|during|after|before|about|to|"
    r"of|as|by|again|last|yet|too|anyway)\b))"
)
_OBJECT: Final = late(
    rf"(?<=\w )(?:it|them|that|those|these|this|there|him){_ENDS_PHRASE}",
    re.IGNORECASE,
)
_SUBJECT: Final = late(
    r"""\b(?:it|that|this|these|those)\b
    (?=\s*(?:[?.!,;\u2026]|$|(?:is|was|were|are|happen|happened|start|end|look|cost|go
      |mean|called|work|take|belong|come|get)\b))
    (?!\s+(?:is|was)\s+(?:like|important|true|possible|hard|easy))""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED: Final = late(
    r"\b(?:the|an?|my|your|our|some|which|\w+'s)\s+\w{3,}", re.IGNORECASE
)
_DETAIL: Final = late(
    r"\b(?:when|where|who|whose|which|how (?:many|much|old|long|far|often))\b"
    r"|\b(?:he|him|she|her|they|them)\b[^.!]*\?",
    re.IGNORECASE,
)
"""What asks for a fact though it has no word of its own, as "When was that?"."""
_FOLLOWING: Final = late(
    rf"^\W*(?:and|or|but|also)\b(?!\s+(?:{_QUESTION_WORD}|(?:{_AUXILIARY})\b))"
    r"|^\W*(?:what|how)\s+about\s+(?:him|her|it|them|that)\b",
    re.IGNORECASE,
)


def essence(text: str) -> str:
    """Return what to recall for: a text, of a very long one its two ends."""
    if len(text) <= QUERY_CHARS:
        return text
    half = QUERY_CHARS // 2
    return f"{text[:half]}\n{text[-half:]}"


def split_questions(text: str, before: Sequence[WindowMessage] = ()) -> tuple[str, ...]:
    """Return what is looked for: a message, or its questions one by one.

    Where it also tells something, the whole comes first.

    Args:
        text: The message.
        before: What was said before it, oldest first.
    """
    text = essence(text)
    parts, rest = questions(text)
    told = _telling(before) if before and any(map(leans, (text, *parts))) else []
    if not parts:
        return (_read_with(told, text),)
    found = [_read_with(told, text)] if _WORD.search(rest) else []
    for number, part in enumerate(parts):
        found.append(_read_with([*told, *parts[:number]][-MAX_BEFORE:], part))
    return tuple(found)


def questions(text: str) -> tuple[tuple[str, ...], str]:
    """Return the questions of a text that asks more than one thing, and the rest."""
    if not _MARK.search(text):
        return (), text
    found, rest = [], []
    for sentence in _SENTENCE.split(text):
        if not _MARK.search(sentence):
            rest.append(sentence)
            continue
        bits = _JOINT.split(sentence)
        found += bits if all(map(_ASKING.search, bits)) else [sentence]
    if len(found) < 2:
        return (), text
    parts = [part.strip() for part in found if _WORD.search(part)]
    if len(parts) < 2:
        return (), text
    # "How are you?" is asked last: of many questions, those that tell something count.
    first = sorted(range(len(parts)), key=lambda place: tells_nothing(parts[place]))
    kept = sorted(first[:MAX_PARTS])
    others = [part for place, part in enumerate(parts) if place not in kept]
    return tuple(parts[place] for place in kept), " ".join([*rest, *others])


def leans(text: str) -> bool:
    """Say whether a text means something that was named before it, as far as known.

    Only in English: elsewhere a message is taken by itself.
    """
    if _FOLLOWING.search(text) or _OBJECT.search(text):
        return True
    for match in _PERSON.finditer(text):
        if not _SOMEBODY.search(text[: match.start()]):
            return True
    return any(
        not _NAMED.search(text[: match.start()]) for match in _SUBJECT.finditer(text)
    )


def _read_with(told: Sequence[str], text: str) -> str:
    """Return a text with what it leans on; small talk leans on nothing."""
    asks = not tells_nothing(text) or _DETAIL.search(text)
    return " ".join([*told, text]) if told and asks and leans(text) else text


def _telling(before: Sequence[WindowMessage]) -> list[str]:
    """Return the last messages without small talk: the user's, else the other's.

    A reply often asks back or goes its own way; what the user means, he said himself,
    unless he said nothing.
    """
    for role in _ROLES:
        texts = [
            one.content[-MAX_BEFORE_CHARACTERS:]
            for one in before
            if one.role == role and not tells_nothing(essence(one.content))
        ]
        if texts:
            return texts[-MAX_BEFORE:]
    return []
