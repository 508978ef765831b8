"""How much a passage tells of what a story turns on.

Owns: the signs of turning points, their weights, and what comes back later in a chat.
Knows nothing of: which passages are due, budgets, prompts, stores.

What will be asked about is what changed (met, moved, quit, died, paid, promised), who
people are to each other, what they can and cannot do, and names that come back. The
weights lie between what was set by hand, with a search, on the chats to build on in
`benchmarks/data/long_chats` (`benchmarks/story.py`) and a fit on lines of our own
(`benchmarks/fit_story.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import exp, log
from typing import Final, NamedTuple

from ..text.clauses import is_led
from ..text.recipes import ends_as_question
from ..text.scripts import is_unspaced
from ..text.small_talk import tells_nothing
from ..text.tokenizer import tokenize
from ..types import TokenCounter
from .telling import DAYS, MOST_WORDS, Passage, word_count
from .turning_words import SIGNS

KINDS: Final = (
    *("own_user", "own_character", "user_told", "user_said", "scene_told"),
    "scene_said",
)
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
    "recap",
    "event_named",
    "user_exclaims",
    "new_name",
    "rare_names",
    "stems",
    "answers_who",
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


_PERSONAL: Final = re.compile(
    r"\b(?:he|hes|him|his|she|shes|her|hers|they|theyre|theyve|them|their"
    r"|(?<=[a-z] )it(?!'s| is| was)|er|ihn|ihm|ihnen|ihre[mnrs]?|dort)\b(?!'\w+ )",
    re.IGNORECASE,
)
_NAMES_ONE: Final = re.compile(
    r"\b(?!I\b|I'|The\b|And\b|But\b|So\b|Ich\b|Then\b|When\b|If\b)[A-Z][a-z]+"
    r"|\b(?:an?|the|my|our|this|some|two|three|mein\w*|ein\w*|d(?:er|ie|as|en|em)) \w"
    r"|\b(?:mum|mom|dad|nan|gran\w*|sister|brother|wife|husband|friend|boss|vet)\b"
)
_OF_ONESELF: Final = re.compile(
    r"\b(?:I|me|my|mine|[Ww]e|us|[Oo]ur|[Ii]ch|mich|mir|[Mm]ein\w*|[Ww]ir|uns\w*)\b"
)
_ANSWERS_WHO: Final = re.compile(r"[A-Z][\w-]+(?: [A-Z][\w-]+)? \u2013 ")
_WHOM: Final = re.compile(
    r"[\"\s]*(?:(?:and|but|so|then|und|aber)\s+)?(?:he|she|it|they|him|her|them|hes|shes"
    r"|theyre|theyve|its|this|that|thats|these|those|er|sie|dies\w*|the other|both)"
    r"(?:['\u2019]\w+)?\b(?!\s+(?:was|is) [A-Z])",
    re.IGNORECASE,
)
"""Begins with somebody or something that was named before."""


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

    def is_rare(self, name: str) -> bool:
        """Say whether a name stands in few of the messages."""
        most = max(2, RARE_SHARE * self._messages)
        return all(len(self._places.get(stem, ())) <= most for stem in tokenize(name))

    def is_new(self, name: str, one: Passage) -> bool:
        """Say whether a passage is the first that names somebody."""
        return any(
            self._places.get(stem, [-1])[0] == one.place for stem in tokenize(name)
        )

    def recaps(self, one: Passage) -> float:
        """Return how much of a passage the message before it said, from 0 to 1."""
        stems = self._stems[one]
        said = sum(one.place - 1 in self._places[stem] for stem in stems)
        return said / max(1, len(stems))

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


def _is_nobodys(one: Passage) -> bool:
    """Say whether nobody knows who speaks: of themselves, or naming nobody."""
    if one.name or not one.text.startswith('"'):
        return False
    return bool(_OF_ONESELF.search(one.text)) or not _TELLS_ALONE.search(one.text)


def refers_back(text: str) -> bool:
    """Say whether a pronoun stands before all that it could mean."""
    found = _PERSONAL.search(text)
    return found is not None and not _NAMES_ONE.search(text[: found.start()])


@lru_cache(maxsize=SIGNS_KEPT)
def _signs(text: str) -> tuple[str, ...]:
    """Return which signs stand in a text; most texts are weighed in every turn."""
    small = text.lower()
    words = frozenset(_WORD.findall(small))
    return tuple(name for name, sign in SIGNS.items() if sign.seen(small, words))


def features(one: Passage, echoes: Echoes) -> dict[str, float]:
    """Return what is seen of a passage, by the names in `FEATURES`."""
    text = one.text.replace("\u2019", "'")
    if one.own:
        kind = "own_user" if one.user else "own_character"
    else:
        said = "said" if text.startswith('"') else "told"
        kind = f"user_{said}" if one.user else f"scene_{said}"
    found = {name: float(name == kind) for name in KINDS}
    found |= dict.fromkeys(_signs(text), 1.0)
    found["length"] = log(max(1, word_count(text)) / TYPICAL_WORDS)
    found["question"] = float(ends_as_question(text))
    named_here = set(_NAME.findall(text)) - DAYS
    rare = [name for name in named_here if echoes.is_rare(name)]
    found["names"] = min(2.0, float(len(named_here)))
    found["rare_names"] = min(2.0, float(len(rare)))
    found["new_name"] = float(any(echoes.is_new(name, one) for name in rare))
    found["stems"] = log(1 + len(echoes.stems(one)))
    found["answers_who"] = float(bool(_ANSWERS_WHO.match(text)))
    found["exclaims"] = float("!" in text)
    found["user_exclaims"] = float(one.user and "!" in text)
    found["returns"] = echoes.returns(one)
    found["introduces"] = echoes.introduces(one)
    found["opens_badly"] = float(dangles(text))
    found["late"] = echoes.late(one)
    found["defines"] = float(bool(_DEFINES.search(text)))
    found["loud"] = float(bool(_LOUD.search(text)))
    found["stirs"] = float(echoes.stirs(one))
    found["taken_up"] = min(3.0, float(echoes.taken_up(one)))
    found["recap"] = echoes.recaps(one)
    named = bool(found["names"] or found.get("kin"))
    found["event_named"] = float(named and bool(found.get("event")))
    return found


# -- choosing --------------------------------------------------------------------------

WEIGHTS: Final = {
    "own_user": 0.75,
    "own_character": -0.74,
    "user_told": -0.98,
    "user_said": 0.47,
    "scene_told": -0.82,
    "scene_said": 0.43,
    "event": 1.01,
    "turn": 0.46,
    "role": 0.30,
    "reveal": 0.28,
    "count": 0.17,
    "place": 0.19,
    "scenery": -0.21,
    "gesture": -0.20,
    "chatter": -0.15,
    "plot": 0.21,
    "change": 0.24,
    "promise": 0.62,
    "kin": 0.77,
    "work": 0.63,
    "body": 0.07,
    "liking": -0.08,
    "date": 0.71,
    "money": 0.19,
    "number": 0.17,
    "first": 0.27,
    "plan": 0.13,
    "naming": 0.57,
    "promised": 0.58,
    "self": 0.05,
    "you": -0.27,
    "length": 0.40,
    "question": -1.28,
    "names": 0.20,
    "exclaims": -0.29,
    "returns": -0.10,
    "introduces": 0.18,
    "opens_badly": -0.25,
    "late": 0.71,
    "defines": 0.20,
    "loud": -0.06,
    "stirs": 0.27,
    "taken_up": 0.26,
    "recap": -0.20,
    "event_named": 0.21,
    "user_exclaims": 0.21,
    "new_name": 0.04,
    "rare_names": 0.09,
    "stems": 0.04,
    "answers_who": 0.58,
}
"""What each sign is worth, of a natural logarithm, by `benchmarks/fit_story.py`."""

REDUNDANCY: Final = 0.8
"""How much of its weight a passage loses if all its words were told already."""

REFERRING: Final = 0.25
"""What is left of the weight of a passage that speaks of somebody without a name."""

LED: Final = 1.5
"""How much more a passage tells, if what it goes on from is told, too."""

LEAST_ALONE: Final = 3
"""Words; a shorter passage is told with the one that follows it."""

BESIDE: Final = 8
"""Tokens of a line's end and of its share of names and days."""

