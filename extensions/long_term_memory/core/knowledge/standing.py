"""What is known along a chat, told one message after the other and taken back again.

Owns: which fact replaces which, what is worth a place in every prompt at any moment,
and undoing the last messages.
Knows nothing of: how facts are read, stores, where facts are shown.

A turn adds what its messages tell and a swipe takes it back, so neither costs more in a
long chat than in a short one. What is far back is not taken back but told anew.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from .facts import PAST, Category, Fact, Heard, KnownFact
from .promotion import LEAST_WORTH, MOST, is_passing, lasting, worth_of

TAKEN_BACK: Final = 512
"""So many messages can be taken back."""

_Rank = tuple[float, datetime, str]
Replaced = tuple[str, Category]
"""A message, by its id, and of what kind is what it told that was replaced since."""


@dataclass(frozen=True)
class _Standing:
    """A fact as it stands; what grows is shared with what stood before.

    Attributes:
        best: In its best wording.
        sources: Ids of the messages, in order; `told` of them count.
        history: What stood before, the oldest first; `past` of them count.
    """

    best: Fact
    first: datetime
    last: datetime
    heard: int
    valid: bool
    sources: dict[str, None]
    told: int
    history: list[KnownFact]
    past: int

    @cached_property
    def known(self) -> KnownFact:
        """It as it is shown; it is asked for while nothing later stands."""
        return KnownFact(
            fact=replace(self.best, sources=tuple(self.sources)),
            first_mentioned=self.first,
            last_reinforced=self.last,
            reinforcement_count=self.heard,
            valid=self.valid,
            history=tuple(self.history),
        )

    def rank(self, key: str) -> _Rank | None:
        """Return where it stands among those for every prompt; None if nowhere."""
        worth = worth_of(self.best, self.heard) if self.valid else 0.0
        return (-worth, self.first, key) if worth >= LEAST_WORTH else None


class FactFold:
    """What is known at a place of a chat.

    Attributes:
        renewals: Another one whenever something was replaced, or is again what holds.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self._standing: dict[str, _Standing] = {}
        self._ranked: list[_Rank] = []
        self._replaced: Counter[Replaced] = Counter()
        self.renewals = 0
        self._steps: deque[list[tuple[str, _Standing | None]]] = deque(
            maxlen=TAKEN_BACK
        )

    # -- along the chat ------------------------------------------------------------

    @property
    def steps(self) -> int:
        """How many messages can be taken back."""
        return len(self._steps)

    def tell(self, heard: Iterable[Heard]) -> None:
        """Take what the next message tells."""
        self._steps.append([])
        for fact, at in heard:
            self._hear(fact, at)

    def take_back(self) -> None:
        """Take back what the last message told."""
        for key, before in reversed(self._steps.pop()):
            self._unrank(key)
            if before is None:
                del self._standing[key]
                continue
            while len(before.sources) > before.told:
                before.sources.popitem()
            for one in before.history[before.past :]:
                self._renew(one)
            del before.history[before.past :]
            self._standing[key] = before
            self._rank(key)

    # -- what stands ---------------------------------------------------------------

    def known(self) -> Iterator[KnownFact]:
        """Yield what is known, in the order of first mention."""
        return (one.known for one in self._standing.values())

    @property
    def replaced(self) -> Mapping[Replaced, int]:
        """How many facts of each message and kind were replaced by later ones."""
        return self._replaced

    def knows(self, key: str) -> bool:
        """Say whether anything was ever told of what a key names."""
        return key in self._standing

    def told(self, key: str) -> KnownFact | None:
        """Return what stands of what a key names; None where nothing was told."""
        one = self._standing.get(key)
        return None if one is None else one.known

    def holds(self, key: str, value: str) -> bool:
        """Say whether a fact holds now."""
        one = self._standing.get(key)
        return one is not None and one.valid and one.best.value == value

    def promoted(self, now: FactFold, *, threshold: float) -> list[KnownFact]:
        """Return the facts for every prompt, the most worth first.

        Args:
            now: What is known now; what does not hold in it has left.
            threshold: The least confidence.
        """
        chosen: list[KnownFact] = []
        for _, _, key in self._ranked:
            best = self._standing[key].best
            if best.confidence < threshold or is_passing(best.text):
                continue
            if now.holds(key, best.value):
                chosen.append(lasting(self._standing[key].known))
                if len(chosen) == MOST:
                    break
        return chosen

    # -- inside --------------------------------------------------------------------

    def _hear(self, fact: Fact, at: datetime) -> None:
        key = fact.key
        current = self._standing.get(key)
        if current is None:
            self._put(key, _first(fact, at))
        elif current.best.value == fact.value and current.best.ended == fact.ended:
            self._put(key, _reinforced(current, fact, at))
        elif fact.ended and fact.value not in ("", current.best.value):
            # Something ended that is not what stands now.
            past = replace(fact, slot=f"{PAST}{fact.slot}:{fact.value}")
            before = self._standing.get(past.key)
            self._put(
                past.key,
                _first(past, at) if before is None else _reinforced(before, past, at),
            )
        else:
            replacing = _replacing(current, fact, at)
            self._replaced.update(_told_in(replacing.history[-1]))
            self.renewals += 1
            self._put(key, replacing)

    def _renew(self, one: KnownFact) -> None:
        self.renewals += 1
        for told in _told_in(one):
            self._replaced[told] -= 1
            if not self._replaced[told]:
                del self._replaced[told]

    def _put(self, key: str, one: _Standing) -> None:
        self._unrank(key)
        self._steps[-1].append((key, self._standing.get(key)))
        self._standing[key] = one
        self._rank(key)

    def _rank(self, key: str) -> None:
        rank = self._standing[key].rank(key)
        if rank is not None:
            insort(self._ranked, rank)

    def _unrank(self, key: str) -> None:
        one = self._standing.get(key)
        rank = None if one is None else one.rank(key)
        if rank is not None:
            del self._ranked[bisect_left(self._ranked, rank)]


def facts_of(heard: Iterable[Heard]) -> tuple[KnownFact, ...]:
    """Return what is known at the end of a chat, in the order of first mention.

    Args:
        heard: The facts of all live messages, in the order of the chat.
    """
    fold = FactFold()
    fold.tell(heard)
    return tuple(fold.known())


def _first(fact: Fact, at: datetime) -> _Standing:
    sources = dict.fromkeys(fact.sources)
    return _Standing(fact, at, at, 0, not fact.ended, sources, len(sources), [], 0)


def _reinforced(one: _Standing, fact: Fact, at: datetime) -> _Standing:
    one.sources.update(dict.fromkeys(fact.sources))
    return _Standing(
        best=fact if fact.confidence >= one.best.confidence else one.best,
        first=one.first,
        last=max(at, one.last),
        heard=one.heard + 1,
        valid=one.valid,
        sources=one.sources,
        told=len(one.sources),
        history=one.history,
        past=one.past,
    )


def _told_in(one: KnownFact) -> Iterator[Replaced]:
    return ((source, one.fact.category) for source in one.fact.sources)


def _replacing(one: _Standing, fact: Fact, at: datetime) -> _Standing:
    before = replace(one.known, valid=False, superseded_at=at, history=())
    one.history.append(before)
    return replace(_first(fact, at), history=one.history, past=len(one.history))
