"""Say of a sentence that was said once whether it still holds: "I work at the bank".

Owns: which states are over by what is known, and how a sentence is marked that tells
of one.
Knows nothing of: how facts are read, stores, which sentences are told.

Whatever is told as true must be so, and a wrong mark is worse than none. So a state is
over only where somebody said so: that it ended ("we broke up"), that something came in
its place ("I moved to Bergen"; another job without a word of change may be a second
one), that a job was left, or that somebody died. What was told again since holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ..retrieval.change_words import said_words, tells_of_change
from ..text.names import name_key
from ..types import Role
from .extraction import Remark, extract
from .facts import PAST, Fact, KnownFact

NO_LONGER: Final = "no longer"
DIED: Final = "died since"

TEXTS_READ: Final = 4_096
"""Sentences of stories; nearly all are told again in the next turn."""

_WORK: Final = "work"
_REPLACED: Final = frozenset({_WORK, "lives", "partner", "diet"})
"""Of these one holds at a time, if the newer one is told as a change."""

_OWNS: Final = "owns:"
_ENDED: Final = (_OWNS, "has:", "allergy:", "health:", "habit:", "pet:", "likes:")
"""These hold beside others, and end only by a word of it."""

_JOB_LEFT: Final = re.compile(
    r"\b(?:quit|lost|left|gave up|was fired|got fired|was sacked|resigned|retired"
    r"|laid off|new job|other job|k\u00fcndigte|gek\u00fcndigt|gefeuert|entlassen"
    r"|neue[nr]? (?:stelle|job|arbeit|anstellung)|(?:stelle|job|arbeit)\w*"
    r" (?:\w+ )*(?:verloren|aufgegeben|(?:hin)?geschmissen))\b",
    re.IGNORECASE,
)
_OF_JOBS: Final = frozenset({"job news", "work status", "did:resigned", "did:retired"})
_DEATH: Final = re.compile(
    r"\b(?:died|dead|passed away|put to sleep|put down|buried|funeral|death"
    r"|gestorben|starb|tot|eingeschl\u00e4fert|begraben|beerdigung)\b",
    re.IGNORECASE,
)
_DIED: Final = re.compile(
    r"(?!.*\b(?:nearly|almost|fast|beinahe|laugh\w*|vor lachen)\b).*"
    r"\b(?:died|dead|passed away|put to sleep|put down|(?:was|been) buried|gestorben"
    r"|starb|tot|eingeschl\u00e4fert|wurde (?:\w+ )*begraben)\b",
    re.IGNORECASE,
)
"""Of whom this is said; who buries somebody lives."""

_DIED_THEN: Final = re.compile(
    r" (?:ist|wurde) (?!.*\b(?:fast|beinahe|vor lachen)\b)[^,.]*"
    r"\b(?:gestorben|eingeschl\u00e4fert|begraben)\.",
    re.IGNORECASE,
)
_NOW: Final = re.compile(
    r"\b(?:is|isn['\u2019]?t|are|am|has|hasn['\u2019]?t|have|lives|works|sleeps|likes"
    r"|loves|wants|needs|can|can['\u2019]?t|ist|hat|hei\u00dft|lebt|wohnt|mag|kann"
    r"|schl\u00e4ft)\b|\w['\u2019]s\b",
    re.IGNORECASE,
)
_CAME: Final = re.compile(
    r"\b(?:moved|started|became|married|bought|adopted|met|zog|gezogen|umgezogen|wurde"
    r"|geheiratet|gekauft|angefangen)\b",
    re.IGNORECASE,
)
"""That somebody moved there stays true after they left."""

_MINE: Final = re.compile(r"\b[Mm]y ([^\W\d_]+)")
_NAME: Final = re.compile(r"[^\W\d_]{3,}")


class _State(NamedTuple):
    """Something that held of somebody: the key of a fact, and its value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """What holds no more.

    Attributes:
        states: What held once.
        dead: Who died, as facts name them.
    """

    states: frozenset[_State] = frozenset()
    dead: frozenset[str] = frozenset()

    def mark(self, text: str, *, name: str, user: bool) -> str:
        """Return how a sentence is marked; empty where it may be told as it is.

        Args:
            text: What was said.
            name: Who said it; empty for narration.
            user: Whether the user did.
        """
        if not (self.states or self.dead):
            return ""
        facts = _facts_in(text, name, "user" if user else "assistant")
        states = {_state(one) for one in facts if not one.ended}
        if states & self.states and not _CAME.search(text):
            return NO_LONGER
        if self.dead and not _DEATH.search(text) and _NOW.search(text):
            named = {name_key(one) for one in _NAME.findall(text) if one.istitle()}
            named |= {name_key(f"{name}'s {one}") for one in _MINE.findall(text)}
            named |= {who for one in facts for who in _whom(one)}
            if named & self.dead:
                return DIED
        return ""


