"""What was promised, sworn or owed in a chat, and what became of it.

Owns: the words of a promise and of its end, and which end belongs to which promise.
Knows nothing of: prompts, stores, which passages are told.

A promise is open until its maker says that it is kept, or somebody that it is broken;
a debt is open until it is paid. What ends it must name something of it, a name, a
number or a thing, unless it speaks of the word that was given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from ..text.recipes import ends_as_question
from ..text.tokenizer import tokenize
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
    r"|\b(?:as|like) (?:i|we|you) (?:promised|swore)\b|\bpromise kept\b"
    r"|\bwort gehalten\b|\bversprechen (?:gehalten|eingel\u00f6st)\b",
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
        ended = _ended_by(at, one, words.end, found, said)
        if ended is not None:
            found[ended[0]] = ended[1]
        elif words.owed or words.made:
            found.append(Promise(at, one.name, words.owed))
    return found


@lru_cache(maxsize=TEXTS_READ)
def _words_in(text: str) -> _Words:
    """Read a text; of a story nearly all are again whenever one is new."""
    if ends_as_question(text):
        return _Words()
    return _Words(
        state_told(text), _OWED.search(text) is not None, _MADE.search(text) is not None
    )


def _ended_by(
    at: int,
    one: Passage,
    state: State | None,
    found: Sequence[Promise],
    said: Sequence[Passage],
) -> tuple[int, Promise] | None:
    """Return the promise that a passage ends, and its place, if it ends any."""
    if state is None:
        return None
    stems = set(tokenize(f"{one.name} {one.text}"))
    for place in reversed(range(len(found))):
        promise = found[place]
        shared = not stems.isdisjoint(tokenize(said[promise.at].text))
        fits = promise.debt == (state is State.PAID)
        same = not promise.debt and promise.who == one.name
        if fits and promise.state is State.OPEN and (shared or same):
            return place, promise._replace(state=state, end=at)
    return None


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
