"""What prompts are told besides words: facts and what is due.

Owns: what of both goes into a prompt, and that what was told to memory in a chat is
done before.
Knows nothing of: how both are written, tokens, hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ...core.knowledge.bearing import without_kinds
from ...core.knowledge.outdated import NOTHING_OUTDATED, Outdated
from ...core.prompt.knowledge import DueLine
from ...core.retrieval.signals import Bearings
from ...core.types import MemoryItem, Query
from ...errors import NotFound
from ..state.bank_state import BankState
from ..state.policies import Viewer
from ..summarization.writing import NO_WRITER, WriterSource
from .chat_commands import ChatCommands
from .coming import DueBook
from .facts import Facts
from .known import Knowledge
from .message_readings import MessageReadings
from .model_facts import ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItems:
    """What is known besides words.

    Attributes:
        facts: For every prompt, the most worth first.
        due: What this turn speaks of.
        outdated: What holds no more, of all that the chat was told.
    """

    facts: Sequence[MemoryItem] = ()
    due: Sequence[DueLine] = ()
    outdated: Outdated = NOTHING_OUTDATED


NOTHING_KNOWN: Final = KnownItems()


class ChatKnowledge:
    """What is known in the chats of one bank.

    Attributes:
        readings: What was read in messages.
        by_model: The facts that a language model draws from messages.
        facts: The facts.
        coming: What is to come.
    """

    def __init__(self, state: BankState, pen: WriterSource = NO_WRITER) -> None:
        """Work on a bank; `pen` lends a language model, if there is one."""
        self._state = state
        self.readings = MessageReadings(state)
        self.by_model = ModelFacts(state, pen)
        self._knowledge = knowledge = Knowledge(state, self.readings, self.by_model)
        self.facts = Facts(state, knowledge)
        self.coming = DueBook(state, knowledge)
        self._commands = ChatCommands(state, self.readings)

    def follow(self) -> None:
        """Do what memory was told in chats; takes the bank's lock."""
        with self._state.lock:
            self._state.refresh()
            for chat in self._state.messages.chats():
                self.readings.catch_up(self._state.messages.path(chat).rows)
            self._commands.follow()

    def items(self, viewer: Viewer, query: Query) -> KnownItems:
        """Return what a prompt is told; the bank's lock is held."""
        told = self._state.settings().facts
        return KnownItems(
            facts=self.facts.for_prompt(viewer) if told.facts else (),
            due=self._due(viewer, query) if told.due else (),
            outdated=self._knowledge.outdated(viewer),
        )

    def has_facts(self, viewer: Viewer) -> bool:
        """Say whether facts stand in every prompt of a chat; the lock is held."""
        return self._state.settings().facts.facts and self.facts.has_any(viewer)

    def bearings(self, viewer: Viewer) -> Bearings | None:
        """Return what tells which messages tell what still holds; the lock is held.

        See `bearing_of`. None where facts are off, or not all of them are there yet.
        What a person deleted or corrected holds no more.
        """
        if not self._state.settings().facts.facts:
            return None
        bearings = self._knowledge.bearings(viewer)
        silenced = self.facts.silenced(viewer) if bearings is not None else {}
        if bearings is None or not silenced:
            return bearings
        kinds = np.zeros(self._state.messages.last_row + 1, np.uint32)
        kinds[list(silenced)] = list(silenced.values())
        told = bearings
        return lambda rows: without_kinds(told(rows), kinds[rows])

    def viewer_of(self, chat_id: str) -> Viewer:
        """Return who knows what one chat does, by our id of it; of all, if it is empty.

        What memory was told in chats is done before.

        Raises:
            NotFound: There is no such chat.
        """
        self.follow()
        if not chat_id:
            return Viewer()
        with self._state.lock:
            for chat in self._state.chats:
                if chat.id == chat_id:
                    return Viewer(chat.row)
        raise NotFound(f"There is no chat with the id {chat_id!r}.")

    def read_all(self) -> None:
        """Read all that is unread now, and keep nothing of it."""
        with self._state.lock:
            self.readings.read_all()

    def work(self) -> bool:
        """Take a step in the background; return whether any was due."""
        if self.readings.work():
            return True
        self.follow()
        return self._knowledge.work()

    def _due(self, viewer: Viewer, query: Query) -> list[DueLine]:
        due = self.coming.due(viewer, query)
        return [
            DueLine(one.thread, one.moment, self._state.memory(one.thread.said.id))
            for one in due
        ]