NOTHING_OUTDATED: Final = Outdated()


def outdated(known: Iterable[KnownFact]) -> Outdated:
    """Return what holds no more of all that was ever known."""
    known = list(known)
    holding = {_state(one.fact) for one in known if one.valid}
    over = {state for one in known for state in _over(one)} - holding
    states = over.union(_jobs_left(known), _given_away(known))
    return Outdated(frozenset(states), frozenset(_dead(known)))


def _over(one: KnownFact) -> Iterator[_State]:
    """Yield what a fact was before, and is no more."""
    fact = one.fact
    if fact.slot.startswith(PAST):
        slot = fact.slot.removeprefix(PAST).removesuffix(f":{fact.value}")
        yield _State(fact.key.replace(fact.slot, slot), fact.value)
    elif fact.slot in _REPLACED or fact.slot.startswith(_ENDED):
        ended = not one.valid
        if ended:
            yield _state(fact)
        ended = ended or tells_of_change(said_words(fact.text))
        for before in reversed(one.history):
            ended = ended or before.fact.ended
            if ended and not _alike(before.fact.value, fact.value if one.valid else ""):
                yield _state(before.fact)


def _given_away(known: Iterable[KnownFact]) -> Iterator[_State]:
    """Yield what somebody has no more that was told with more words: the red guitar."""
    owned = [one for one in known if one.fact.slot.startswith(_OWNS)]
    gone = {
        (one.fact.subject, one.fact.value): one.last_reinforced
        for one in owned
        if not one.valid
    }
    for one in owned:
        at = gone.get((one.fact.subject, one.fact.value.rpartition(" ")[2]))
        if one.valid and at is not None and at > one.last_reinforced:
            yield _state(one.fact)


def _jobs_left(known: Sequence[KnownFact]) -> Iterator[_State]:
    """Yield the jobs that somebody told to have left since."""
    left = {
        one.fact.subject: one.last_reinforced
        for one in known
        if one.fact.slot in _OF_JOBS and _JOB_LEFT.search(one.fact.text)
    }
    for one in known:
        if one.fact.slot != _WORK or one.fact.subject not in left:
            continue
        at = left[one.fact.subject]
        now = one.fact.value if one.valid and one.last_reinforced >= at else ""
        for each in (one, *one.history):
            if each.last_reinforced < at and not _alike(each.fact.value, now):
                yield _State(one.fact.key, each.fact.value)


def _dead(known: Iterable[KnownFact]) -> Iterator[str]:
    """Yield who died."""
    for one in known:
        fact = one.fact
        if fact.slot == "lives on" or fact.slot.startswith("is:"):
            died = one.valid and _DIED.match(fact.value)
        else:
            died = fact.slot.startswith("did:") and _DIED_THEN.fullmatch(
                fact.text.removeprefix(fact.subject)
            )
        if died:
            yield name_key(fact.subject)


def _alike(one: str, other: str) -> bool:
    """Say whether two values have a word in common: "Leipzig", "Leipzig-South"."""
    return bool(set(_NAME.findall(one)) & set(_NAME.findall(other)))


def _state(fact: Fact) -> _State:
    return _State(fact.key, fact.value)


def _whom(fact: Fact) -> Iterator[str]:
    """Yield of whom a fact tells: its subject, and the animal that it names."""
    yield name_key(fact.subject)
    if fact.slot.startswith("pet:"):
        yield name_key(fact.slot.removeprefix("pet:"))


@lru_cache(maxsize=TEXTS_READ)
def _facts_in(text: str, name: str, role: Role) -> tuple[Fact, ...]:
    return extract(Remark(text.strip('"'), role, name, ""))


def forget_outdated() -> None:
    """Hold no text any more that was read."""
    _facts_in.cache_clear()
