"""How much a passage tells of what a story turns on.

Owns: the weights of signs, what comes back later in a chat, and what is chosen.
Knows nothing of: which passages are due, budgets, prompts, stores.

What will be asked about is what changed (met, moved, quit, died, paid, promised), who
people are to each other, what they can and cannot do, and names that come back. The
weights lie between what was set by hand, with a search, on the chats to build on in
`benchmarks/data/long_chats` (`benchmarks/story.py`) and a fit on lines of our own
(`benchmarks/fit_story.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from heapq import heapify, heappop, heappush
from math import exp, log
from operator import mul
from typing import Final, NamedTuple

from ..text.tokenizer import tokenize
from ..types import TokenCounter
from .reading import read, words_of
from .telling import Passage, joined
from .turning_words import SIGNS
from .unbound import HARD, clarity, has_name, is_judged

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
    "message",
    "parts",
    "first_part",
    "last_part",
    "asked",
    "asks",
    "names_next",
    "cast",
    "cast_later",
    "cast_returns",
    "cast_last",
    "only_here",
    "few_times",
    "echoed",
    "speaker",
    "other_speaker",
)
FEATURES: Final = (*KINDS, *SIGNS, *NUMBERS)

RARE_SHARE: Final = 0.12
"""A word in more of the messages is what a chat always says."""

_CAPITAL: Final = re.compile(r"[A-Z][a-z]+")


class Echoes:
    """In which messages of a chat each word stands."""

    def __init__(self, said: Sequence[Passage]) -> None:
        """Read all passages of a chat, in story order."""
        self._stems: dict[int, set[str]] = {}
        for one in said:
            self._stems.setdefault(one.place, set()).update(read(one.text).stems)
        self._places: dict[str, list[int]] = {}
        for place, stems in self._stems.items():
            for stem in stems:
                self._places.setdefault(stem, []).append(place)
        most = max(2, RARE_SHARE * len(self._stems))
        self._rare = {
            stem for stem, places in self._places.items() if len(places) <= most
        }
        # What stands in one message alone does not come back.
        self._again = {stem for stem in self._rare if len(self._places[stem]) > 1}
        self._read_messages(said)
        self._stirred = {one.place for one in said if read(one.text).stirred}
        self._first = min(self._stems, default=0)
        self._last = max(self._stems, default=0)

    def _read_messages(self, said: Sequence[Passage]) -> None:
        """Learn how long each message is, what it asks and who is named in it."""
        self._parts: dict[int, list[Passage]] = {}
        spoken: dict[str, int] = {}
        for one in said:
            self._parts.setdefault(one.place, []).append(one)
            spoken[one.name] = spoken.get(one.name, 0) + 1
        by_count = sorted(filter(None, spoken), key=lambda name: -spoken[name])
        self.two = frozenset(by_count[:2])
        self._asks = {
            place
            for place, parts in self._parts.items()
            if any("?" in one.text for one in parts)
        }
        self._capitals = {
            place: sum(len(_CAPITAL.findall(one.text)) for one in parts)
            for place, parts in self._parts.items()
        }
        cast = {
            name.lower()
            for one in said
            for name in read(one.text).names
            if name not in self.two
        }
        self._named: dict[str, list[int]] = {}
        for place, parts in self._parts.items():
            words = {word for one in parts for word in words_of(one.text)}
            for name in words & cast:
                self._named.setdefault(name, []).append(place)

    def around(self, one: Passage) -> dict[str, float]:
        """Return what is seen of a passage in its message and in others."""
        parts = self._parts[one.place]
        at = next((n for n, other in enumerate(parts) if other is one), 0)
        cast = [self._named[name] for name in words_of(one.text) if name in self._named]
        later = max((len(p) - bisect_right(p, one.place) for p in cast), default=0)
        stems = read(one.text).stems
        counts = [len(self._places[stem]) for stem in stems]
        of = max(1, len(counts))
        return {
            "message": log(1 + sum(len(other.text) for other in parts)),
            "parts": log(1 + len(parts)),
            "first_part": float(at == 0),
            "last_part": float(at == len(parts) - 1),
            "asked": float(one.place - 1 in self._asks),
            "asks": float(one.place + 1 in self._asks),
            "names_next": min(4.0, float(self._capitals.get(one.place + 1, 0))),
            "cast": log(1 + max((len(p) for p in cast), default=0)),
            "cast_later": log(1 + later),
            "cast_returns": float(any(p[0] == one.place and len(p) > 2 for p in cast)),
            "cast_last": float(any(p[-1] == one.place for p in cast)),
            "only_here": sum(n == 1 for n in counts) / of,
            "few_times": sum(2 <= n <= 4 for n in counts) / of,
            "echoed": float(len(stems & self._stems.get(one.place + 1, set()))),
            "speaker": float(bool(one.name)),
            "other_speaker": float(bool(one.name) and one.name not in self.two),
        }

    def returns(self, one: Passage) -> float:
        """Return how much of a passage comes back in later messages: logarithms."""
        stems = read(one.text).stems & self._again
        found = sorted(self._later(stem, one.place) for stem in stems)
        return sum(log(1 + later) for later in found[-2:])

    def introduces(self, one: Passage) -> float:
        """Return how often what is first named here is named later."""
        found = (
            self._later(stem, one.place)
            for stem in read(one.text).stems & self._again
            if self._places[stem][0] == one.place
        )
        return log(1 + max(found, default=0))

    def stirs(self, one: Passage) -> bool:
        """Say whether the next message is moved by this one."""
        return one.place + 1 in self._stirred

    def taken_up(self, one: Passage) -> int:
        """Count what the next message says again of a passage."""
        next_one = self._stems.get(one.place + 1, set())
        return len(read(one.text).stems & next_one & self._rare)

    def is_rare(self, name: str) -> bool:
        """Say whether a name stands in few of the messages."""
        return all(
            stem in self._rare or stem not in self._places for stem in tokenize(name)
        )

    def is_new(self, name: str, one: Passage) -> bool:
        """Say whether a passage is the first that names somebody."""
        return any(
            self._places.get(stem, [-1])[0] == one.place for stem in tokenize(name)
        )

    def recaps(self, one: Passage) -> float:
        """Return how much of a passage the message before it said, from 0 to 1."""
        stems = read(one.text).stems
        said = stems & self._stems.get(one.place - 1, set())
        return len(said) / max(1, len(stems))

    def late(self, one: Passage) -> float:
        """Return where in the chat a passage stands, from 0 to 1."""
        return (one.place - self._first) / max(1, self._last - self._first)

    def _later(self, stem: str, place: int) -> int:
        """Count the later messages in which a rare word stands."""
        places = self._places[stem]
        return len(places) - bisect_right(places, place + 2)


def features(one: Passage, echoes: Echoes) -> dict[str, float]:
    """Return what is seen of a passage, by the names in `FEATURES`."""
    seen = read(one.text)
    if one.own:
        kind = "own_user" if one.user else "own_character"
    else:
        said = "said" if one.text.startswith('"') else "told"
        kind = f"user_{said}" if one.user else f"scene_{said}"
    found = dict.fromkeys(KINDS, 0.0) | {kind: 1.0} | dict.fromkeys(seen.signs, 1.0)
    found["length"] = seen.length
    found["question"] = float(seen.question)
    rare = [name for name in seen.names if echoes.is_rare(name)]
    found["names"] = min(2.0, float(len(seen.names)))
    found["rare_names"] = min(2.0, float(len(rare)))
    found["new_name"] = float(any(echoes.is_new(name, one) for name in rare))
    found["stems"] = log(1 + len(seen.stems))
    found["answers_who"] = float(seen.answers_who)
    found["exclaims"] = float("!" in one.text)
    found["user_exclaims"] = float(one.user and "!" in one.text)
    found["returns"] = echoes.returns(one)
    found["introduces"] = echoes.introduces(one)
    found["opens_badly"] = float(seen.opens_badly)
    found["late"] = echoes.late(one)
    found["defines"] = float(seen.defines)
    found["loud"] = float(seen.loud)
    found["stirs"] = float(echoes.stirs(one))
    found["taken_up"] = min(3.0, float(echoes.taken_up(one)))
    found["recap"] = echoes.recaps(one)
    named = bool(found["names"] or found.get("kin"))
    found["event_named"] = float(named and bool(found.get("event")))
    found.update(echoes.around(one))
    return found


# -- choosing --------------------------------------------------------------------------

WEIGHTS: Final = {
    "own_user": 0.97,
    "own_character": -0.84,
    "user_told": -0.73,
    "user_said": 0.58,
    "scene_told": -1.02,
    "scene_said": 0.25,
    "event": 1.17,
    "turn": 0.58,
    "role": 0.26,
    "reveal": 0.30,
    "count": 0.17,
    "place": 0.17,
    "scenery": -0.27,
    "gesture": -0.34,
    "chatter": -0.13,
    "plot": 0.20,
    "change": 0.19,
    "promise": 1.09,
    "kin": 0.84,
    "work": 0.54,
    "body": 0.24,
    "liking": -0.04,
    "date": 0.84,
    "money": 0.40,
    "number": 0.52,
    "first": 0.25,
    "plan": 0.41,
    "naming": 0.85,
    "promised": 0.45,
    "self": 0.00,
    "you": -0.22,
    "length": 0.47,
    "question": -1.55,
    "names": 0.10,
    "exclaims": -0.04,
    "returns": -0.10,
    "introduces": 0.44,
    "opens_badly": -0.35,
    "late": 0.84,
    "defines": 0.31,
    "loud": 0.43,
    "stirs": 0.37,
    "taken_up": 0.42,
    "recap": 0.16,
    "event_named": 0.35,
    "user_exclaims": 0.18,
    "new_name": -0.01,
    "rare_names": 0.12,
    "stems": 0.17,
    "answers_who": 1.05,
    "message": 0.17,
    "parts": -0.03,
    "first_part": -0.15,
    "last_part": -0.21,
    "asked": 0.15,
    "asks": 0.01,
    "names_next": 0.01,
    "cast": 0.09,
    "cast_later": -0.10,
    "cast_returns": 0.42,
    "cast_last": 0.18,
    "only_here": 0.31,
    "few_times": 0.13,
    "echoed": 0.01,
    "speaker": 0.13,
    "other_speaker": -0.66,
}
"""What each sign is worth, of a natural logarithm, by `benchmarks/fit_story.py`."""

TYPICAL: Final = 1.6
"""The logarithm of what a plain passage weighs, which is taken off."""

REDUNDANCY: Final = 0.8
"""How much of its weight a passage loses if all its words were told already."""

REFERRING: Final = 0.25
"""What is left of the weight of a passage that speaks of somebody without a name."""

LED: Final = 1.5
"""How much more a passage tells, if what it goes on from is told, too."""

BESIDE: Final = 8
"""Tokens of a line's end and of its share of names and days."""

