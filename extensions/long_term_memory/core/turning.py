"""How much a passage tells of what a story turns on.

Owns: the signs of turning points, their weights, and what comes back later in a chat.
Knows nothing of: which passages are due, budgets, prompts, stores.

What will be asked about is what changed (met, moved, quit, died, paid, promised), who
people are to each other, what they can and cannot do, and names that come back. The
weights were set by hand, with a search, on the chats to build on in
`benchmarks/data/long_chats` (`benchmarks/story.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import exp, log
from typing import Final, NamedTuple

from .lexical import tokenize
from .pleasantries import tells_nothing
from .scripts import is_unspaced
from .telling import LEAST_WORDS, MOST_WORDS, Passage, word_count
from .text import ends_as_question
from .turning_words import SIGNS
from .types import TokenCounter

KINDS: Final = ("own_user", "own_character", "scene_told", "scene_said")
NUMBERS: Final = (
    "length",
    "question",
    "names",
    "exclaims",
    "returns",
    "introduces",
    "opens_badly",
    "late",
    "defines",
    "loud",
    "stirs",
    "taken_up",
)
FEATURES: Final = (*KINDS, *SIGNS, *NUMBERS)

TYPICAL_WORDS: Final = 12
SIGNS_KEPT: Final = 16_384

RARE_SHARE: Final = 0.12
"""A word in more of the messages is what a chat always says."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_NAME: Final = re.compile(r"(?<=[\w,;:] )[A-Z][a-z]{2,}")
# "Pell, who runs a barge", "I am Ilvara Senn", "my sister Maethe", "called Jory".
_DEFINES: Final = re.compile(
    r"\b[A-Z][a-z]+, (?:the|a|an|my|your|his|her|our|who|whose|old|once|der|die|das"
    r"|mein|meine|ein|eine)\b|\b(?:I am|I'm|ich bin|Ich bin) [A-Z][a-z]+"
    r"|\b(?:my|his|her|your|our|the|meine?|seine?|ihre?) [a-z]+,? [A-Z][a-z]+"
    r"|\b[A-Z][a-z]+ (?:is|was|ist|war) (?:the|a|an|my|his|her|your|our|der|die|ein"
    r"|eine|mein|meine)\b|\b(?:called|named|namens) [A-Z][a-z]+"
    r"|^[A-Z][\w-]+(?: [A-Z][\w-]+)? \u2013 "
)
_LOUD: Final = re.compile(r"\b[A-Z]{4,}\b|\b[A-Z]{2,} [A-Z]{2,}\b")
_STIRRED: Final = re.compile(
    r"\b(?i:oh,? \w+[.!,]|oh no|(?:i'm|im|i am) (?:so |really |truly )?(?:sorry|glad"
    r"|proud|happy|pleased|delighted)|congrat\w*|wow|no way|what\?!|wonderful"
    r"|great news|rotten|poor|heaven|well done|you did|look at you|crying|oh my|my god"
    r"|gl\u00fcckwunsch|tut mir (?:so )?leid|wie sch\u00f6n|oh nein)"
    r"|\b[A-Z]{3,}[!.,]|!!|\?!",
)
_DANGLES: Final = re.compile(
    r"[\"\s]*(?:he|she|it|they|him|her|them|this|that|these|those|but|and|or|so|then"
    r"|which|there|here|er|sie|es|das|dies\w*|aber|und|dann|also|that'?s|it'?s|he'?s"
    r"|she'?s|they'?re|its|hes|shes|theyre|thats|yes|yeah|yeh|yep|no|nah|oh|ja|nein"
    r"|doch|not)\b",
    re.IGNORECASE,
)


# It opens badly, but holds what tells of whom it speaks.
_TELLS_ALONE: Final = re.compile(r"(?<=[\w,;:] )[A-Z][a-z]{2,}|\d")


