"""What the memories of a bank show of feelings, the moods of its chats, what weighs.

Owns: finding what they are made of: what is kept, corrections by hand, neighbours.
Knows nothing of: how a text is read, formulas, hosts, prompts.

What is not kept yet is read at once, by words; a correction by hand is read in place of
what was said, and what was taken out of recall, deleted or hidden, does not count for a
mood.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.emotion import (
    GROUPS,
    Emotion,
    emotion_of,
    labels_named,
    unpacked,
)
from ...core.knowledge.importance import ImportanceParts, importance_of
from ...core.knowledge.mood import REACH, Mood, mood_of, moods_of
from ...core.text.emotion import LABELS
from ...core.text.tokenizer import tokenize
from ...core.types import MemoryItem, MemoryKind
from ...errors import InvalidInput, NotFound
from ...models.emotion import load_emotion_model
from ..state.bank_state import BankState

FactCounts = Callable[[], NDArray[np.uint8]]
"""Tells how many facts were found in messages, by row, none in those after its end; the
bank's lock is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMood:
    """How a chat stands.

    Attributes:
        chat: The mood of all that was said in it.
        speakers: The mood of each who spoke of late, the last one first.
    """

    chat: Mood
    speakers: Mapping[str, Mood]


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """A memory with what it shows, and how much it weighs.

    Attributes:
        importance: 0 … 1.
    """

    memory: MemoryItem
    emotion: Emotion
    importance: float


def _no_facts() -> NDArray[np.uint8]:
    return np.empty(0, np.uint8)


def labels_meant(name: str) -> frozenset[str]:
    """Return the labels that a name means; none for an empty one.

    Raises:
        InvalidInput: It is neither a label nor a group.
    """
    found = labels_named(name)
    if name and not found:
        known = ", ".join([*GROUPS, *sorted(set(LABELS) - set(GROUPS))])
        raise InvalidInput(
            f"There is no emotion {name!r}. Name one of {known}.", field="emotion"
        )
    return frozenset(found)


class Emotions:
    """Emotions and moods of one bank; takes its lock itself."""

    def __init__(self, state: BankState, facts: FactCounts = _no_facts) -> None:
        """Read from a bank; nothing is written.

        Args:
            state: The bank's.
            facts: Tells how many facts were found in messages.
        """
        self._state = state
        self._facts = facts

    def of(self, memories: Sequence[MemoryItem]) -> list[Emotion]:
        """Return what memories show, in their order."""
        state = self._state
        with state.lock:
            state.refresh()
            rows = self._rows(memories)
            kept = [self._kept(one, rows.get(one.id)) for one in memories]
        model = load_emotion_model()
        return [
            emotion_of(memory.content, model) if one is None else unpacked(one)
            for memory, one in zip(memories, kept, strict=True)
        ]

    def felt(self, memories: Sequence[MemoryItem]) -> list[Felt]:
        """Return memories with what they show and how much they weigh."""
        emotions = self.of(memories)
        with self._state.lock:
            rows, facts = self._rows(memories), self._facts()
            sides = self._state.messages.beside(list(rows.values()))
            weighed = [
                self._weighed(one, rows.get(one.id), emotion.intensity, facts, sides)
                for one, emotion in zip(memories, emotions, strict=True)
            ]
        return [
            Felt(memory=one, emotion=emotion, importance=importance_of(each))
            for one, emotion, each in zip(memories, emotions, weighed, strict=True)
        ]

    def showing(
        self, rows: NDArray[np.int32], labels: Collection[str]
    ) -> NDArray[np.int32]:
        """Return those of some messages whose strongest label is wanted, in order.

        Args:
            rows: Of messages.
            labels: The labels that are wanted.
        """
        state = self._state
        with state.lock:
            strongest = state.emotions.strongest(rows)
            odd = np.isin(rows, self._corrected()) | (strongest < 0)
            shown = state.memories_of(rows[odd].tolist())
        strongest[odd] = [LABELS.index(one.label) for one in self.of(shown)]
        wanted = [LABELS.index(label) for label in labels]
        return rows[np.isin(strongest, wanted)]

    def mood(self, chat_id: str) -> ChatMood:
        """Return the moods at the end of a chat's path.

        Raises:
            NotFound: There is no such chat.
        """
        state = self._state
        with state.lock:
            state.refresh()
            row = next((one.row for one in state.chats if one.id == chat_id), None)
            if row is None:
                raise NotFound(f"There is no chat with the id {chat_id!r}.")
        return self.mood_at(row)

    def mood_at(self, chat: int) -> ChatMood:
        """Return the moods at the end of the path of a chat, by its row."""
        with self._state.lock:
            rows = self._state.messages.path(chat).rows[-2 * REACH :].tolist()
            said = [
                one
                for one in self._state.memories_of(rows)
                if one.role in ("user", "assistant") and not (one.deleted or one.hidden)
            ]
        emotions = self.of(said)
        speakers = [one.name or str(one.role) for one in said]
        return ChatMood(
            chat=mood_of(emotions),
            speakers=moods_of(zip(speakers, emotions, strict=True)),
        )

    # -- inside ------------------------------------------------------------------

    def _corrected(self) -> list[int]:
        """Return the rows of messages that say something by hand."""
        hands = self._state.annotations.all()
        keys = [
            hand.key
            for hand in hands
            if hand.kind is MemoryKind.TURN and hand.content is not None
        ]
        return list(self._state.store.messages.rows_of(keys).values())

    def _rows(self, memories: Sequence[MemoryItem]) -> dict[str, int]:
        said = [one.id for one in memories if one.kind is MemoryKind.TURN]
        return self._state.store.messages.rows_of(said)

    def _kept(self, memory: MemoryItem, row: int | None) -> bytes | None:
        if row is None or memory.edited:
            return None
        return self._state.emotions.kept(row)

    def _weighed(
        self,
        memory: MemoryItem,
        row: int | None,
        intensity: float,
        facts: NDArray[np.uint8],
        sides: Mapping[int, tuple[list[int], list[int]]],
    ) -> ImportanceParts:
        before, after = sides.get(row or 0, ((), ()))
        asks = self._state.messages.columns.question
        return ImportanceParts(
            intensity=intensity,
            words=len(tokenize(memory.content)),
            asks=row is not None and bool(asks[row]),
            answers=any(asks[one] for one in before),
            asked_back=any(asks[one] for one in after),
            facts=0 if row is None or row >= len(facts) else int(facts[row]),
            pinned=memory.pinned,
        )
