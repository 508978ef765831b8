"""The third act of a turn in one bank: recall, the stories, and the blocks of them.

Owns: what a chat is told, and the order in which it is asked for.
Knows nothing of: where the blocks go, hosts, how a block is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..core.knowledge.mood import Mood
from ..core.policy import PolicyInForce
from ..core.records import ROUND
from ..core.types import Context, MemoryItem
from .compose import (
    NO_MOODS,
    Drawn,
    Request,
    Tales,
    before_tokens,
    compose,
    story_tokens,
)
from .knowledge.chat_knowledge import NOTHING_KNOWN, ChatKnowledge
from .knowledge.emotions import Emotions
from .memories import Memories
from .records import ChatName
from .retrieval.retriever import Retriever
from .retrieval.scene import asks_for_story, going_on
from .state.bank_state import BankState
from .state.policies import Viewer
from .summarization.past import Past
from .summarization.summaries import Summaries
from .summarization.tales import NO_TALE, Tale
from .timings import Timings

SharedNotes = Callable[[], Sequence[MemoryItem]]
"""Tells the notes for all of a user's characters."""

TellsStory = Callable[[int | None, Iterable[int], int], Tale]
"""Tells what left a chat's window: of its row, what is shown, and the room."""


class Composer:
    """Composes what memory adds to prompts of one bank; takes its lock itself."""

    def __init__(
        self,
        state: BankState,
        retriever: Retriever,
        summaries: Summaries,
        memories: Memories,
        timings: Timings,
        shared: SharedNotes,
        emotions: Emotions,
        known: ChatKnowledge,
    ) -> None:
        """Work on a bank by its acts.

        Args:
            state: The bank.
            retriever: Recalls.
            summaries: Tell what left the window.
            memories: Tell what is pinned.
            timings: Hear how long recall takes.
            shared: Tells the notes for all of the user's characters.
            emotions: Tell the moods of those who speak.
            known: Tells facts and what is due.
        """
        self._emotions = emotions
        self._known = known
        self._shared = shared
        self._state = state
        self._retriever = retriever
        self._summaries = summaries
        self._memories = memories
        self._timings = timings
        self._past = Past(state, summaries)
        self._drawn = Drawn()
        state.listen(self)

    def changed(self) -> None:
        """Go on: a tale that changed is another one."""

    def forgot(self) -> None:
        """Keep no tale as it was written; a turn under way keeps to the former."""
        self._drawn = Drawn()

    def compose(self, name: ChatName, request: Request) -> Context:
        """Return the blocks that memory adds to the prompt."""
        state = self._state
        with state.turn():
            with state.lock:
                round_ = state.store.metadata.get(ROUND)
            made = self._composed(name, request, self._summaries.story)
            with state.lock:
                row = state.row_of(name)
            return self._summaries.shown(row, made, round_)

    def preview(self, name: ChatName, request: Request) -> Context:
        """Return what `compose` would, and leave no trace of it.

        The story is told up to where the chat's last prompt began, and not where none
        was made since the start.
        """
        return self._composed(
            name, request, lambda row, visible, room: self._summaries.retold(row, room)
        )

    def _composed(self, name: ChatName, request: Request, story: TellsStory) -> Context:
        state = self._state
        rules = self._rules(name)
        request = request.within(rules.budget)
        # No lock is held: they stand in another bank.
        shared = [] if rules.alone else self._shared()
        self._known.follow()
        with self._timings.of("recall"):
            found = self._retriever.recall(name, request.query)
        with state.lock:
            drawn = self._drawn
            row = state.row_of(name)
            visible = state.rows_shown(row, request.query.visible)
            viewer = Viewer(row, name, request.query.recalls_from)
            withheld = state.withheld.keys(viewer)
            tales = self._tales(row, visible, request, story)
            if not tales.retold.memories and request.alone:
                found = going_on(self._past, row, request.query, found)
            pinned = [one for one in self._memories.pinned() if one.id not in withheld]
            known = NOTHING_KNOWN
            if not rules.alone:
                known = self._known.items(viewer, request.query)
            state.wake()
        settings, now = state.settings(), state.clock()
        made = compose(
            request,
            found,
            [*shared, *pinned],
            tales,
            settings,
            now,
            drawn,
            moods=self._moods(row),
            known=known,
        )
        return replace(made, position=rules.position)

    def is_told_of_others(self, name: ChatName) -> bool:
        """Say whether a chat is told of others that came before it."""
        if not self._state.settings().summaries.before_this_chat:
            return False
        with self._state.lock:
            return self._past.any(self._state.row_of(name))

    def _moods(self, row: int | None) -> Mapping[str, Mood]:
        """Return the moods of those who speak in a chat, if they are told."""
        if row is None or not self._state.settings().prompt.mood_line:
            return NO_MOODS
        return self._emotions.mood_at(row).speakers

    def has_facts(self, name: ChatName) -> bool:
        """Say whether facts stand in every prompt of a chat."""
        rules = self._rules(name)
        with self._state.lock:
            viewer = Viewer(self._state.row_of(name), name)
            return not rules.alone and self._known.has_facts(viewer)

    def _rules(self, name: ChatName) -> PolicyInForce:
        """Return what holds in a chat."""
        state = self._state
        with state.lock:
            return state.policies.in_force(Viewer(state.row_of(name), name))

    def _tales(
        self,
        row: int | None,
        visible: Iterable[int],
        request: Request,
        story: TellsStory,
    ) -> Tales:
        """Return what a chat is told of what was."""
        settings = self._state.settings()
        room = before_tokens(request, settings)
        asked = request.query.recalls_from
        before = self._past.lived(row, room, asked)
        own = story_tokens(request, settings, before)
        told = story(row, visible, own)
        retold = NO_TALE
        if asks_for_story(request.query):
            room = request.recall_tokens
            earlier = self._past.lived(row, room if request.alone else 0, asked)
            retold = earlier.then(self._summaries.retold(row, room))
        return Tales(before=before, story=told, retold=retold)