class Echoes:
    """In which messages of a chat each word stands."""

    def __init__(self, said: Sequence[Passage]) -> None:
        """Read all passages of a chat."""
        self._places: dict[str, list[int]] = {}
        self._stems = {one: frozenset(tokenize(one.text)) for one in said}
        for one in said:
            for stem in self._stems[one]:
                places = self._places.setdefault(stem, [])
                if not places or places[-1] != one.place:
                    places.append(one.place)
        self._stirred = {one.place for one in said if _STIRRED.search(one.text)}
        self._messages = max(1, len({one.place for one in said}))
        self._first = min((one.place for one in said), default=0)
        self._last = max((one.place for one in said), default=0)

    def stems(self, one: Passage) -> frozenset[str]:
        """Return the stems of a passage."""
        return self._stems[one]

    def returns(self, one: Passage) -> float:
        """Return how much of a passage comes back in later messages: logarithms."""
        found = sorted(self._later(stem, one.place) for stem in self._stems[one])
        return sum(log(1 + later) for later in found[-2:])

    def introduces(self, one: Passage) -> float:
        """Return how often what is first named here is named later."""
        found = (
            self._later(stem, one.place)
            for stem in self._stems[one]
            if self._places[stem][0] == one.place
        )
        return log(1 + max(found, default=0))

    def stirs(self, one: Passage) -> bool:
        """Say whether the next message is moved by this one."""
        return one.place + 1 in self._stirred

    def taken_up(self, one: Passage) -> int:
        """Count what the next message says again of a passage."""
        return sum(
            one.place + 1 in self._places[stem] and self._later(stem, -9) > 0
            for stem in self._stems[one]
        )

    def late(self, one: Passage) -> float:
        """Return where in the chat a passage stands, from 0 to 1."""
        return (one.place - self._first) / max(1, self._last - self._first)

    def _later(self, stem: str, place: int) -> int:
        places = self._places[stem]
        if len(places) > max(2, RARE_SHARE * self._messages):
            return 0
        return sum(at > place + 2 for at in places)


def dangles(text: str) -> bool:
    """Say whether a passage opens with a word that means nothing by itself."""
    return _DANGLES.match(text) is not None


@lru_cache(maxsize=SIGNS_KEPT)
def _signs(text: str) -> tuple[str, ...]:
    """Return which signs stand in a text; most texts are weighed in every turn."""
    small = text.lower()
    words = frozenset(_WORD.findall(small))
    return tuple(name for name, sign in SIGNS.items() if sign.seen(small, words))


def features(one: Passage, echoes: Echoes) -> dict[str, float]:
    """Return what is seen of a passage, by the names in `FEATURES`."""
    text = one.text.replace("\u2019", "'")
    kind = (
        ("own_user" if one.user else "own_character")
        if one.own
        else ("scene_said" if text.startswith('"') else "scene_told")
    )
    found = {name: float(name == kind) for name in KINDS}
    found |= dict.fromkeys(_signs(text), 1.0)
    found["length"] = log(max(1, word_count(text)) / TYPICAL_WORDS)
    found["question"] = float(ends_as_question(text))
    found["names"] = min(2.0, float(len(set(_NAME.findall(text)))))
    found["exclaims"] = float("!" in text)
    found["returns"] = echoes.returns(one)
    found["introduces"] = echoes.introduces(one)
    found["opens_badly"] = float(dangles(text))
    found["late"] = echoes.late(one)
    found["defines"] = float(bool(_DEFINES.search(text)))
    found["loud"] = float(bool(_LOUD.search(text)))
    found["stirs"] = float(echoes.stirs(one))
    found["taken_up"] = min(3.0, float(echoes.taken_up(one)))
    return found


# -- choosing --------------------------------------------------------------------------

WEIGHTS: Final = {
    "own_user": 0.9,
    "own_character": -0.8,
    "scene_told": -0.8,
    "scene_said": 0.1,
    "event": 1.2,
    "plot": 0.2,
    "defines": 0.3,
    "change": 0.2,
    "promise": 1.0,
    "kin": 0.7,
    "work": 0.3,
    "body": 0.1,
    "liking": 0.2,
    "date": 0.5,
    "money": 0.1,
    "number": 0.2,
    "first": 0.2,
    "plan": 0.2,
    "naming": 0.3,
    "because": 0.0,
    "self": -0.1,
    "you": -0.3,
    "length": 0.6,
    "question": -1.5,
    "names": 0.1,
    "exclaims": 0.0,
    "returns": -0.1,
    "introduces": 0.25,
    "opens_badly": -0.6,
    "late": 0.9,
    "loud": 0.3,
    "stirs": 0.3,
    "taken_up": 0.45,
}
"""What each sign is worth, of a natural logarithm."""

REDUNDANCY: Final = 0.8
"""How much of its weight a passage loses if all its words were told already."""

PER_TOKEN: Final = 1.1
"""The power of its tokens by which the worth of a passage is divided."""

ANNOUNCED_WORDS: Final = 6
"""A shorter passage is told with the one that follows it."""


class Candidate(NamedTuple):
    """One passage, or two that follow each other.

    Attributes:
        at: The place of the first in the list of passages.
        length: How many.
        weight: How much they tell together.
        tokens: What they cost.
    """

    at: int
    length: int
    weight: float
    tokens: int


