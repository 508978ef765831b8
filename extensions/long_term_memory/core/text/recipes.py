"""Text as evidence: digests, names taken out, and what is embedded.

Owns: digests of utterances, the removal of the participants' names, the text recipes
for embedding and their version.
Knows nothing of: stores, models, prompts.

Why names go: people address each other by name, so a question that names one of them
resembles what the other said to him, mostly small talk. Taking both names out of
query and memories lifts the share of evidence found by plain MiniLM from 46 to 72 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from .scripts import is_unspaced

RECIPE: Final = 3
"""Version of `turn_text`, `passages.passages` and `panels.speech_of`; vectors of
another one are made anew."""

MAX_CHARACTERS: Final = 8_000
"""Of a message; an embedder reads a few hundred words of it at most."""

PATTERNS_KEPT: Final = 2_048
"""Of the names of so many; to make a pattern anew costs a millisecond or two, to keep
it some kilobytes, and a server goes round among all who chat with it."""

_NO_NAMES: Final = frozenset(
    """a ai an and assistant bot char character da de del der di dr el he her him his i
    it la le lord lady me miss mr mrs ms my of our she sir st system the their them
    they user van von we you your""".split()
)
"""Never a name on its own: hosts call their user "You", and titles mean nobody."""

_WORDS: Final = frozenset(
    """ace angel art ash autumn bear belle bill blue candy cat chance charity cherry
    chip christian crystal daisy dawn destiny drew dusk echo eve faith fox frank gene
    ginger glen grace grant guy harmony hazel heath heaven holly honey hope hunter iris
    ivy jack jade jasmine jewel joy king lance lark lily luna mark melody misty moon
    nova olive pat patience pearl penny pepper pierce pip poppy prince queen rain raven
    ray reed river rob robin rocky rose ruby rusty sage sandy scarlet sean serenity
    shadow sky skip snow sonny sorrow star storm sue sugar summer sunny tiger tony trip
    victor violet ward wade will willow winter wolf wren""".split()
)
"""Names that are also words: taken out only where they are written as a name."""

_MONTHS: Final = frozenset({"april", "august", "june", "may"})

_POSSESSIVE: Final = "(?:['\u2019]s|['\u2019])?"
_OWNING: Final = re.compile("['\u2019]s?$")
_SPACES: Final = re.compile(r"[ \t]{2,}")
_LOOSE: Final = re.compile(r",? (?=[,.!?;:])")
_QUESTION: Final = re.compile(
    r"[?\uff1f\u061f\u037e\u203d][\s!.\"'\u201d\u2019\u300d\u300f)\]*_~]*$"
)


def digest(role: str, content: str) -> bytes:
    """Return 16 bytes for an utterance: equal role and text, equal digest."""
    found = blake2b(f"{role}\0".encode(), digest_size=16)
    # Apart, for a pasted book is copied often enough.
    found.update(content.encode("utf-8", "surrogatepass"))
    return found.digest()


def ends_as_question(text: str) -> bool:
    """Say whether the last thing in a text is a question mark, of any script."""
    return _QUESTION.search(text, max(0, len(text) - 40)) is not None


def without_names(text: str, names: Iterable[str]) -> str:
    """Take names and their possessives out of a text.

    A name of several words goes as a whole and by each word. A name that is also a
    word ("Will", "May") goes only where it is capitalised and cannot be the word.

    Args:
        text: Any text.
        names: Display names of both participants.

    Returns:
        The text without them; the text itself if nothing else would be left.
    """
    pattern = name_pattern(tuple(names))
    if pattern is None:
        return text
    bare, count = pattern.subn(" ", text)
    if not count:
        return text
    bare = _LOOSE.sub("", _SPACES.sub(" ", bare)).strip(" \t,")
    return bare if re.search(r"\w", bare) else text


def named_in(text: str, names: Iterable[str]) -> bool:
    """Say whether any of the names is in a text."""
    pattern = name_pattern(tuple(names))
    return pattern is not None and pattern.search(text) is not None


def as_pronouns(text: str, names: Iterable[str], one: str, whose: str) -> str:
    """Write a pronoun for each name, `whose` for its possessive."""
    pattern = name_pattern(tuple(names))
    if pattern is None:
        return text
    return pattern.sub(
        lambda match: whose if _OWNING.search(match.group()) else one, text
    )


def turn_text(content: str, names: Iterable[str]) -> str:
    """Return what is embedded for a message alone."""
    return without_names(content[:MAX_CHARACTERS].strip(), names)


@lru_cache(maxsize=PATTERNS_KEPT)
def name_pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Match any of the names with its possessive; None if there is no name at all."""
    forms = {form for name in names for form in _forms(name)}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    found = [part for form in longest_first for part in _form_patterns(form)]
    return re.compile("|".join(found)) if found else None


def _forms(name: str) -> Iterator[str]:
    """Yield a name as a whole and by its words, without what is nobody's name."""
    words = name.split()
    whole = " ".join(words)
    bare_words = (word.strip("\"'.,()[]{}*_-\u2019") for word in words)
    for bare in dict.fromkeys([whole, *bare_words]):
        telling = len(bare) > 1 or bare == whole
        if bare and telling and bare.casefold() not in _NO_NAMES:
            yield bare


def _form_patterns(form: str) -> Iterator[str]:
    escaped = re.escape(form)
    if is_unspaced(form):
        if len(form) > 1:
            yield escaped
        return
    start, end = r"(?<!\w)", r"(?!\w)"
    folded = form.casefold()
    if folded in _MONTHS:
        # "in May", "8 May" and "May 8" are dates; "May I" asks.
        start += r"(?<![Ii]n )(?<![Oo]f )(?<!by )(?<!ce )(?<!il )(?<!st )(?<!xt )"
        start, end = start + "(?<![0-9] )", end + r"(?!,? ?\d)(?! [Ii] )"
    if folded in _WORDS or folded in _MONTHS:
        named = re.escape(form[:1].upper() + form[1:])
        # Inside a sentence a capital tells; at its start only what follows does.
        yield rf"(?<=[\w,;:] ){start}{named}{_POSSESSIVE}{end}"
        yield rf"{start}{named}(?:['\u2019]s(?!\w)|(?=[,!?.:]|\s*$))"
        return
    yield rf"{start}(?i:{escaped}){_POSSESSIVE}{end}"