MOST_TOGETHER: Final = 4
"""So many passages that follow each other are one thing that is told."""

_ANNOUNCES: Final = re.compile(
    r"\b(?:swear|promise|vow|schw\u00f6re|verspreche)\b[^.!?]{0,40}[,:]\W*$"
    r"|^\W*(?:if|when|while|before|after|until|wenn|falls|als|bevor|sobald)\b"
    r"[^.!?]*,\W*$"
    r"|\b(?:a promise|something|one thing|guess what|tell you|news|listen|etwas|was"
    r" erz\u00e4hlen|rate mal)\W*$",
    re.IGNORECASE,
)


class Turning(NamedTuple):
    """One passage, or some that follow each other.

    Attributes:
        at: The place of the first in the list of passages.
        length: How many.
    """

    at: int
    length: int = 1


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
        self._weights = weigh(said, self._echoes)
        self._costs = [
            count(f"{one.name}: {one.text}" if one.name else one.text) + 1
            for one in said
        ]
        self._free = list(_candidates(said)) or [
            Turning(at) for at, one in enumerate(said) if _may_be_told(one.text)
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
        return self._greedy(target_tokens, first)

    def _greedy(self, room: int, first: Sequence[int]) -> list[int]:
        """Take the best that fits, again and again; what is told counts less."""
        chosen = set(first)
        told = {stem for at in first for stem in self._echoes.stems(self._said[at])}
        heap = [(-self._worth(one, chosen, told)[0], one) for one in self._free]
        heapify(heap)
        while heap:
            _, one = heappop(heap)
            now, cost = self._worth(one, chosen, told)
            if cost > room or not now:
                continue
            if heap and now < -heap[0][0]:
                heappush(heap, (-now, one))
                continue
            room -= cost
            for at in range(one.at, one.at + one.length):
                chosen.add(at)
                told |= self._echoes.stems(self._said[at])
        return sorted(chosen)

    def _worth(
        self, one: Turning, chosen: Collection[int], told: Collection[str]
    ) -> tuple[float, int]:
        """Return what a token of a candidate tells that is not told yet; its tokens."""
        new = [at for at in range(one.at, one.at + one.length) if at not in chosen]
        tokens = sum(self._costs[at] for at in new)
        weight = 0.0
        seen: set[str] = set()
        for at in new:
            stems = self._echoes.stems(self._said[at])
            again = sum(stem in told or stem in seen for stem in stems)
            share = again / max(1, len(stems))
            if share < 1:
                weight += self._weight(at, one.at) * (1 - REDUNDANCY * share)
            seen |= stems
        # What goes on in a line that is told needs no line of its own.
        beside = 0 if len(new) < one.length else BESIDE
        return weight / (tokens + beside + 1), tokens

    def _weight(self, at: int, begin: int) -> float:
        """Return what a passage tells; one before it tells what its pronoun means."""
        one = self._said[at]
        if at > begin:
            leads = dangles(one.text) or (not one.own and is_led(one.text))
            return self._weights[at] * (LED if leads else 1.0)
        unnamed = not one.own and (refers_back(one.text) or _is_nobodys(one))
        return self._weights[at] * (REFERRING if unnamed else 1.0)


def _candidates(said: Sequence[Passage]) -> Iterator[Turning]:
    for at, one in enumerate(said):
        if not _may_begin(one):
            continue
        for end in range(at, min(len(said), at + MOST_TOGETHER)):
            if said[end].place != one.place or not _may_be_told(said[end].text):
                break
            if _ANNOUNCES.search(said[end].text):
                continue
            if end > at or _may_stand_alone(one.text):
                yield Turning(at, end - at + 1)


def _may_begin(one: Passage) -> bool:
    if not one.own and (is_led(one.text) or _WHOM.match(one.text)):
        return False
    dangling = dangles(one.text) and not _TELLS_ALONE.search(one.text)
    return not dangling and _may_be_told(one.text)


def _may_be_told(text: str) -> bool:
    """Small talk, what only leads to code, and endless sentences are not."""
    if text.endswith(":") or word_count(text) > MOST_WORDS:
        return False
    return not tells_nothing(text)


def _may_stand_alone(text: str) -> bool:
    """Say whether a passage tells anything; "I'll make you a promise." does not."""
    if is_unspaced(text.strip('"')[:1]):
        return True
    return word_count(text) >= LEAST_ALONE
