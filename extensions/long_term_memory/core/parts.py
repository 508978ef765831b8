"""What a message asks, one thing at a time, and what it leans on.

Owns: splitting a message into its questions; whether a message cannot be understood
alone; which earlier words it is read with.
Knows nothing of: memories, vectors, weights, names, stores.

Of a message that asks two things, memory finds the one that has more words; of "And
what is it called?" it finds whatever has been called something. So each question is
looked for apart, and one that leans on what was said before is read with it.
"""

from __future__ import annotations

import re
from typing import Final

from .gate import asks_for_something

MAX_PARTS: Final = 3
"""Each part costs a reading of the whole bank; the first ones count."""

_AUXILIARY: Final = (
    "do|does|did|is|are|was|were|has|have|had|can|could|would|will|should|"
    "don't|doesn't|didn't|isn't|aren't|wasn't|weren't"
)
_QUESTION_WORD: Final = r"(?:what|where|when|who|whom|whose|which|why|how)(?:'s|'re)?\b"
_SENTENCE: Final = re.compile(
    r"(?<=[.!?\u2026])[\s\"\u201d*]+|(?<=[\u3002\uff01\uff1f])|\n+"
)
_JOINT: Final = re.compile(
    rf"""[,;]?\s+(?:and|or|but|also|plus)\s+(?:also\s+|then\s+)?
    (?={_QUESTION_WORD}
      |(?:{_AUXILIARY})\s+(?:i|you|u|we|he|she|it|they|the|my|your|his|her|our|their
                            |there|(?-i:[A-Z]\w+))\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKING: Final = re.compile(
    rf"^\W*(?:(?:\w+\W+){{0,3}})(?:{_QUESTION_WORD}|(?:{_AUXILIARY})\b)", re.IGNORECASE
)
_MARK: Final = re.compile(r"[?\uff1f\u061f]")


def questions(text: str) -> tuple[str, ...]:
    """Return the questions of a text that asks more than one thing; else nothing."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        if _MARK.search(sentence):
            bits = _JOINT.split(sentence)
            found += bits if all(map(_ASKING.search, bits)) else [sentence]
    telling = [part.strip() for part in found if asks_for_something(part)]
    return tuple(telling[:MAX_PARTS]) if len(telling) > 1 else ()


def readings(text: str) -> tuple[str, ...]:
    """Return what is looked for: the parts of a message, or the whole."""
    return (text, *questions(text))


_NAME: Final = r"(?<!^)(?<![.!?] )\b(?-i:[A-Z][a-z]+)"
_ANTECEDENT: Final = (
    r"\b(?:(?:my|your|our|the|a|an|his|her|their|that|this|these|those)\s+\w+|"
    + _NAME[len(r"(?<!^)(?<![.!?] )\b") :]
    + ")"
)
