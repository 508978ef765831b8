"""What was promised, sworn or owed in a chat, and what became of it.

Owns: the words of a promise and of its end, and which end belongs to which promise.
Knows nothing of: prompts, stores, which passages are told.

A promise is open until its maker says that it is kept, or tells of having done it, or
somebody that it is broken; a debt is open until it is paid. What ends it must name
something of it, a name, a number or a thing, unless it speaks of the word that was
given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from ..text.recipes import ends_as_question
from ..text.tokenizer import tokenize
from .cast import DAYS
from .telling import Passage


class State(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    PAID = "paid"


class Promise(NamedTuple):
    """A promise, an oath or a debt.

    Attributes:
        at: Its place among the passages that were read.
        who: Who made it; empty where nobody is named.
        debt: It is money or a thing that is owed.
        end: The place of the passage that says what became of it.
    """

    at: int
    who: str
    debt: bool
    state: State = State.OPEN
    end: int | None = None


class _Words(NamedTuple):
    """What a text says of promises: that one is at its end, a debt, that it is one."""

    end: State | None = None
    owed: bool = False
    made: bool = False
    question: bool = False


class _Deed(NamedTuple):
    """What was promised: how it is told once it is done, and what it is done to."""

    done: re.Pattern[str]
    things: frozenset[str]


TEXTS_READ: Final = 4_096

_MADE: Final = re.compile(
    r"\b(?:i|we) (?:\w+ )?(?:promise|swear|vow)\b|^\W*promise[.!:,]"
    r"|\bmake you a promise\b|\b(?:have|give you) my word\b|\bon my honou?r\b"
    r"|\bich (?:verspreche|schw\u00f6re|gelobe)\b|\bversprochen[.!]",
    re.IGNORECASE,
)
_OWED: Final = re.compile(r"\b(?:i|we)(?: still)? owe\b|\bich schulde\b", re.IGNORECASE)
_KEPT: Final = re.compile(
    r"\b(?:kept|keeps?|held) (?:my|your|his|her|our|that|the|a) "
    r"(?:word|promise|oath|vow)"
    r"|\b(?:as|like) (?:i |we |you )?(?:promised|swore)\b|\bpromise kept\b"
    r"|\bwie (?:ich (?:es )?)?versprochen\b|\bwort gehalten\b"
    r"|\bversprechen (?:gehalten|eingel\u00f6st)\b",
    re.IGNORECASE,
)
_BROKEN: Final = re.compile(
    r"\b(?:broke|broken|breaks?|forgot) (?:my|your|his|her|our|that|the|a) "
    r"(?:word|promise|oath|vow)|\bversprechen gebrochen\b|\bwort gebrochen\b",
    re.IGNORECASE,
)
_PAID: Final = re.compile(
    r"\b(?:re)?paid\b|\bsettled\b|\bdebt is (?:gone|cleared)\b"
    r"|\b(?:zur\u00fcck)?gezahlt\b|\bbezahlt\b|\bbeglichen\b",
    re.IGNORECASE,
)
_DEED: Final = re.compile(
    r"\b(?:promise|swear|vow)\b[^.!?]{0,30}?\b(?:to|i(?:['\u2019]ll| will|ll)) "
    r"(?P<verb>(?!never|not|always|be\b|have\b)[a-z]{2,})\s+(?P<rest>\w[^.!?]*)",
    re.IGNORECASE,
)
_DONE: Final = {
    **{"bring": "brought", "build": "built", "buy": "bought", "come": "came"},
    **{"find": "found", "get": "got", "give": "gave", "go": "went", "make": "made"},
    **{"meet": "met", "pay": "paid", "ring": "rang", "see": "saw", "sell": "sold"},
    **{"send": "sent", "sing": "sang", "speak": "spoke", "take": "took"},
    **{"teach": "taught", "tell": "told", "win": "won", "write": "wrote"},
}
"""Of verbs of what people promise, how they are told once it is done; others end
in "ed"."""

_TIMES: Final = frozenset(
    tokenize(f"{' '.join(DAYS)} today tonight tomorrow week weekend month morning")
)
"""Whoever did something on that day need not have done this."""

_NOT: Final = re.compile(
    r"\b(?:not|never|didnt|havent|hasnt|before|if|when|once|until|nicht|wenn|bis)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)


def promises_in(said: Sequence[Passage]) -> list[Promise]:
    """Return the promises and debts of a chat, in order, each as it stands at its end.

    Args:
        said: In story order.
    """
    found: list[Promise] = []
    for at, one in enumerate(said):
        words = _words_in(one.text)
        ended = _ended_by(at, one, words, found, said)
        if ended is not None:
            found[ended[0]] = ended[1]
        elif words.owed or words.made:
            found.append(Promise(at, one.name, words.owed))
    return found


def ends_of(said: Sequence[Passage], chosen: Collection[int]) -> list[int]:
    """Return the places of chosen promises that are at their end, and of the ends.

    Nothing where all of them are chosen.

    Args:
        said: In story order.
        chosen: Places of those that are told.
    """
    ended = [
        place
        for one in promises_in(said)
        if one.end is not None and one.at in chosen and one.end not in chosen
        for place in (one.at, one.end)
    ]
    return list(dict.fromkeys(ended))


@lru_cache(maxsize=TEXTS_READ)
def _words_in(text: str) -> _Words:
    """Read a text; of a story nearly all are again whenever one is new."""
    if ends_as_question(text):
        return _Words(question=True)
    return _Words(
        state_told(text), _OWED.search(text) is not None, _MADE.search(text) is not None
    )


def _ended_by(
    at: int,
    one: Passage,
    words: _Words,
    found: Sequence[Promise],
    said: Sequence[Passage],
) -> tuple[int, Promise] | None:
    """Return the promise that a passage ends, and its place, if it ends any."""
    if words.question or not any(promise.state is State.OPEN for promise in found):
        return None
    stems = set(tokenize(f"{one.name} {one.text}"))
    for place in reversed(range(len(found))):
        promise = found[place]
        if promise.state is not State.OPEN:
            continue
        promised = said[promise.at].text
        shared = not stems.isdisjoint(tokenize(promised))
        fits = words.end is not None and promise.debt == (words.end is State.PAID)
        same = not promise.debt and promise.who == one.name
        if fits and (shared or same):
            return place, promise._replace(state=words.end or State.OPEN, end=at)
        if same and shared and not words.made and _does(promised, one.text):
            return place, promise._replace(state=State.KEPT, end=at)
    return None


def _does(promised: str, text: str) -> bool:
    """Say whether a text tells that what was promised was done: "I rang mum"."""
    deed = _deed_in(promised)
    found = deed.done.search(text) if deed else None
    if deed is None or found is None or _NOT.search(text[: found.start()]):
        return False
    return not deed.things.isdisjoint(tokenize(text[found.end() :]))


@lru_cache(maxsize=TEXTS_READ)
def _deed_in(promised: str) -> _Deed | None:
    found = _DEED.search(promised)
    if found is None:
        return None
    verb = found["verb"].lower()
    stem = verb.removesuffix("e")
    stem = f"{stem[:-1]}i" if stem.endswith("y") and stem[-2:-1] not in "aeou" else stem
    done = _DONE.get(verb, rf"{stem}(?:{stem[-1]})?ed")
    return _Deed(
        re.compile(rf"(?<!to )\b{done}\b", re.IGNORECASE),
        frozenset(tokenize(found["rest"])) - _TIMES,
    )


def state_told(text: str) -> State | None:
    """Return what a text says became of a promise or a debt; None if nothing."""
    for state, words in (
        (State.BROKEN, _BROKEN),
        (State.KEPT, _KEPT),
        (State.PAID, _PAID),
    ):
        match = words.search(text)
        if match and not _NOT.search(text[: match.start()]):
            return state
    return None