FADED: Final = 0.5
"""What is left of the weight of what holds no more; set by hand."""

MOST_TOGETHER: Final = 4
"""So many passages that follow each other are one thing that is told."""


class Turning(NamedTuple):
    """One passage, or some that follow each other.

    Attributes:
        at: The place of the first in the list of passages.
        length: How many.
        clear: How much of them a stranger understands, from 0 to 1.
    """

    at: int
    length: int = 1
    clear: float = 1

    def places(self) -> range:
        """Return where it stands in the list of passages."""
        return range(self.at, self.at + self.length)


class _Entry(NamedTuple):
    """A candidate as it was weighed; the best one is the least.

    Attributes:
        worth: What a token of it tells that is not told yet, negative.
        taken: How many had been chosen when it was weighed.
    """

    worth: float
    one: Turning
    taken: int
    tokens: int


def weigh(said: Sequence[Passage], echoes: Echoes) -> list[float]:
    """Return how telling each passage is; positive, higher is better."""
    return [
        exp(sum(map(mul, map(WEIGHTS.__getitem__, seen), seen.values())) - TYPICAL)
        for one in said
        for seen in [features(one, echoes)]
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

    def __init__(
        self,
        said: Sequence[Passage],
        count: TokenCounter,
        *,
        faded: Collection[str] = (),
    ) -> None:
        """Weigh passages; see `choose`. Texts that are `faded` hold no more."""
        self._heaps: dict[frozenset[int], list[_Entry]] = {}
        self._weights = [
            weight * (FADED if one.text in faded else 1)
            for one, weight in zip(said, weigh(said, Echoes(said)), strict=True)
        ]
        self._stems = [read(one.text).stems for one in said]
        self._begins = [_begins(one) for one in said]
        self._goes_on = [_goes_on(one) for one in said]
        self._costs = [
            count(f"{one.name}: {one.text}" if one.name else one.text) + 1
            for one in said
        ]
        self._free = list(_candidates(said, judged=is_judged(one.text for one in said)))

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
        told = {stem for at in first for stem in self._stems[at]}
        heap = self._begun(chosen, told)
        taken = 0
        while heap:
            best = heappop(heap)
            if best.taken != taken:
                best = self._entry(best.one, chosen, told, taken)
            if best.tokens > room or not best.worth:
                continue
            if heap and best.worth > heap[0].worth:
                heappush(heap, best)
                continue
            room -= best.tokens
            taken += 1
            for at in best.one.places():
                chosen.add(at)
                told |= self._stems[at]
        return sorted(chosen)

    def _begun(self, chosen: AbstractSet[int], told: AbstractSet[str]) -> list[_Entry]:
        """Return a heap of all candidates; a room is sought for in several tries."""
        known = self._heaps.get(frozenset(chosen))
        if known is None:
            known = [self._entry(one, chosen, told, 0) for one in self._free]
            heapify(known)
            self._heaps[frozenset(chosen)] = known
        return known.copy()

    def _entry(
        self, one: Turning, chosen: AbstractSet[int], told: AbstractSet[str], taken: int
    ) -> _Entry:
        """Return what a token of a candidate tells that is not told yet; its tokens."""
        tokens, new, weight = 0, 0, 0.0
        seen: frozenset[str] = frozenset()
        for at in one.places():
            if at in chosen:
                continue
            stems = self._stems[at]
            new += 1
            tokens += self._costs[at]
            again = len((stems & told) | (stems & seen) if seen else stems & told)
            share = again / max(1, len(stems))
            if share < 1:
                part = self._begins[at] if at == one.at else self._goes_on[at]
                weight += self._weights[at] * part * (1 - REDUNDANCY * share)
            seen = seen | stems
        # What goes on in a line that is told needs no line of its own.
        beside = 0 if new < one.length else BESIDE
        worth = weight * one.clear / (tokens + beside + 1)
        return _Entry(-worth, one, taken, tokens)


def _begins(one: Passage) -> float:
    """Return what is left of the weight of a passage with nothing before it."""
    unnamed = not one.own and (read(one.text).refers_back or _is_nobodys(one))
    return REFERRING if unnamed else 1.0


def _is_nobodys(one: Passage) -> bool:
    """Say whether nobody knows who speaks: of themselves, or naming nobody."""
    seen = read(one.text)
    quoted = not one.name and one.text.startswith('"')
    return quoted and (seen.oneself or not seen.telling)


def _goes_on(one: Passage) -> float:
    """Return what a passage weighs more after another one, which explains it."""
    seen = read(one.text)
    return LED if seen.dangles or (not one.own and seen.led) else 1.0


def _candidates(said: Sequence[Passage], *, judged: bool) -> Iterator[Turning]:
    for at, one in enumerate(said):
        if not _may_begin(one):
            continue
        speaker = bool(one.name)
        text, least = "", 1.0
        for end in range(at, min(len(said), at + MOST_TOGETHER)):
            seen = read(said[end].text)
            if said[end].place != one.place or not seen.told or seen.question:
                break
            if text and _is_nobodys(said[end]) and not has_name(text):
                least = HARD
            text = joined([text, said[end].text]) if text else said[end].text
            clear = min(least, clarity(text, speaker=speaker)) if judged else 1
            if not seen.announces and (end > at or seen.alone):
                yield Turning(at, end - at + 1, clear)


def _may_begin(one: Passage) -> bool:
    seen = read(one.text)
    if seen.brief if one.own else seen.led or seen.whom:
        return False
    return seen.told and (seen.telling or not seen.dangles)
