"""Cut sentences into clauses, of which some may be told without the others.

Owns: where a clause begins, and whether it means anything without the one before it.
Knows nothing of: messages, speakers, what is worth telling.

"Ilvara rises, lifting the lantern, and the shadows lie down flat." holds what happens
and its scenery. Whoever tells a story in short leaves clauses out, the last ones of a
sentence first; a clause with a subject of its own may stand alone. Clauses are marked
by words of English and German; in other languages a sentence is one clause, but for
semicolons and dashes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LEAST_WORDS: Final = 3
"""A shorter piece stays with its neighbour."""

_PRONOUN: Final = (
    r"(?:[Ii](?:['\u2019](?:m|ve|ll|d))?|im|ive|we|he|hes|she|shes|they|theyre"
    r"|(?:we|he|she|they)['\u2019](?:re|ve|ll|d|s)|[Ii]ch|wir|er)"
)
_SUBJECT: Final = (
    rf"(?:{_PRONOUN}|it|its|it['\u2019]s|there|theres|there['\u2019]s|this|that|you|my|"
    r"his|her|our|their|your|the|an?|one|no|nobody|everyone|every|someone|some|"
    r"[A-Z][a-z]+(?:['\u2019]s)?|er|sie|es|du|ihr|man|mein\w*|sein\w*|unser\w*|der|die"
    r"|das|ein\w*|kein\w*)\b"
)
_DANGLING: Final = (
    r"(?:he|she|it|they|him|her|them|that|this|hes|shes|its|theyre|thats|er|sie|es)"
    r"(?:['\u2019]\w+)?\b"
)
_AND: Final = r"(?:and|but|so|then|und|aber|dann|denn|doch|sondern)"
_DEPENDS: Final = (
    r"(?:who|whom|whose|which|where|when|while|until|till|unless|though|although|if|as"
    r"|like|because|since|before|after|so that|with|without|not|for|half|even"
    r"|(?!(?:some|no|every|any)thing|during|morning|evening|king|ring|spring)"
    r"[a-z]{3,}ing"
    r"|weil|wenn|wo|wobei|w\u00e4hrend|damit|obwohl|bevor|nachdem|als"
    r"|der|die|das|den|dem|deren|dessen|ohne|um)\b"
)
_CUT: Final = re.compile(
    rf";\s+|\s+[\u2013\u2014-]{{1,2}}\s+|\u2014"
    rf"|,\s+(?={_AND}\s)|,\s+(?={_PRONOUN}\s)|,\s+(?={_DEPENDS})"
    rf"|\s+(?={_AND}\s+{_PRONOUN}\s)"
    r"|(?<!look)(?<!looks)(?<!looked)(?<!feel)(?<!feels)(?<!felt)(?<!sounds)(?<!is)"
    r"(?<!was)(?<!more)(?<!just)(?<!thing)\s+"
    r"(?=(?:like (?:an?|the)|as (?:if|though))\s[^,;]*$)"
)
_LED: Final = re.compile(
    rf"(?:{_DEPENDS}|{_AND}\s+(?!{_SUBJECT})|{_AND}\s+{_DANGLING}"
    rf"|{_DANGLING})"
)
_BEGINS: Final = re.compile(rf"{_AND}\s+")
_ENDS: Final = re.compile(r"[\s,;:\u2013\u2014-]+(?=\"?$)")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


def clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence, in order; together they are the sentence."""
    return list(_merged(_pieces(sentence)))


def is_led(clause: str) -> bool:
    """Say whether a clause means nothing without the one before it."""
    return _LED.match(clause.lstrip('"')) is not None


def finished(text: str) -> str:
    """Return what is told of a sentence, without what led to its other clauses."""
    quote = '"' if text.startswith('"') else ""
    said = text[len(quote) :]
    begun = _BEGINS.match(said)
    if begun is not None and len(_WORD.findall(said)) > LEAST_WORDS:
        said = said[begun.end() :]
    told = quote + _ENDS.sub("", said)
    return told if told.count('"') % 2 == 0 else told.replace('"', "")


def _pieces(sentence: str) -> Iterator[str]:
    sentence, start = sentence.strip(), 0
    for found in _CUT.finditer(sentence):
        yield sentence[start : found.end()].strip()
        start = found.end()
    if piece := sentence[start:].strip():
        yield piece


def _merged(pieces: Iterator[str]) -> Iterator[str]:
    """Yield pieces, those of few words with a neighbour."""
    waiting = ""
    for piece in pieces:
        few = len(_WORD.findall(piece)) < LEAST_WORDS
        if waiting and (few or len(_WORD.findall(waiting)) < LEAST_WORDS):
            waiting = f"{waiting} {piece}"
            continue
        if waiting:
            yield waiting
        waiting = piece
    if waiting:
        yield waiting
