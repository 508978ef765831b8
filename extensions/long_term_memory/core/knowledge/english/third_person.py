"""Turn what somebody says of themselves into a line about them.

Owns: the English forms of verbs and pronouns that change with it.
Knows nothing of: what is worth a line.

"I've been a nurse for six years" becomes "Lena has been a nurse for six years".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

YOU: Final = "You"
"""How some hosts call a user whom nobody named."""

_SHORT: Final[
    Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]
] = (
    (re.compile(r"\b(i)['m]{1,2}(?= )", re.IGNORECASE), "I am"),
    (re.compile(r"\bI be\b"), "I am"),
    (
        re.compile(r"^me (?=\w+ (?:is|was|had|has|were|lies|died)\b)", re.IGNORECASE),
        "my ",
    ),
    (
        re.compile(
            r"\b[Mm]e (?=(?:own|mother|father|brother|sister|wife|left|right|ship|eye"
            r"|leg|hand|first|old|crew)\b)"
        ),
        "my ",
    ),
    (re.compile(r"\bi'?ve\b", re.IGNORECASE), "I have"),
    (re.compile(r"\bi'll\b", re.IGNORECASE), "I will"),
    (re.compile(r"\bi'd (?=been|had|gone|never|always)", re.IGNORECASE), "I had "),
    (re.compile(r"\b(we|they|you)'re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(theyre)\b", re.IGNORECASE), "they are"),
    (re.compile(r"\b(we|they|you)'ve\b", re.IGNORECASE), r"\1 have"),
    (re.compile(r"\b(we|they|he|she|it|you)'ll\b", re.IGNORECASE), r"\1 will"),
    (re.compile(r"\b(he|she|it|\w+)'s (?=got |been )", re.IGNORECASE), r"\1 has "),
    (re.compile(r"\b(he|she|it|that|there)'s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(hes|shes)\b", re.IGNORECASE), lambda m: f"{m[1][:-1]} is"),
    (re.compile(r"\bdont\b", re.IGNORECASE), "don't"),
    (re.compile(r"\bcant\b|\bcannot\b|\bcan not\b", re.IGNORECASE), "can't"),
    (re.compile(r"\bdoesnt\b", re.IGNORECASE), "doesn't"),
    (re.compile(r"\bhavent\b", re.IGNORECASE), "haven't"),
    (re.compile(r"\b(?:gonna)\b", re.IGNORECASE), "going to"),
    (re.compile(r"\b(have|has) got\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\bgotta\b", re.IGNORECASE), "have to"),
    (re.compile(r"\bfavourite\b", re.IGNORECASE), "favorite"),
)
_HINTS: Final = tuple(
    one.split("|")
    for one in (
        "i'|im",
        "i be",
        "me ",
        "me ",
        "ive|i've",
        "i'll",
        "i'd",
        "'re",
        "theyre",
        "'ve",
        "'ll",
        "'s",
        "'s",
        "hes",
        "dont",
        "cant|cannot|can not",
        "doesnt",
        "havent",
        "gonna",
        " got",
        "gotta",
        "favourite",
    )
)
"""Of each of `_SHORT`: where none of these stands, it finds nothing."""

_UNCHANGED: Final = frozenset(
    """was were had did will would can could may might must should shall can't won't
    didn't wasn't weren't couldn't wouldn't shouldn't hadn't went got took made found
    met bought saw lost won told gave came left broke quit hurt built wrote said fell
    kept knew felt ran sold sent stole swore forgot drove flew hid slept spent taught
    thought woke began grew became fought caught brought led paid held stood sat
    understood heard meant shot threw drew sang swam rode rose chose froze spoke wore
    beat bit ate drank bred dug fed lent lit put cut read set hit let""".split()
)
_PAST_AS_BASE: Final = frozenset("put cut read set hit let quit hurt beat".split())
_IRREGULAR: Final = {
    "am": "is",
    "are": "is",
    "were": "was",
    "have": "has",
    "haven't": "hasn't",
    "do": "does",
    "don't": "doesn't",
    "aren't": "isn't",
    "weren't": "wasn't",
    "go": "goes",
}
_ADVERBS: Final = frozenset(
    """always never also just still often sometimes usually only even already now soon
    ever too both all not rather seldom almost mostly kinda sorta and secretly once
    recently currently""".split()
)
_PERSON: Final = re.compile(
    r"\b(?:my|myself|ours?|mine|me|us|I|i|we|you|yours?|yours?elf)\b"
)
"""Where it finds nothing, none of `_PERSONS` does."""

_PERSONS: Final = (
    re.compile(r"\bmyself\b"),
    re.compile(r"\bmy own\b"),
    re.compile(r"\b(?:my|our)\b"),
    re.compile(r"\b(?:mine|ours)\b"),
    re.compile(r"\b(?:me|us)\b"),
    re.compile(r"\b(?:I|i) am\b"),
    re.compile(r"\b(?:I|i) was\b"),
    re.compile(r"\b(?:I|i) (?=\w)"),
    re.compile(r"\b(?:I|we|i)\b"),
    re.compile(r"\byours?elf\b"),
    re.compile(r"\byou(?:'re| are)\b"),
    re.compile(r"\byou\b"),
    re.compile(r"\byours?\b"),
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def spelled_out(text: str) -> str:
    """Write contractions in full: "I'm" is "I am"."""
    small = text.lower()
    for (pattern, whole), hints in zip(_SHORT, _HINTS, strict=True):
        for hint in hints:
            if hint in small:
                text = pattern.sub(whole, text)
                small = text.lower()
                break
    return text


def of_third(predicate: str) -> str:
    """Return what follows "I", with its first verb as it follows "she"."""
    for word in _WORD.finditer(predicate):
        small = word.group().lower()
        if small in _ADVERBS or (small.endswith("ly") and small not in ("fly", "rely")):
            continue
        return predicate[: word.start()] + _verb(small) + predicate[word.end() :]
    return predicate


def _verb(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _UNCHANGED or verb.endswith(("ed", "ing", "n't")):
        return verb
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def without_persons(text: str, speaker: str, other: str, *, begun: bool) -> str:
    """Return a text in which nobody is I or you.

    Args:
        text: What follows the subject.
        speaker: Who said it.
        other: To whom.
        begun: The speaker is the subject, so that "my" is "their".
    """
    if _PERSON.search(text) is None:
        return text
    # Whoever is called You stays you where others become they.
    begun = begun and speaker != YOU
    mine = "their" if begun else _of(speaker)
    me = "them" if begun else speaker
    oneself = "Yourself" if speaker == YOU else speaker
    for pattern, whole in zip(
        _PERSONS,
        (
            "themself" if begun else oneself,
            f"{mine} own",
            mine,
            "Yours" if speaker == YOU else "theirs",
            me,
            "they are" if begun else f"{speaker} is",
            "they were" if begun else f"{speaker} was",
            "they " if begun else f"{speaker} ",
            "they" if begun else speaker,
            other,
            f"{other} is",
            other,
            _of(other),
        ),
        strict=True,
    ):
        text = pattern.sub(whole.replace("\\", r"\\"), text)
    return text


def _of(name: str) -> str:
    return f"{name}'s"