def weigh(said: Sequence[Passage], echoes: Echoes) -> list[float]:
    """Return how telling each passage is; positive, higher is better."""
    return [
        exp(sum(WEIGHTS[name] * seen for name, seen in features(one, echoes).items()))
        for one in said
    ]


def choose(
    said: Sequence[Passage],
    *,
    target_tokens: int,
    count: TokenCounter,
    kept: Sequence[int] = (),
) -> list[int]:
    """Return the places of the passages that tell most, in order.

    Args:
        said: In story order.
        target_tokens: Most tokens for all of them.
        count: Tokens of a text.
        kept: Places of passages that come before any other, whatever they weigh; the
            first of them before the next.
    """
    return Weighed(said, count).choose(target_tokens, kept)


class Weighed:
    """Passages with what they tell and cost, from which may be chosen again."""

    def __init__(self, said: Sequence[Passage], count: TokenCounter) -> None:
        """Weigh passages; see `choose`."""
        self._said = said
        self._echoes = Echoes(said)
        weights = weigh(said, self._echoes)
        self._costs = [
            count(f"{one.name}: {one.text}" if one.name else one.text) + 1
            for one in said
        ]
        self._free = list(_candidates(said, weights, self._costs)) or [
            Candidate(at, 1, weights[at], self._costs[at])
            for at, one in enumerate(said)
            if _may_be_told(one.text)
        ]

    def choose(
        self,
        target_tokens: int,
        kept: Sequence[int] = (),
        *,
        always: Sequence[int] = (),
    ) -> list[int]:
        """Return places of passages, in order; see `choose`.

        Args:
            target_tokens: Most tokens for all of them.
            kept: Come before any other, as far as there is room.
            always: Come before these, even where there is none.
        """
        first = list(always)
        target_tokens -= sum(self._costs[at] for at in always)
        for at in kept:
            if self._costs[at] <= target_tokens:
                first.append(at)
                target_tokens -= self._costs[at]
        return _greedy(
            self._free, self._said, self._echoes, room=target_tokens, first=first
        )


def _candidates(
    said: Sequence[Passage],
    weights: Sequence[float],
    costs: Sequence[int],
) -> Iterator[Candidate]:
    for at, one in enumerate(said):
        if not _may_begin(one.text):
            continue
        after = at + 1
        follows = (
            after < len(said)
            and said[after].place == one.place
            and _may_be_told(said[after].text)
        )
        # "I'll make you a promise." is told with what follows.
        announces = follows and word_count(one.text) < ANNOUNCED_WORDS
        if not announces and _is_telling(one.text):
            yield Candidate(at, 1, weights[at], costs[at])
        if not follows:
            continue
        # What stands before it tells what its pronoun means.
        freed = exp(-WEIGHTS["opens_badly"]) if dangles(said[after].text) else 1.0
        weight = weights[at] + weights[after] * freed
        yield Candidate(at, 2, weight, costs[at] + costs[after])


def _may_begin(text: str) -> bool:
    dangling = dangles(text) and not _TELLS_ALONE.search(text)
    return not dangling and _may_be_told(text)


def _may_be_told(text: str) -> bool:
    """Small talk, what only leads to code, and endless sentences are not."""
    if text.endswith(":") or word_count(text) > MOST_WORDS:
        return False
    return not tells_nothing(text)


def _is_telling(text: str) -> bool:
    return word_count(text) >= LEAST_WORDS or is_unspaced(text.strip('"')[:1])


def _greedy(
    found: Sequence[Candidate],
    said: Sequence[Passage],
    echoes: Echoes,
    *,
    room: int,
    first: Collection[int],
) -> list[int]:
    """Take the best candidate that fits, again and again; what is told counts less."""
    chosen = set(first)
    told = {stem for at in first for stem in echoes.stems(said[at])}

    def worth(one: Candidate) -> float:
        places = range(one.at, one.at + one.length)
        if not chosen.isdisjoint(places):
            return 0.0
        stems = frozenset[str]().union(*(echoes.stems(said[at]) for at in places))
        again = len(stems & told) / max(1, len(stems))
        if again == 1:
            return 0.0
        return float(one.weight * (1 - REDUNDANCY * again) / one.tokens**PER_TOKEN)

    heap = [(-worth(one), one) for one in found]
    heapify(heap)
    while heap:
        _, one = heappop(heap)
        now = worth(one)
        if one.tokens > room or not now:
            continue
        if heap and now < -heap[0][0]:
            heappush(heap, (-now, one))
            continue
        room -= one.tokens
        for at in range(one.at, one.at + one.length):
            chosen.add(at)
            told |= echoes.stems(said[at])
    return sorted(chosen)
