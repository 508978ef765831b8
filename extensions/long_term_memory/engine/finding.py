"""Looking for memories as a person does: by words, by meaning, among some of them.

Owns: what is looked through, in which order it is told, and which of it is wanted.
Knows nothing of: how memories are ranked, who looks.

What holds all of the words comes first, whatever its chance: whoever types a name wants
to see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ..core.policy import RecallsFrom
from ..core.retrieval.ranking import CANDIDATES
from ..core.types import MemoryItem, MemoryKind, Query
from .bank import Bank
from .browsing import ALL, MemoryFilter, rows_that
from .state.policies import Viewer

LEAST_CHANCE: Final = 0.1
"""What is less likely to help is told if it is asked for, or holds the words."""
MOST_SIFTED: Final = 500
"""So many of the nearest are looked at where only some are wanted."""


class Hit(NamedTuple):
    """A memory that was found.

    Attributes:
        chance: To help to answer the text, if anything does; None if only words were
            looked for, or its meaning is not among the nearest.
        words: Whether words of it begin as all that were looked for.
    """

    memory: MemoryItem
    chance: float | None
    words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found, best first, and one line for the user if something was amiss."""

    hits: tuple[Hit, ...] = ()
    note: str = ""


def find(
    bank: Bank,
    text: str,
    *,
    limit: int,
    least: float = LEAST_CHANCE,
    words: bool = True,
    meaning: bool = True,
    wanted: MemoryFilter = ALL,
    in_sight: bool = False,
) -> Findings:
    """Find memories.

    Args:
        bank: Among whose.
        text: Words, or a question.
        limit: Most memories.
        least: Least chance to answer the text of what does not hold its words.
        words: Whether to tell what holds the words, whatever its chance.
        meaning: Whether to look for the meaning, as a chat would recall.
        wanted: Which of them.
        in_sight: Only what a new chat may recall: nothing of incognito chats, and of
            other storylines only what the character's policy lets in.
    """
    # Words come newest first, so the nearest may be far behind.
    most = max(limit, CANDIDATES)
    among = None if wanted == ALL else rows_that(bank, wanted).tolist()
    sight = _sight(bank) if in_sight else None
    if sight is not None:
        shown = rows_that(bank, ALL) if among is None else among
        among = [row for row in shown if row in sight.rows]
    written = (
        bank.memories.search(text, limit=most, among=among)
        if words and text.split()
        else []
    )
    # Messages were chosen by row; a branch shares some whose chat is another.
    held = {
        one.id: one
        for one in written
        if (one.kind is MemoryKind.TURN or wanted.wants(one))
        and (sight is None or sight.shows(one))
    }
    if not meaning:
        told = [Hit(one, None, True) for one in held.values()]
        return Findings(hits=tuple(told[:limit]))
    query = Query(
        text=text,
        limit=limit if wanted == ALL else MOST_SIFTED,
        gated=False,
        recalls_from=None if in_sight else RecallsFrom.ALL,
    )
    looked = bank.chat("", host="search").look(query)
    chances = {one.memory.id: one.chance or 0.0 for one in looked.found}
    recalled = _showing(
        bank, [one.memory for one in looked.found if wanted.wants(one.memory)], wanted
    )
    ordered = _ordered(recalled, held, chances, least)
    hits = [Hit(one, chances.get(one.id), one.id in held) for one in ordered]
    return Findings(hits=tuple(hits[:limit]), note=looked.note)


def _showing(
    bank: Bank, memories: list[MemoryItem], wanted: MemoryFilter
) -> list[MemoryItem]:
    """Return those that show a feeling that is wanted, if any is."""
    if not wanted.emotions:
        return memories
    shown = bank.emotions.of(memories)
    return [
        one
        for one, emotion in zip(memories, shown, strict=True)
        if emotion.label in wanted.emotions
    ]


class _Sight(NamedTuple):
    """What a new chat may see.

    Attributes:
        rows: Of messages.
        withheld: Ids of what is by hand and not for it.
        hidden: Our ids of the chats that it knows nothing of.
    """

    rows: frozenset[int]
    withheld: frozenset[str]
    hidden: frozenset[str]

    def shows(self, memory: MemoryItem) -> bool:
        """Say whether a memory may be seen; messages were chosen by their rows."""
        told = memory.kind is MemoryKind.SUMMARY and memory.chat in self.hidden
        return memory.id not in self.withheld and not told


def _sight(bank: Bank) -> _Sight:
    state, new = bank.state, Viewer()
    with state.lock:
        state.refresh()
        hidden = state.policies.sight(new).hidden
        paths = (one for one in state.messages.chats() if one not in hidden)
        return _Sight(
            rows=frozenset(
                row for one in paths for row in state.messages.path(one).rows.tolist()
            ),
            withheld=state.withheld.keys(new),
            hidden=frozenset(one.id for one in state.chats if one.row in hidden),
        )


def _ordered(
    recalled: Iterable[MemoryItem],
    held: dict[str, MemoryItem],
    chances: dict[str, float],
    least: float,
) -> Iterator[MemoryItem]:
    """Yield what holds the words, the likeliest first, then what is likely enough."""
    recalled = list(recalled)
    first = {one.id: one for one in recalled if one.id in held} | held
    yield from first.values()
    for one in recalled:
        if one.id not in held and chances[one.id] >= least:
            yield one
